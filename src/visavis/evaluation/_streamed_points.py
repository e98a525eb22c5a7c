"""Operating points of a streamed test: as `fnmr_at_fmrs` and `threshold_at_fmr`, from its tail."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from visavis.errors import InputInvalid, ScoresTooFew
from visavis.evaluation._bootstrap import Resampled, multiplicities
from visavis.evaluation._estimate import DEFAULT_UNCERTAINTY, Estimate, Method, Uncertainty
from visavis.evaluation._fnmr_at_fmr import FnmrAtFmr
from visavis.evaluation._person_share import PersonShare
from visavis.evaluation._planning import established
from visavis.evaluation._rate import parse_rate
from visavis.evaluation._scores import first_at_or_above, next_above
from visavis.evaluation._tail_share import TailShare
from visavis.evaluation._threshold_at_fmr import PROVISIONAL, ThresholdAtFmr

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from numpy.typing import NDArray

    from visavis.evaluation._drawn_points import Genuine
    from visavis.evaluation._people import Weights
    from visavis.evaluation._streamed import StreamedScores

__all__ = [
    "streamed_difference",
    "streamed_fmr",
    "streamed_fnmr",
    "streamed_fnmr_at_fmrs",
    "streamed_thresholds",
]

_SLACK: Final = 1e-12  # sums of weights such as 1/3 may pass what is allowed by rounding only


def streamed_fmr(
    scores: StreamedScores,
    threshold: float,
    *,
    weights: Weights,
    uncertainty: Uncertainty = DEFAULT_UNCERTAINTY,
) -> Estimate:
    """False match rate: the share of impostor comparisons with ``score >= threshold``.

    Raises:
        InputInvalid: the threshold is NaN.
        ScoresTooFew: no impostor comparison, or the threshold lies below the tail that was kept.
    """
    return _accepted(scores, threshold, weights).estimate(uncertainty)


def streamed_fnmr(
    scores: StreamedScores,
    threshold: float,
    *,
    weights: Weights,
    uncertainty: Uncertainty = DEFAULT_UNCERTAINTY,
) -> Estimate:
    """False non-match rate: the share of genuine comparisons with ``score < threshold``.

    Raises:
        InputInvalid: the threshold is NaN.
        ScoresTooFew: no genuine comparison.
    """
    return _refused(scores, threshold, weights).estimate(uncertainty)


def streamed_thresholds(
    scores: StreamedScores,
    fmrs: Sequence[str],
    *,
    weights: Weights,
    uncertainty: Uncertainty = DEFAULT_UNCERTAINTY,
) -> list[ThresholdAtFmr]:
    """The smallest thresholds whose FMR on the test is not above those asked for.

    Where too few people err for an interval of the threshold (see `threshold_at_fmr`), it is
    labelled provisional, and its upper end is that of the draws all the same: finite, for use, with
    ``fmr.high`` beside it as what cannot be excluded.

    Raises:
        InputInvalid: no such rate.
        ScoresTooFew: no impostor comparison, or fewer were kept than an FMR needs.
    """
    bounds = [_Bound.of(scores, fmr, weights) for fmr in fmrs]
    drawn = _draw(scores, bounds, weights, uncertainty)
    return [bound.threshold(each, uncertainty) for bound, each in zip(bounds, drawn, strict=True)]


def streamed_fnmr_at_fmrs(
    scores: StreamedScores,
    fmrs: Sequence[str],
    *,
    weights: Weights = "comparisons",
    uncertainty: Uncertainty = DEFAULT_UNCERTAINTY,
) -> list[FnmrAtFmr]:
    """FNMR at each FMR; see `fnmr_at_fmrs`.

    Raises:
        InputInvalid: no such rate.
        ScoresTooFew: no genuine or no impostor comparison, or fewer of the highest were kept than
            an FMR needs.
    """
    bounds = [_Bound.of(scores, fmr, weights) for fmr in fmrs]
    drawn = _draw(scores, bounds, weights, uncertainty, genuine=scores.genuine_share(weights))
    return [_measure(bound, each, uncertainty) for bound, each in zip(bounds, drawn, strict=True)]


def streamed_difference(
    one: StreamedScores,
    other: StreamedScores,
    fmr: str,
    *,
    weights: Weights,
    uncertainty: Uncertainty = DEFAULT_UNCERTAINTY,
) -> Estimate:
    """FNMR of one system less that of another, each at its own threshold; see `paired_difference`.

    Raises:
        InputInvalid: the two did not compare the same people equally often.
        ScoresTooFew: as `streamed_fnmr_at_fmrs`.
    """
    if not (
        np.array_equal(one.meetings.samples, other.meetings.samples)
        and one.meetings.each == other.meetings.each
        and np.array_equal(np.sort(one.person), np.sort(other.person))
    ):
        raise InputInvalid("the two systems did not compare the same pairs of people")
    bounds = [_Bound.of(each, fmr, weights) for each in (one, other)]
    first, second = (_resampled_alone(bound, uncertainty) for bound in bounds)
    difference = first - second
    low, high = difference.interval(uncertainty.confidence)
    return Estimate(
        value=difference.value,
        low=low,
        high=high,
        confidence=uncertainty.confidence,
        method=Method.SUBJECT_BOOTSTRAP,
        n=one.genuine.size,
        people=one.meetings.people,
        label="" if all(bound.share.crowd.varies for bound in bounds) else PROVISIONAL,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class _Bound:
    """The largest impostor score that must be refused for an FMR to hold."""

    scores: StreamedScores
    weights: Weights
    asked: str
    rate: Fraction
    index: int
    share: TailShare

    @classmethod
    def of(cls, scores: StreamedScores, fmr: str, weights: Weights) -> _Bound:
        rate, tail = parse_rate(fmr), scores.tail
        if not tail.scores.size:
            raise ScoresTooFew("a threshold for an FMR needs impostor comparisons")
        weight = scores.meetings.weights(tail.first, tail.second, weights)
        if weight is None:
            index = (rate.numerator * tail.comparisons) // rate.denominator
        else:
            allowed = float(rate) * scores.meetings.pairs * (1 + _SLACK)
            index = int(np.searchsorted(np.cumsum(weight), allowed, side="right"))
        if index >= tail.scores.size:
            raise ScoresTooFew("fewer of the highest impostor scores were kept than this FMR needs")
        stop = _kept(scores, next_above(tail.scores[index]))
        share = TailShare(tail=tail, meetings=scores.meetings, weighing=weights, stop=stop)
        return cls(scores=scores, weights=weights, asked=fmr, rate=rate, index=index, share=share)

    @property
    def bound(self) -> np.floating[Any]:
        score: np.floating[Any] = self.scores.tail.scores[self.index]
        return score

    def ends(self, draws: NDArray[np.float64], confidence: float) -> tuple[float, float]:
        """The interval of the threshold, from the bound in each draw of people."""
        sample = Resampled(value=float(self.bound), draws=draws, influence=self.share.influence())
        kind = self.scores.tail.scores.dtype.type
        least, most = (next_above(kind(end)) for end in sample.interval(confidence))
        return least, most

    def threshold(self, drawn: _Drawn, uncertainty: Uncertainty) -> ThresholdAtFmr:
        value, pairs = next_above(self.bound), self.scores.meetings.pairs
        low, high = self.ends(drawn.bounds, uncertainty.confidence)
        return ThresholdAtFmr(
            asked=self.asked,
            threshold=Estimate(
                value=value,
                low=min(low, value),
                high=max(high, value),
                confidence=uncertainty.confidence,
                method=Method.SUBJECT_BOOTSTRAP,
                n=self.scores.tail.comparisons,
                people=self.scores.meetings.people,
                label="" if self.share.crowd.varies else PROVISIONAL,
            ),
            fmr=self.share.estimate(uncertainty, draws=drawn.fmr),
            pairs=pairs,
            established=established(self.rate, pairs=pairs),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class _Drawn:
    """One operating point in each draw of people (float64).

    Attributes:
        bounds: the largest score that must be refused.
        fmr: the share accepted at the threshold of the sample itself.
        fnmr: the share of genuine scores at or below the bound of the draw; None if not asked for.
    """

    bounds: NDArray[np.float64]
    fmr: NDArray[np.float64]
    fnmr: NDArray[np.float64] | None


def _draw(
    scores: StreamedScores,
    bounds: Sequence[_Bound],
    weights: Weights,
    uncertainty: Uncertainty,
    *,
    genuine: Genuine | None = None,
) -> list[_Drawn]:
    """All operating points in each draw: people are drawn once for all of them."""
    impostors, parts = scores.impostors(weights), []
    for drawn in multiplicities(impostors.people, uncertainty):
        found = impostors.bounds(drawn, [bound.rate for bound in bounds])
        accepted = impostors.shares(drawn, [bound.share.stop for bound in bounds])
        refused = [] if genuine is None else [genuine.fnmr(drawn, found)]
        parts.append(np.stack([found, accepted, *refused]))
    return [
        _Drawn(bounds=each[0], fmr=each[1], fnmr=None if genuine is None else each[2])
        for each in np.concatenate(parts, axis=2).swapaxes(0, 1)
    ]


def _measure(bound: _Bound, drawn: _Drawn, uncertainty: Uncertainty) -> FnmrAtFmr:
    at = bound.threshold(drawn, uncertainty)
    refused = _refused(bound.scores, at.threshold.value, bound.weights)
    if not at.threshold.label and refused.crowd.varies:
        sample = _resampled(bound, refused, drawn)
        if sample.defined:
            low, high = sample.interval(uncertainty.confidence)
            return FnmrAtFmr(at=at, fnmr=_estimate(refused, low, high, uncertainty.confidence))
    there = refused.estimate(uncertainty)
    if at.threshold.label:  # nothing is known of the threshold, so nothing of what it costs
        least, most = 0.0, 1.0
    else:  # half of the doubt goes to the threshold and half to the rate at either end of it
        half = replace(uncertainty, confidence=(1.0 + uncertainty.confidence) / 2.0)
        rates = [
            _refused(bound.scores, end, bound.weights).estimate(half)
            for end in bound.ends(drawn.bounds, half.confidence)
        ]
        least, most = rates[0].low, rates[1].high
    return FnmrAtFmr(
        at=at,
        fnmr=replace(
            there,
            low=min(least, there.value),
            high=max(most, there.value),
            method=Method.COMBINED,
            label=at.threshold.label or there.label,
        ),
    )


def _estimate(refused: PersonShare, low: float, high: float, confidence: float) -> Estimate:
    return Estimate(
        value=refused.value,
        low=low,
        high=high,
        confidence=confidence,
        method=Method.SUBJECT_BOOTSTRAP,
        n=refused.n,
        people=refused.crowd.people,
    )


def _resampled_alone(bound: _Bound, uncertainty: Uncertainty) -> Resampled:
    scores, weights = bound.scores, bound.weights
    genuine = scores.genuine_share(weights)
    (drawn,) = _draw(scores, [bound], weights, uncertainty, genuine=genuine)
    return _resampled(bound, _refused(scores, next_above(bound.bound), weights), drawn)


def _resampled(bound: _Bound, refused: PersonShare, drawn: _Drawn) -> Resampled:
    """With the influence of people: on the rate there, and on the threshold and so on the rate."""
    # The slope of the ROC curve around the operating point, where it has a quarter more and fewer
    # false matches: what a change of the FMR at a fixed threshold does to the FNMR at a fixed FMR.
    tail, genuine = bound.scores.tail, bound.scores.genuine
    quarter = max(1, bound.share.stop // 4)
    places = [
        min(bound.index + quarter, tail.scores.size - 1),
        max(bound.index - quarter, 0),
    ]
    low, high = (next_above(tail.scores[place]) for place in places)
    fewer = (_kept(bound.scores, low) - _kept(bound.scores, high)) / tail.comparisons
    more = (first_at_or_above(genuine, high) - first_at_or_above(genuine, low)) / genuine.size
    slope = more / fewer if fewer else 0.0
    return Resampled(
        value=refused.value,
        draws=np.full_like(drawn.bounds, np.nan) if drawn.fnmr is None else drawn.fnmr,
        influence=refused.influence() + slope * bound.share.influence(),
    )


def _accepted(scores: StreamedScores, threshold: float, weights: Weights) -> TailShare:
    if not scores.tail.scores.size:
        raise ScoresTooFew("a false match rate needs impostor comparisons")
    if threshold <= scores.tail.floor:
        raise ScoresTooFew("fewer of the highest impostor scores were kept than this threshold")
    stop = _kept(scores, threshold)
    return TailShare(tail=scores.tail, meetings=scores.meetings, weighing=weights, stop=stop)


def _kept(scores: StreamedScores, threshold: float) -> int:
    """How many of the tail are at or above a threshold."""
    return scores.tail.scores.size - first_at_or_above(scores.tail.scores[::-1], threshold)


def _refused(scores: StreamedScores, threshold: float, weights: Weights) -> PersonShare:
    stop = first_at_or_above(scores.genuine, threshold)
    totals, weight = scores.genuine_share(weights).totals, scores.genuine_weights(weights)
    refused = None if weight is None else weight[:stop]
    errors = np.bincount(scores.person[:stop], refused, minlength=totals.size)
    return PersonShare(errors=errors.astype(np.float64), totals=totals, n=scores.genuine.size)
