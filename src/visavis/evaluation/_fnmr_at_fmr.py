"""The false non-match rate at a false match rate: what an operating point costs the genuine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from visavis.errors import ScoresTooFew
from visavis.evaluation._bootstrap import Resampled
from visavis.evaluation._drawn_points import Genuine, Impostors, draw_points
from visavis.evaluation._estimate import DEFAULT_UNCERTAINTY, Estimate, Method, Uncertainty
from visavis.evaluation._iso19795_1 import fnmr_before
from visavis.evaluation._person_share import PersonShare
from visavis.evaluation._scores import ScoreSet, first_at_or_above, next_above
from visavis.evaluation._threshold_at_fmr import Bound, ThresholdAtFmr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visavis.evaluation._pair_share import PairShare
    from visavis.evaluation._people import Weights

__all__ = ["FnmrAtFmr", "fnmr_at_fmr", "fnmr_at_fmrs", "resampled_fnmr"]

_Drawn: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]  # bounds and FNMR of each draw


@dataclass(frozen=True, slots=True, kw_only=True)
class FnmrAtFmr:
    """What the genuine pay at an operating point.

    Attributes:
        at: the threshold for the FMR.
        fnmr: the share of genuine scores below it; the interval also holds how the threshold
            varies, and is all from 0 to 1 where nothing is known of that.
    """

    at: ThresholdAtFmr
    fnmr: Estimate


def fnmr_at_fmr(
    scores: ScoreSet,
    fmr: str,
    *,
    weights: Weights = "comparisons",
    uncertainty: Uncertainty = DEFAULT_UNCERTAINTY,
) -> FnmrAtFmr:
    """FNMR at one FMR; see `fnmr_at_fmrs`."""
    return fnmr_at_fmrs(scores, [fmr], weights=weights, uncertainty=uncertainty)[0]


def fnmr_at_fmrs(
    scores: ScoreSet,
    fmrs: Sequence[str],
    *,
    weights: Weights = "comparisons",
    uncertainty: Uncertainty = DEFAULT_UNCERTAINTY,
) -> list[FnmrAtFmr]:
    """FNMR at FMR f: the share of genuine scores at or below the bounding impostor score.

    The bounding score is the (floor(f n) + 1)-th largest of n impostor scores; see
    `threshold_at_fmr`. The sample's FMR is then never above f. (pyeer takes the point of the curve
    whose FMR is nearest to f instead, which may be above it.)

    Args:
        scores: with genuine and impostor comparisons.
        fmrs: such as ``["1e-3", "1e-4"]``; people are drawn once for all.
        weights: what counts as one; ``person-pairs`` needs the people.
        uncertainty: how the intervals are made.

    Returns:
        One result for each FMR.

    Raises:
        InputInvalid: no such rate, or the weights need people who are unknown.
        ScoresTooFew: no genuine or no impostor comparison.
    """
    if not scores.genuine.size:
        raise ScoresTooFew("a false non-match rate needs genuine comparisons")
    bounds = [Bound.of(scores, fmr, weights) for fmr in fmrs]
    drawn = iter(_draw([bound for bound in bounds if bound.varying is not None], uncertainty))
    return [
        _measure(bound, None if bound.varying is None else next(drawn), uncertainty)
        for bound in bounds
    ]


def resampled_fnmr(
    scores: ScoreSet, fmr: str, weights: Weights, uncertainty: Uncertainty
) -> Resampled | None:
    """The FNMR at an FMR in each draw of people, or None if too few people err."""
    bound = Bound.of(scores, fmr, weights)
    if bound.varying is None or not _refused(bound, bound.varying).crowd.varies:
        return None
    return _resampled(bound, bound.varying, _draw([bound], uncertainty)[0])


def _draw(bounds: list[Bound], uncertainty: Uncertainty) -> list[_Drawn]:
    """The bound and the FNMR in each draw of people, for operating points of one set that vary."""
    if not bounds or bounds[0].varying is None:
        return []
    scores, pairing, weights = bounds[0].scores, bounds[0].varying.pairing, bounds[0].weights
    drawn = draw_points(
        Genuine.of(scores.genuine, pairing, weights),
        Impostors.of(scores.impostor, pairing, weights),
        [bound.rate for bound in bounds],
        uncertainty,
    )
    return list(zip(*drawn, strict=True))


def _refused(bound: Bound, share: PairShare) -> PersonShare:
    """The genuine comparisons at or below the bound."""
    scores = bound.scores
    stop = first_at_or_above(scores.genuine, next_above(scores.impostor[bound.index]))
    return PersonShare.before(stop, share.pairing, bound.weights)


def _resampled(bound: Bound, share: PairShare, drawn: _Drawn) -> Resampled:
    """With the influence of people: on the rate there, and on the threshold and so on the rate."""
    scores, refused = bound.scores, _refused(bound, share)
    # The slope of the ROC curve around the operating point, where it has a quarter more and fewer
    # false matches: what a change of the FMR at a fixed threshold does to the FNMR at a fixed FMR.
    size = scores.impostor.size
    quarter = max(1, (size - bound.start) // 4)
    ends = scores.impostor[[max(bound.index - quarter, 0), min(bound.index + quarter, size - 1)]]
    genuine, impostor = (
        np.diff(np.searchsorted(side, ends, side="right"))[0] / side.size
        for side in (scores.genuine, scores.impostor)
    )
    slope = genuine / impostor if impostor else 0.0
    return Resampled(
        value=refused.value,
        draws=drawn[1],
        influence=refused.influence() + slope * share.influence(),
    )


def _measure(bound: Bound, drawn: _Drawn | None, uncertainty: Uncertainty) -> FnmrAtFmr:
    draws = None if drawn is None else drawn[0]
    at = bound.threshold(draws, uncertainty)
    scores, weights = bound.scores, bound.weights
    stop = first_at_or_above(scores.genuine, at.threshold.value)
    there = fnmr_before(scores, stop, weights, uncertainty)
    if drawn is not None and bound.varying is not None and there.method is Method.SUBJECT_BOOTSTRAP:
        low, high = _resampled(bound, bound.varying, drawn).interval(uncertainty.confidence)
        return FnmrAtFmr(at=at, fnmr=replace(there, low=low, high=high))
    # Half of the doubt goes to the threshold and half to the rate at either end of it.
    half = replace(uncertainty, confidence=(1.0 + uncertainty.confidence) / 2.0)
    least, most = (
        fnmr_before(scores, first_at_or_above(scores.genuine, end), weights, half)
        for end in bound.ends(draws, half.confidence)
    )
    return FnmrAtFmr(
        at=at,
        fnmr=replace(
            there,
            low=min(least.low, there.value),
            high=max(most.high, there.value),
            method=Method.COMBINED,
            label=at.threshold.label or most.label,
        ),
    )
