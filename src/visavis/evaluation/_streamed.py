"""The scores of a test too large to keep them: the highest, a histogram, and who met whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from visavis.errors import ScoresTooFew
from visavis.evaluation._drawn_points import Genuine, Impostors
from visavis.evaluation._people import own_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.evaluation._meetings import Meetings
    from visavis.evaluation._people import Codes, Weights
    from visavis.evaluation._scores import Floats
    from visavis.evaluation._tail import Tail

__all__ = ["BINS", "StreamedScores"]

BINS: Final = 4000
"""Of the histogram, from -1 to 1: a width of 5e-4, a hundredth of what parts two people."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class StreamedScores:
    """Genuine scores, and of the impostor scores what error rates need.

    People are codes from 0; who has which is known to nobody here.

    Attributes:
        genuine: ascending, float32 or float64.
        person: code of the person of each (int32).
        tail: the highest impostor scores, exactly, with the people of each.
        meetings: how often people were compared with each other.
        impostor_bins: how many impostor scores are in each of `BINS` equal bins of -1..1 (int64).
    """

    genuine: Floats
    person: Codes
    tail: Tail
    meetings: Meetings
    impostor_bins: NDArray[np.int64]

    def __repr__(self) -> str:
        return (
            f"<StreamedScores {self.genuine.size} genuine, {self.tail.comparisons} impostor, "
            f"{self.meetings.people} people>"
        )

    def genuine_weights(self, weights: Weights) -> NDArray[np.float64] | None:
        """What each genuine comparison counts (float64), or None if all count the same."""
        repeats = np.bincount(self.person).astype(np.int32)
        return own_weights(repeats[self.person], weights)

    def genuine_share(self, weights: Weights) -> Genuine:
        """The genuine comparisons as draws of people see them.

        Raises:
            ScoresTooFew: there is none.
        """
        if not self.genuine.size:
            raise ScoresTooFew("a false non-match rate needs genuine comparisons")
        weight = self.genuine_weights(weights)
        totals = np.bincount(self.person, weight, minlength=self.meetings.samples.size)
        return Genuine(
            scores=self.genuine,
            person=self.person,
            weights=None if weight is None else weight.astype(np.float32),
            totals=totals.astype(np.float64),
        )

    def impostors(self, weights: Weights) -> Impostors:
        """The impostor comparisons likewise.

        Raises:
            ScoresTooFew: there is none.
        """
        if not self.tail.scores.size:
            raise ScoresTooFew("a false match rate needs impostor comparisons")
        weight = self.meetings.weights(self.tail.first, self.tail.second, weights)
        return Impostors(
            tail=self.tail,
            weights=None if weight is None else weight.astype(np.float32),
            whole=self.meetings.whole(weights),
            people=self.meetings.samples.size,
        )
