"""What share of a streamed test's impostor comparisons is accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from visavis.evaluation._bootstrap import FEWEST_PEOPLE, Resampled, multiplicities
from visavis.evaluation._interval import Crowd, subject_share
from visavis.evaluation._pair_sums import listed_sum
from visavis.evaluation._people import pair_keys
from visavis.evaluation._person_count import pair_bound
from visavis.evaluation._planning import FEWEST_PAIRS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.evaluation._estimate import Estimate, Uncertainty
    from visavis.evaluation._meetings import Meetings
    from visavis.evaluation._people import Weights
    from visavis.evaluation._tail import Tail

__all__ = ["TailShare"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class TailShare:
    """The highest comparisons of a tail, which are accepted; see `PairShare`, which has a list.

    Attributes:
        tail: the highest impostor scores.
        meetings: who met whom how often.
        weighing: what counts as one.
        stop: how many of the tail are accepted.
    """

    tail: Tail
    meetings: Meetings
    weighing: Weights
    stop: int

    @property
    def value(self) -> float:
        """The share."""
        weights = self._weights()
        if weights is None:
            return self.stop / self.tail.comparisons
        return float(weights.sum() / self.meetings.pairs)

    @property
    def crowd(self) -> Crowd:
        """How many people there are, and how many pairs of them err and do not."""
        people = self.meetings.people
        often = self.meetings.most_of_a_pair
        erring, rest = self.stop // often, self.tail.comparisons - self.stop
        if erring < FEWEST_PAIRS or people < FEWEST_PEOPLE:
            first, second = self.tail.first[: self.stop], self.tail.second[: self.stop]
            keys = pair_keys(first, second, self.meetings.samples.size)
            erring = int(np.unique(keys).size)
        return Crowd(people=people, erring=erring, passing=-(-rest // often))

    def resampled(self, uncertainty: Uncertainty) -> Resampled:
        """The share in each draw of people."""
        weights = self._weights()
        part = listed_sum(
            self.tail.first[: self.stop],
            self.tail.second[: self.stop],
            None if weights is None else weights.astype(np.float32),
            people=self.meetings.samples.size,
        )
        whole = self.meetings.whole(self.weighing)
        shares = [
            part(drawn) / whole(drawn)
            for drawn in multiplicities(self.meetings.samples.size, uncertainty)
        ]
        return Resampled(value=self.value, draws=np.concatenate(shares), influence=self.influence())

    def influence(self) -> NDArray[np.float64]:
        """By how much one more of each person would move the share (float64)."""
        weights, people = self._weights(), self.meetings.samples.size
        one = np.bincount(self.tail.first[: self.stop], weights, minlength=people)
        other = np.bincount(self.tail.second[: self.stop], weights, minlength=people)
        totals = self.meetings.totals(self.weighing)
        moved = (one + other) - self.value * totals
        return moved / (float(totals.sum()) / 2)

    def estimate(
        self, uncertainty: Uncertainty, *, draws: NDArray[np.float64] | None = None
    ) -> Estimate:
        """The share with its interval.

        Args:
            uncertainty: how it is made.
            draws: the share in each draw of people, if they were drawn already.
        """

        def resample() -> Resampled:
            if draws is None:
                return self.resampled(uncertainty)
            return Resampled(value=self.value, draws=draws, influence=self.influence())

        meetings = self.meetings
        # Where pairs do not weigh alike, those who err may be the ones who weigh most.
        uneven, busiest = 1.0, meetings.people - 1
        if self.weighing == "comparisons":
            uneven = meetings.most_of_a_pair * meetings.pairs / self.tail.comparisons
        return subject_share(
            self.value,
            n=self.tail.comparisons,
            crowd=self.crowd,
            resample=resample,
            bound=lambda count, confidence: (
                uneven * pair_bound(count, meetings.pairs, busiest=busiest, confidence=confidence)
            ),
            confidence=uncertainty.confidence,
        )

    def _weights(self) -> NDArray[np.float64] | None:
        first, second = self.tail.first[: self.stop], self.tail.second[: self.stop]
        return self.meetings.weights(first, second, self.weighing)
