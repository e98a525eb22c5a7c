"""What share of the comparisons of two people goes wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from visavis.evaluation._bootstrap import FEWEST_PEOPLE, Resampled, multiplicities
from visavis.evaluation._interval import Crowd, subject_share
from visavis.evaluation._pair_sums import PairSum, complete_sum, listed_sum
from visavis.evaluation._people import Pairing, Weights, own_weights, pair_keys
from visavis.evaluation._person_count import pair_bound
from visavis.evaluation._planning import FEWEST_PAIRS, person_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.evaluation._estimate import Estimate, Uncertainty

__all__ = ["PairShare"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class PairShare:
    """The impostor comparisons from an index on, which are accepted, as a share of all.

    Attributes:
        pairing: who was compared; at least one comparison of two people.
        weights: what each comparison counts (float64), or None if all count the same.
        start: index of the first in the share.
    """

    pairing: Pairing
    weights: NDArray[np.float64] | None
    start: int

    @classmethod
    def from_index(cls, start: int, pairing: Pairing, weights: Weights) -> PairShare:
        """Of the impostor comparisons of a set, those from an index on."""
        weight = own_weights(pairing.pair_repeats, weights)
        return cls(pairing=pairing, weights=weight, start=start)

    @property
    def value(self) -> float:
        """The share."""
        size = self.pairing.first.size
        if self.weights is None:
            return (size - self.start) / size
        return float(self.weights[self.start :].sum() / self.weights.sum())

    @property
    def crowd(self) -> Crowd:
        """How many people there are, and how many pairs of them err and do not."""
        people = int(np.count_nonzero(self.pairing.partners))
        exact = people < FEWEST_PEOPLE
        return Crowd(
            people=people,
            erring=self._distinct(slice(self.start, None), exact=exact),
            passing=self._distinct(slice(0, self.start), exact=exact),
        )

    def whole(self) -> PairSum:
        """The weight of all comparisons, for each draw."""
        repeats = self.pairing.pair_repeats
        present = self.pairing.partners > 0
        alike = self.weights is not None or int(repeats.min()) == int(repeats.max())
        if alike and self.pairing.pairs == person_pairs(int(np.count_nonzero(present))):
            return complete_sum(present, each=1.0 if self.weights is not None else int(repeats[0]))
        return self._sum(slice(None))

    def resampled(self, uncertainty: Uncertainty) -> Resampled:
        """The share in each draw of people."""
        part, whole = self._sum(slice(self.start, None)), self.whole()
        shares = [
            part(drawn) / whole(drawn) for drawn in multiplicities(self.pairing.people, uncertainty)
        ]
        return Resampled(value=self.value, draws=np.concatenate(shares), influence=self.influence())

    def influence(self) -> NDArray[np.float64]:
        """By how much one more of each person would move the share (float64)."""
        part, whole = slice(self.start, None), slice(None)
        errors = self._by_person(self._weights(part), part)
        totals = self._by_person(self._weights(whole), whole)
        moved = errors - self.value * totals
        return moved / (float(totals.sum()) / 2)

    def estimate(self, uncertainty: Uncertainty) -> Estimate:
        """The share with its interval."""
        pairs, busiest = self.pairing.pairs, int(self.pairing.partners.max())
        # Where pairs do not weigh alike, those who err may be the ones who weigh most.
        repeats = self.pairing.pair_repeats
        uneven = 1.0 if self.weights is not None else int(repeats.max()) * pairs / repeats.size
        return subject_share(
            self.value,
            n=repeats.size,
            crowd=self.crowd,
            resample=lambda: self.resampled(uncertainty),
            bound=lambda count, confidence: (
                uneven * pair_bound(count, pairs, busiest=busiest, confidence=confidence)
            ),
            confidence=uncertainty.confidence,
        )

    def _distinct(self, part: slice, *, exact: bool) -> int:
        at_least = int(np.sum(1.0 / self.pairing.pair_repeats[part]))  # a pair adds at most 1
        if at_least >= FEWEST_PAIRS and not exact:
            return at_least
        first, second = self.pairing.first[part], self.pairing.second[part]
        return int(np.unique(pair_keys(first, second, self.pairing.people)).size)

    def _by_person(self, weights: NDArray[np.float64] | None, part: slice) -> NDArray[np.float64]:
        people = self.pairing.people
        one = np.bincount(self.pairing.first[part], weights, minlength=people)
        other = np.bincount(self.pairing.second[part], weights, minlength=people)
        return (one + other).astype(np.float64)

    def _weights(self, part: slice) -> NDArray[np.float64] | None:
        return None if self.weights is None else self.weights[part]

    def _sum(self, part: slice) -> PairSum:
        weights = self._weights(part)
        return listed_sum(
            self.pairing.first[part],
            self.pairing.second[part],
            None if weights is None else weights.astype(np.float32),
            people=self.pairing.people,
        )
