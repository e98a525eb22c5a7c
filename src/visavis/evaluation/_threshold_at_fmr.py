"""The threshold that holds a false match rate, exactly, and how far it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from visavis.errors import InputInvalid, ScoresTooFew
from visavis.evaluation._bootstrap import Resampled
from visavis.evaluation._drawn_points import Impostors, draw_bounds
from visavis.evaluation._estimate import (
    DEFAULT_UNCERTAINTY,
    INDEPENDENCE_ASSUMED,
    Estimate,
    Method,
    Uncertainty,
)
from visavis.evaluation._iso19795_1 import fmr_from
from visavis.evaluation._order_bracket import order_bracket
from visavis.evaluation._pair_share import PairShare
from visavis.evaluation._planning import established
from visavis.evaluation._rate import parse_rate
from visavis.evaluation._scores import ScoreSet, first_at_or_above, next_above

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import NDArray

    from visavis.evaluation._people import Weights

__all__ = ["PROVISIONAL", "Bound", "ThresholdAtFmr", "threshold_at_fmr"]

PROVISIONAL: Final = "provisional: too few false matches to say how this varies"
"""The label of a threshold, and of what was measured there, that rests on too little."""

_SLACK: Final = 1e-12  # sums of weights such as 1/3 may pass what is allowed by rounding only


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdAtFmr:
    """A threshold for an FMR.

    Attributes:
        asked: the FMR as it was written.
        threshold: in units of the scores. The value is the smallest float at which the sample's FMR
            is not above the one asked for; the upper end is for those who must be sure. It is
            infinite, and labelled provisional, where too few match falsely.
        fmr: the sample's FMR at the value, with its interval.
        pairs: distinct pairs of people that were compared; None if unknown.
        established: whether enough distinct pairs of people were compared (see `established`). If
            not, the threshold is provisional, and ``fmr.high`` is what cannot be excluded.
    """

    asked: str
    threshold: Estimate
    fmr: Estimate
    pairs: int | None
    established: bool


def threshold_at_fmr(
    scores: ScoreSet,
    fmr: str,
    *,
    weights: Weights,
    uncertainty: Uncertainty = DEFAULT_UNCERTAINTY,
) -> ThresholdAtFmr:
    """Find the smallest threshold whose FMR on the sample is not above the one asked for.

    It is the next float above the (floor(f n) + 1)-th largest of n impostor scores, so that
    ``score >= threshold`` accepts at most floor(f n) of them, and equal scores are refused
    together. With weights, n and the counts are sums of weights. Genuine scores play no part.

    Args:
        scores: with at least one impostor comparison.
        fmr: such as ``1e-4``; see `parse_rate`.
        weights: what counts as one; ``person-pairs`` needs the people.
        uncertainty: how the intervals are made.

    Raises:
        InputInvalid: no such rate, or the weights need people who are unknown.
        ScoresTooFew: no impostor comparison.
    """
    bound = Bound.of(scores, fmr, weights)
    draws = None
    if bound.varying is not None:
        impostors = Impostors.of(scores.impostor, bound.varying.pairing, weights)
        draws = draw_bounds(impostors, [bound.rate], uncertainty)[0]
    return bound.threshold(draws, uncertainty)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Bound:
    """The largest impostor score that must be refused for an FMR to hold.

    Attributes:
        scores: the set.
        weights: what counts as one.
        asked: the FMR as it was written.
        rate: the FMR.
        index: of the score among the impostor scores.
        start: index of the first score above it, from which on all are accepted.
        share: the accepted, or None if the people are unknown.
        varying: the same if enough people err to draw them, else None.
    """

    scores: ScoreSet
    weights: Weights
    asked: str
    rate: Fraction
    index: int
    start: int
    share: PairShare | None
    varying: PairShare | None

    @classmethod
    def of(cls, scores: ScoreSet, fmr: str, weights: Weights) -> Bound:
        """Find it.

        Raises:
            InputInvalid: no such rate, or the weights need people who are unknown.
            ScoresTooFew: no impostor comparison.
        """
        rate = parse_rate(fmr)
        if not scores.impostor.size:
            raise ScoresTooFew("a threshold for an FMR needs impostor comparisons")
        index = _bounding_index(scores, rate, weights)
        start = first_at_or_above(scores.impostor, next_above(scores.impostor[index]))
        share = None
        if scores.pairing is not None:
            share = PairShare.from_index(start, scores.pairing, weights)
        return cls(
            scores=scores,
            weights=weights,
            asked=fmr,
            rate=rate,
            index=index,
            start=start,
            share=share,
            varying=share if share is not None and share.crowd.varies else None,
        )

    def threshold(
        self, draws: NDArray[np.float64] | None, uncertainty: Uncertainty
    ) -> ThresholdAtFmr:
        """The threshold just above the bound.

        Args:
            draws: the bound in each draw of people, if it varies.
            uncertainty: how the intervals are made.
        """
        impostor, share = self.scores.impostor, self.share
        value = next_above(impostor[self.index])
        method = Method.ORDER_STATISTICS if share is None else Method.SUBJECT_BOOTSTRAP
        labels = [INDEPENDENCE_ASSUMED] if share is None else []
        ends = self.ends(draws, uncertainty.confidence)
        if np.isinf(ends[1]):
            method = Method.ORDER_STATISTICS if share is None else Method.PERSON_COUNT
            labels.append(PROVISIONAL)
        return ThresholdAtFmr(
            asked=self.asked,
            threshold=Estimate(
                value=value,
                low=min(ends[0], value),
                high=max(ends[1], value),
                confidence=uncertainty.confidence,
                method=method,
                n=impostor.size,
                people=None if share is None else share.crowd.people,
                label="; ".join(labels),
            ),
            fmr=fmr_from(self.scores, self.start, self.weights, uncertainty),
            pairs=None if share is None else share.pairing.pairs,
            established=share is not None and established(self.rate, pairs=share.pairing.pairs),
        )

    def ends(self, draws: NDArray[np.float64] | None, confidence: float) -> tuple[float, float]:
        """The interval of the threshold; infinite where too little is known of it.

        With fewer than 10 pairs of people above it, no finite threshold could be defended: by the
        number of people, even one above every score seen may have a larger FMR.

        Args:
            draws: the bound in each draw of people, if it varies.
            confidence: two-sided.
        """
        impostor = self.scores.impostor
        if self.share is None:
            above, below = order_bracket(impostor.size, self.rate, confidence=confidence)
            low = -np.inf if below is None else float(impostor[-below])
            return low, np.inf if above is None else next_above(impostor[-above])
        if draws is None:
            return -np.inf, np.inf
        # A person who raises the FMR raises the threshold.
        bound = Resampled(
            value=float(impostor[self.index]), draws=draws, influence=self.share.influence()
        )
        if not bound.defined:
            return -np.inf, np.inf
        ends = (impostor.dtype.type(end) for end in bound.interval(confidence))
        least, most = map(next_above, ends)
        return least, most


def _bounding_index(scores: ScoreSet, rate: Fraction, weights: Weights) -> int:
    size, weight = scores.impostor.size, None
    if scores.pairing is not None:
        weight = PairShare.from_index(0, scores.pairing, weights).weights
    elif weights != "comparisons":
        raise InputInvalid("weighing pairs of people needs to know who was compared with whom")
    if weight is None:
        return size - 1 - (rate.numerator * size) // rate.denominator
    accepted = np.cumsum(weight[::-1])
    allowed = float(rate) * accepted[-1] * (1 + _SLACK)
    return size - 1 - int(np.searchsorted(accepted, allowed, side="right"))
