"""Two systems on the same comparisons: does one err less, or did the sample favour it?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from visavis.errors import InputInvalid
from visavis.evaluation._estimate import DEFAULT_UNCERTAINTY, Estimate, Method, Uncertainty
from visavis.evaluation._fnmr_at_fmr import fnmr_at_fmr, resampled_fnmr

if TYPE_CHECKING:
    from visavis.evaluation._people import Weights
    from visavis.evaluation._scores import ScoreSet

__all__ = ["paired_difference"]


def paired_difference(
    one: ScoreSet,
    other: ScoreSet,
    fmr: str,
    *,
    weights: Weights = "comparisons",
    uncertainty: Uncertainty = DEFAULT_UNCERTAINTY,
) -> Estimate:
    """FNMR of one system less that of another, each at its own threshold for the same FMR.

    Both see the same people in every draw, so what is hard for both cancels out. If the interval
    does not hold 0, they differ; below 0, the first errs less.

    Args:
        one: scores of one system.
        other: scores of the other for the same pairs of people (in any order).
        fmr: such as ``1e-4``.
        weights: what counts as one.
        uncertainty: how the interval is made.

    Raises:
        InputInvalid: people unknown, or other pairs of people in one than in the other.
        ScoresTooFew: no genuine or no impostor comparison.
    """
    if one.pairing is None or other.pairing is None:
        raise InputInvalid("a paired comparison needs to know who was compared with whom")
    if not one.pairing.same_as(other.pairing):
        raise InputInvalid("the two systems did not compare the same pairs of people")
    first = resampled_fnmr(one, fmr, weights, uncertainty)
    second = resampled_fnmr(other, fmr, weights, uncertainty)
    if first is None or second is None:
        return _apart(one, other, fmr, weights, uncertainty)
    difference = first - second
    low, high = difference.interval(uncertainty.confidence)
    return Estimate(
        value=difference.value,
        low=low,
        high=high,
        confidence=uncertainty.confidence,
        method=Method.SUBJECT_BOOTSTRAP,
        n=one.genuine.size,
        people=one.pairing.people,
    )


def _apart(
    one: ScoreSet, other: ScoreSet, fmr: str, weights: Weights, uncertainty: Uncertainty
) -> Estimate:
    """The difference where too few err to draw people: from two intervals, half the doubt each."""
    half = replace(uncertainty, confidence=(1.0 + uncertainty.confidence) / 2.0)
    first, second = (
        fnmr_at_fmr(scores, fmr, weights=weights, uncertainty=half).fnmr for scores in (one, other)
    )
    return replace(
        first,
        value=first.value - second.value,
        low=first.low - second.high,
        high=first.high - second.low,
        confidence=uncertainty.confidence,
        method=Method.COMBINED,
        label="; ".join(dict.fromkeys(filter(None, (first.label, second.label)))),
    )
