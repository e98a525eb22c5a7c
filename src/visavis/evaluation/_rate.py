"""Error rates as people write them, taken exactly."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from visavis.errors import InputInvalid

__all__ = ["parse_rate"]

_WRITTEN: Final = re.compile(r"\d{1,20}(?:/\d{1,20}|(?:\.\d{1,20})?(?:[eE][+-]?\d{1,2})?)")
"""Bounded, so that no exponent can make Python build a number of a million digits."""


def parse_rate(text: str) -> Fraction:
    """Read a rate such as ``1e-4``, ``0.0001`` or ``1/10000`` without rounding it.

    ``0.001`` has no exact binary form; ``floor(0.1 * 30)`` and its like would otherwise depend on
    rounding, and the number of false matches allowed with it.

    Args:
        text: decimal or ratio in ASCII digits, 0 <= rate < 1.

    Returns:
        The exact rate.

    Raises:
        InputInvalid: it is not such a number, or not in [0, 1).

    >>> parse_rate("1e-4") == parse_rate("1/10000") == parse_rate("0.0001")
    True
    """
    if not text.isascii() or not _WRITTEN.fullmatch(text):
        raise InputInvalid("a rate is written like 1e-4, 0.0001 or 1/10000")
    numerator, _, denominator = text.partition("/")
    if denominator and int(denominator) == 0:
        raise InputInvalid("a rate has no denominator of zero")
    rate = Fraction(numerator) / (int(denominator) if denominator else 1)
    if not 0 <= rate < 1:
        raise InputInvalid("a rate is at least 0 and below 1")
    return rate
