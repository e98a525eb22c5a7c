"""How often people were compared with each other, where their numbers of samples say so.

Where every sample was compared with every other, the people i and j met s_i s_j times, and sums
over all comparisons have a closed form: a billion of them need no list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from visavis.evaluation._pair_sums import complete_sum
from visavis.evaluation._planning import person_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.evaluation._pair_sums import PairSum
    from visavis.evaluation._people import Codes, Weights

__all__ = ["Meetings"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Meetings:
    """The impostor comparisons of a test in which everybody met everybody.

    Attributes:
        samples: of each person, by code (int64); 0 for those who took no part.
        each: how often every two samples of two people were compared.
    """

    samples: NDArray[np.int64]
    each: int = 1

    @property
    def people(self) -> int:
        """How many took part."""
        return int(np.count_nonzero(self.samples))

    @property
    def pairs(self) -> int:
        """Distinct pairs of people."""
        return person_pairs(self.people)

    @property
    def comparisons(self) -> int:
        """Of two different people."""
        total, squares = int(self.samples.sum()), int(np.sum(self.samples**2))
        return self.each * (total**2 - squares) // 2

    @property
    def most_of_a_pair(self) -> int:
        """Comparisons of the two people who met most often."""
        one, other = np.partition(self.samples, self.samples.size - 2)[-2:]
        return self.each * int(one) * int(other)

    @property
    def even(self) -> bool:
        """Whether everybody who took part has the same number of samples."""
        present = self.samples[self.samples > 0]
        return bool(present.size) and int(present.min()) == int(present.max())

    def weights(self, first: Codes, second: Codes, weights: Weights) -> NDArray[np.float64] | None:
        """What each of some comparisons counts (float64), or None if all of them count the same.

        Args:
            first: code of one person of each.
            second: code of the other.
            weights: what counts as one.
        """
        if weights == "comparisons" or self.most_of_a_pair == 1:
            return None
        return 1.0 / (self.each * self.samples[first] * self.samples[second])

    def totals(self, weights: Weights) -> NDArray[np.float64]:
        """What all comparisons of each person count together (float64)."""
        samples: NDArray[np.float64] = self.samples.astype(np.float64)
        if weights == "comparisons":
            samples *= self.each * (samples.sum() - samples)
            return samples
        others: NDArray[np.float64] = np.where(samples > 0, self.people - 1.0, 0.0)
        return others

    def whole(self, weights: Weights) -> PairSum:
        """What all comparisons count together, for each draw of people.

        Sum over i < j of s_i w_i s_j w_j = ((sum s w)^2 - sum (s w)^2) / 2.
        """
        if weights == "person-pairs":
            return complete_sum(self.samples > 0, each=1.0)
        samples, each = self.samples[:, None].astype(np.float64), self.each

        def total(drawn: NDArray[np.float32]) -> NDArray[np.float64]:
            here = samples * drawn
            pairs: NDArray[np.float64] = (here.sum(axis=0) ** 2 - np.sum(here**2, axis=0)) / 2
            return each * pairs

        return total
