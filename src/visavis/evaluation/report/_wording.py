"""Numbers as people read them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from visavis.evaluation._rate import parse_rate

if TYPE_CHECKING:
    from visavis.evaluation._estimate import Estimate

__all__ = ["count", "interval", "number", "percent", "power_of_ten", "rate_in_words"]

_SUPERSCRIPTS: Final = str.maketrans(
    "-0123456789", "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"
)
_SMALLEST: Final = 1e-7  # shares below are written with an exponent
_NEARLY_ALL: Final = 0.999  # shares above need another digit


def count(value: int) -> str:
    """With commas between thousands."""
    return f"{value:,}"


def number(value: float) -> str:
    """Four significant digits; infinite as a sign."""
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    return f"{value:.4g}"


def percent(share: float) -> str:
    """Three significant digits in percent; where that has too many zeros, with an exponent."""
    if 0 < share < _SMALLEST:
        return f"{share:.2e}"
    text = f"{100 * share:.{4 if share > _NEARLY_ALL else 3}g}"
    return f"{float(text):.10f}".rstrip("0").rstrip(".") + "\N{NO-BREAK SPACE}%"


def interval(estimate: Estimate) -> str:
    """Both ends in percent."""
    return f"{percent(estimate.low)} to {percent(estimate.high)}"


def power_of_ten(value: float) -> str:
    """The nearest one, with its exponent raised."""
    return "10" + str(round(math.log10(value))).translate(_SUPERSCRIPTS)


def rate_in_words(written: str) -> str:
    """``1 in 10,000``, or as it was written if its numerator is not 1."""
    rate = parse_rate(written)
    if rate and rate.numerator == 1:
        return f"1 in {rate.denominator:,}"
    return written
