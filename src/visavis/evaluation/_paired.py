"""Two systems on the same comparisons: does one err less, or did the sample favour it?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from visavis.errors import InputInvalid
from visavis.evaluation._bootstrap import Resampled
from visavis.evaluation._estimate import DEFAULT_UNCERTAINTY, Estimate, Method, Uncertainty
from visavis.evaluation._fnmr_at_fmr import fnmr_at_fmr, resampled_fnmr
from visavis.evaluation._threshold_at_fmr import Bound

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
    # Half of the doubt for each, should only their separate intervals be left.
    half = replace(uncertainty, confidence=(1.0 + uncertainty.confidence) / 2.0)
    apart = [
        fnmr_at_fmr(scores, fmr, weights=weights, uncertainty=half).fnmr for scores in (one, other)
    ]
    value = apart[0].value - apart[1].value
    low, high = apart[0].low - apart[1].high, apart[0].high - apart[1].low
    method, labels = Method.COMBINED, {estimate.label for estimate in apart if estimate.label}
    drawn = [resampled_fnmr(Bound.of(scores, fmr, weights), uncertainty) for scores in (one, other)]
    if drawn[0] is not None and drawn[1] is not None:
        difference = Resampled(
            value=value,
            draws=drawn[0].draws - drawn[1].draws,
            influence=drawn[0].influence - drawn[1].influence,
        )
        if np.all(np.isfinite(difference.draws)):
            low, high = difference.interval(uncertainty.confidence)
            method = Method.SUBJECT_BOOTSTRAP
    return Estimate(
        value=value,
        low=low,
        high=high,
        confidence=uncertainty.confidence,
        method=method,
        n=one.genuine.size,
        people=one.pairing.people,
        label="; ".join(sorted(labels)),
    )
