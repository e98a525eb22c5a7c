"""Which operating point of a model card a comparison uses."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from visavis.errors import InputInvalid, OperatingPointAbsent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from visavis.models import OperatingPoint

__all__ = ["operating_point"]


def operating_point(
    card: Iterable[OperatingPoint],
    *,
    fmr: str | Decimal,
    reference_samples: int,
    probe_samples: int,
) -> OperatingPoint:
    """The card's cell for exactly this FMR and these counts of samples.

    A threshold for one sample a side used on three has had 13 times its stated FMR, so a cell that
    is absent is refused, never interpolated or replaced by a neighbour.

    Raises:
        InputInvalid: `fmr` is no number between 0 and 1.
        OperatingPointAbsent: the card has no such cell.
    """
    wanted = _decimal(fmr)
    rates = []
    for cell in card:
        if (cell.reference_samples, cell.probe_samples) == (reference_samples, probe_samples):
            if cell.fmr == wanted:
                return cell
            rates.append(cell.fmr)
    counts = f"{reference_samples} reference and {probe_samples} probe samples"
    if not rates:
        raise OperatingPointAbsent(f"the model card has no operating point for {counts}")
    known = ", ".join(f"{rate:e}" for rate in sorted(rates, reverse=True))
    raise OperatingPointAbsent(f"for {counts} the model card has no FMR {wanted:e}, only {known}")


def _decimal(fmr: str | Decimal) -> Decimal:
    try:
        rate = Decimal(fmr)
    except (InvalidOperation, TypeError, ValueError):
        raise InputInvalid("an FMR is a decimal such as 1e-4") from None
    if not (rate.is_finite() and 0 < rate < 1):
        raise InputInvalid("an FMR lies between 0 and 1")
    return rate
