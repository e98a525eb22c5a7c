"""Operating points in each draw of people: the threshold for an FMR, and the FNMR there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from visavis.errors import ScoresTooFew
from visavis.evaluation._bootstrap import multiplicities
from visavis.evaluation._pair_share import PairShare
from visavis.evaluation._people import Codes, Pairing, Weights, own_weights
from visavis.evaluation._tail import Tail
from visavis.evaluation._walk import Walk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from numpy.typing import NDArray

    from visavis.evaluation._estimate import Uncertainty
    from visavis.evaluation._pair_sums import PairSum
    from visavis.evaluation._scores import Floats

__all__ = ["Genuine", "Impostors", "draw_bounds", "draw_points"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Impostors:
    """Impostor comparisons as draws of people see them.

    Attributes:
        tail: the highest of them.
        weights: what each in the tail counts (float32), or None if all count the same.
        whole: the weight of all, in the tail or not.
        people: number of people.
    """

    tail: Tail
    weights: NDArray[np.float32] | None
    whole: PairSum
    people: int

    @classmethod
    def of(cls, impostor: Floats, pairing: Pairing, weights: Weights) -> Impostors:
        """All impostor comparisons of a set."""
        share = PairShare.from_index(0, pairing, weights)
        return cls(
            tail=Tail(
                scores=impostor[::-1],
                first=pairing.first[::-1],
                second=pairing.second[::-1],
                comparisons=impostor.size,
                floor=-np.inf,
            ),
            weights=None if share.weights is None else share.weights[::-1].astype(np.float32),
            whole=share.whole(),
            people=pairing.people,
        )

    def bounds(self, drawn: NDArray[np.float32], rates: Sequence[Fraction]) -> NDArray[np.float64]:
        """The largest score that each FMR refuses, rates x draws; -inf where nobody met anybody.

        Raises:
            ScoresTooFew: it lies below the tail.
        """
        walk = self._walk(drawn)
        allowed = np.array([[float(rate)] for rate in rates]) * self.whole(drawn)
        found = walk.first_exceeding(allowed)
        beyond = found == self.tail.scores.size
        if np.any(beyond) and self.tail.floor > -np.inf:
            raise ScoresTooFew("fewer of the highest impostor scores were kept than this FMR needs")
        found[beyond] = 0
        return np.where(beyond, -np.inf, self.tail.scores[found])

    def shares(self, drawn: NDArray[np.float32], stops: Sequence[int]) -> NDArray[np.float64]:
        """The share of all that the first of the tail are, for each number of them, x draws."""
        ends = np.broadcast_to(np.array(stops)[:, None], (len(stops), drawn.shape[1]))
        return self._walk(drawn).cumulated(ends) / self.whole(drawn)

    def _walk(self, drawn: NDArray[np.float32]) -> Walk:
        return Walk(
            first=self.tail.first,
            second=self.tail.second,
            weights=self.weights,
            multiplicities=drawn,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Genuine:
    """Genuine comparisons as draws of people see them.

    Attributes:
        scores: ascending.
        person: the person of each.
        weights: what each counts (float32), or None if all count the same.
        totals: what all of each person count together (float64).
    """

    scores: Floats
    person: Codes
    weights: NDArray[np.float32] | None
    totals: NDArray[np.float64]

    @classmethod
    def of(cls, genuine: Floats, pairing: Pairing, weights: Weights) -> Genuine:
        """All genuine comparisons of a set."""
        weight = own_weights(pairing.person_repeats, weights)
        totals = np.bincount(pairing.person, weight, minlength=pairing.people)
        return cls(
            scores=genuine,
            person=pairing.person,
            weights=None if weight is None else weight.astype(np.float32),
            totals=totals.astype(np.float64),
        )

    def fnmr(self, drawn: NDArray[np.float32], bounds: NDArray[np.float64]) -> NDArray[np.float64]:
        """The share at or below each bound (FMRs x draws, in the draw of its column)."""
        own = self.scores.dtype  # bounds are scores, so this is exact
        stops = np.searchsorted(self.scores, bounds.astype(own), side="right")
        refused = [self._before(stop, drawn) for stop in stops]
        return np.array(refused) / (self.totals @ drawn)

    def _before(self, stop: NDArray[np.int64], drawn: NDArray[np.float32]) -> NDArray[np.float64]:
        """The weight of the comparisons before an index, one index for each draw."""
        # What all draws refuse is counted for each person; only the rest is walked through.
        low, high = int(stop.min()), int(stop.max())
        all_refuse = None if self.weights is None else self.weights[:low]
        counts = np.bincount(self.person[:low], all_refuse, minlength=self.totals.size)
        person = self.person[low:high]
        walk = Walk(
            first=person,
            second=np.full_like(person, self.totals.size),  # a row of ones below the people
            weights=None if self.weights is None else self.weights[low:high],
            multiplicities=np.vstack([drawn, np.ones_like(drawn[:1])]),
        )
        refused: NDArray[np.float64] = walk.cumulated((stop - low)[None])[0]
        refused += counts @ drawn
        return refused


def draw_bounds(
    impostors: Impostors, rates: Sequence[Fraction], uncertainty: Uncertainty
) -> NDArray[np.float64]:
    """For each FMR and draw of people, the largest impostor score that is refused (float64)."""
    chunks = multiplicities(impostors.people, uncertainty)
    return np.concatenate([impostors.bounds(drawn, rates) for drawn in chunks], axis=1)


def draw_points(
    genuine: Genuine, impostors: Impostors, rates: Sequence[Fraction], uncertainty: Uncertainty
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The same bounds, and the FNMR at each: in a draw the same people decide both (float64)."""
    bounds, fnmr = [], []
    for drawn in multiplicities(impostors.people, uncertainty):
        bounds.append(impostors.bounds(drawn, rates))
        fnmr.append(genuine.fnmr(drawn, bounds[-1]))
    return np.concatenate(bounds, axis=1), np.concatenate(fnmr, axis=1)
