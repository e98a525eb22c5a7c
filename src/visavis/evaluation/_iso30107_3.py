"""Presentation attack detection: APCER, BPCER and IAPAR of ISO/IEC 30107-3.

For presentations that somebody really made before a real capture device. Rates of simulations are
no APCER, whatever they are called.

The standard's rates count presentations. Presentations with one instrument, or by one person, are
alike, so that counting them as independent trials makes every interval too narrow; the bounds here
count instruments and persons, and never frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from visavis.errors import InputInvalid
from visavis.evaluation._binomial import clopper_pearson_bounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = [
    "PadReport",
    "PadResponse",
    "Presentation",
    "SpeciesResult",
    "UnitRate",
    "pad_report",
]

DEFAULT_CONFIDENCE: Final = 0.95


class PadResponse(StrEnum):
    """What a PAD subsystem said of a presentation."""

    BONA_FIDE = "bona-fide"
    ATTACK = "attack"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """One presentation to the capture device.

    Attributes:
        species: the kind of attack instrument; None for a bona fide presentation.
        unit: the instrument, or for a bona fide presentation the person: presentations of one unit
            are alike.
        response: of the PAD subsystem.
        matched: whether the comparison matched the person attacked; None where there was none.
    """

    species: str | None
    unit: str
    response: PadResponse
    matched: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRate:
    """A rate of presentations, with a bound that counts units.

    Attributes:
        value: errors / presentations, as the standard defines the rate.
        errors: presentations that went wrong.
        presentations: counted.
        unit_errors: units of which at least one presentation went wrong.
        units: instruments or persons.
        upper: one-sided Clopper-Pearson upper bound of the share of such units.
        confidence: of the bound.
    """

    value: float
    errors: int
    presentations: int
    unit_errors: int
    units: int
    upper: float
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeciesResult:
    """One species of attack instruments.

    Attributes:
        species: its name.
        apcer: attacks classified as bona fide, among those with a response; None without one.
        iapar: attacks that passed and matched the person attacked, among all; None where not every
            passed one was compared.
        no_response: presentations without a response (for the APNRR).
        presentations: all.
    """

    species: str
    apcer: UnitRate | None
    iapar: UnitRate | None
    no_response: int
    presentations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PadReport:
    """A PAD test.

    Attributes:
        species: in the order of their names.
        bpcer: bona fide presentations classified as attacks, among those with a response; None
            without one.
        no_response: bona fide presentations without a response (for the BPNRR).
    """

    species: tuple[SpeciesResult, ...]
    bpcer: UnitRate | None
    no_response: int

    @property
    def worst_apcer(self) -> SpeciesResult | None:
        """The species with the highest APCER, the only one that may stand for all (30107-3)."""
        return _worst(self.species, lambda result: result.apcer)

    @property
    def worst_iapar(self) -> SpeciesResult | None:
        """The species with the highest IAPAR."""
        return _worst(self.species, lambda result: result.iapar)


def pad_report(
    presentations: Iterable[Presentation], *, confidence: float = DEFAULT_CONFIDENCE
) -> PadReport:
    """Count a PAD test by species.

    Args:
        presentations: at least one.
        confidence: of the one-sided upper bounds, strictly between 0.5 and 1.

    Raises:
        InputInvalid: no presentation, or another confidence.
    """
    if not 0.5 < confidence < 1.0:  # noqa: PLR2004 - below, it would be a lower bound
        raise InputInvalid("a one-sided confidence lies strictly between 0.5 and 1")
    everything = list(presentations)
    if not everything:
        raise InputInvalid("a test has at least one presentation")
    names = sorted({one.species for one in everything if one.species is not None})
    bona_fide = [one for one in everything if one.species is None]
    return PadReport(
        species=tuple(
            _species(name, [one for one in everything if one.species == name], confidence)
            for name in names
        ),
        bpcer=_rate(
            _responded(bona_fide), lambda one: one.response is PadResponse.ATTACK, confidence
        ),
        no_response=len(bona_fide) - len(_responded(bona_fide)),
    )


def _species(name: str, attacks: Sequence[Presentation], confidence: float) -> SpeciesResult:
    responded = _responded(attacks)
    passed = [one for one in attacks if _passed(one)]
    compared = all(one.matched is not None for one in passed)
    return SpeciesResult(
        species=name,
        apcer=_rate(responded, _passed, confidence),
        iapar=_rate(attacks, lambda one: _passed(one) and one.matched is True, confidence)
        if compared
        else None,
        no_response=len(attacks) - len(responded),
        presentations=len(attacks),
    )


def _passed(presentation: Presentation) -> bool:
    return presentation.response is PadResponse.BONA_FIDE


def _responded(presentations: Sequence[Presentation]) -> list[Presentation]:
    return [one for one in presentations if one.response is not PadResponse.NONE]


def _rate(
    presentations: Sequence[Presentation],
    is_error: Callable[[Presentation], bool],
    confidence: float,
) -> UnitRate | None:
    if not presentations:
        return None
    wrong = [one for one in presentations if is_error(one)]
    units = len({one.unit for one in presentations})
    unit_errors = len({one.unit for one in wrong})
    # Each end of a two-sided interval has half of what it leaves out.
    _, upper = clopper_pearson_bounds(unit_errors, units, confidence=2 * confidence - 1)
    return UnitRate(
        value=len(wrong) / len(presentations),
        errors=len(wrong),
        presentations=len(presentations),
        unit_errors=unit_errors,
        units=units,
        upper=upper,
        confidence=confidence,
    )


def _worst(
    results: Sequence[SpeciesResult], rate_of: Callable[[SpeciesResult], UnitRate | None]
) -> SpeciesResult | None:
    rated = [(rate.value, rate.upper, result) for result in results if (rate := rate_of(result))]
    return max(rated, key=lambda entry: entry[:2])[2] if rated else None
