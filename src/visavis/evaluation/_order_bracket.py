"""Between which of n independent scores the threshold for an FMR lies, whatever they follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

__all__ = ["order_bracket"]


def order_bracket(n: int, rate: Fraction, *, confidence: float) -> tuple[int | None, int | None]:
    """Ranks, from the largest score down, that bracket the score exceeded with this probability.

    The number of scores above that point is binomial (n, rate), so it lies above the r-th largest
    with the probability of r - 1 successes or fewer, and below the s-th largest with that of s or
    more (David and Nagaraja, Order Statistics, 2003, section 7.1).

    Args:
        n: independent scores.
        rate: probability of exceeding the point.
        confidence: two-sided.

    Returns:
        The ranks (from 1) of a score above the point and of one below it, each with the confidence
        (1 + confidence) / 2; None where no score is far enough out.
    """
    from scipy.special import betainc  # noqa: PLC0415 - slow to import, only intervals need it

    doubt = (1.0 - confidence) / 2.0
    share = float(rate)

    def at_least(count: int) -> float:
        return float(betainc(count, n - count + 1, share)) if count else 1.0

    first = _first(1, n, lambda rank: 1.0 - at_least(rank) > doubt)  # too near from here on
    last = _first(1, n, lambda rank: at_least(rank) <= doubt)
    return (first - 1) or None, last if last <= n else None


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The first integer of a range at which a condition holds, and then holds on; or high + 1."""
    high += 1
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
