"""What share of people's own comparisons or attempts goes wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from visavis.evaluation._bootstrap import Resampled, multiplicities
from visavis.evaluation._interval import Crowd, subject_share
from visavis.evaluation._people import Pairing, Weights, own_weights
from visavis.evaluation._person_count import people_bound

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.evaluation._estimate import Estimate, Uncertainty

__all__ = ["PersonShare"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class PersonShare:
    """How much of what each person did went wrong.

    Attributes:
        errors: weight of what went wrong, for each person (float64).
        totals: weight of all that they did; not all zero.
        n: number of comparisons or attempts.
    """

    errors: NDArray[np.float64]
    totals: NDArray[np.float64]
    n: int

    @classmethod
    def before(cls, stop: int, pairing: Pairing, weights: Weights) -> PersonShare:
        """Of the genuine comparisons of a set, those before an index, which are refused."""
        weight = own_weights(pairing.person_repeats, weights)
        refused = None if weight is None else weight[:stop]
        return cls(
            errors=_by_person(pairing.person[:stop], refused, pairing.people),
            totals=_by_person(pairing.person, weight, pairing.people),
            n=pairing.person.size,
        )

    @classmethod
    def of_attempts(
        cls, failed: NDArray[np.bool_], person: NDArray[np.int32], people: int
    ) -> PersonShare:
        """Of the attempts of people, those that failed."""
        return cls(
            errors=_by_person(person, failed.astype(np.float64), people),
            totals=_by_person(person, None, people),
            n=failed.size,
        )

    @property
    def value(self) -> float:
        """The share that went wrong."""
        return float(self.errors.sum() / self.totals.sum())

    def resampled(self, uncertainty: Uncertainty) -> Resampled:
        """The share in each draw of people."""
        shares = [
            (self.errors @ drawn) / (self.totals @ drawn)
            for drawn in multiplicities(self.totals.size, uncertainty)
        ]
        return Resampled(value=self.value, draws=np.concatenate(shares), influence=self.influence())

    def influence(self) -> NDArray[np.float64]:
        """By how much one more of each person would move the share (float64)."""
        moved = self.errors - self.value * self.totals
        return moved / float(self.totals.sum())

    @property
    def crowd(self) -> Crowd:
        """How many people err and how many do not."""
        return Crowd(
            people=int(np.count_nonzero(self.totals)),
            erring=int(np.count_nonzero(self.errors > 0)),
            passing=int(np.count_nonzero(self.errors < self.totals)),
        )

    def estimate(self, uncertainty: Uncertainty) -> Estimate:
        """The share with its interval."""
        crowd = self.crowd
        # Where people do not weigh alike, those who err may be the ones who weigh most.
        uneven = float(self.totals.max() * crowd.people / self.totals.sum())
        return subject_share(
            self.value,
            n=self.n,
            crowd=crowd,
            resample=lambda: self.resampled(uncertainty),
            bound=lambda count, confidence: (
                uneven * people_bound(count, crowd.people, confidence=confidence)
            ),
            confidence=uncertainty.confidence,
        )


def _by_person(
    person: NDArray[np.int32], weight: NDArray[np.float64] | None, people: int
) -> NDArray[np.float64]:
    return np.bincount(person, weight, minlength=people).astype(np.float64)
