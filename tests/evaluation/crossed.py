"""Scores of people who differ, drawn from a law whose true error rates are known.

An impostor score is a normal variable whose variance is shared by an effect of one person, an
effect of the other, and the rest; a genuine score by an effect of its person, and the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from visavis.evaluation import ScoreSet

if TYPE_CHECKING:
    from numpy.typing import NDArray

STANDARD = NormalDist()


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """How scores of crossed people come about; impostor scores are standard normal.

    Attributes:
        people: all compared with each other once, and each ``repeats`` times with themselves.
        share: of the variance that people's effects make.
        genuine_mean: mean of genuine scores, whose variance is 1 too.
        repeats: genuine comparisons of each person.
    """

    people: int
    share: float
    genuine_mean: float = 4.0
    repeats: int = 3

    def threshold(self, fmr: float) -> float:
        """The threshold whose true FMR this is."""
        return STANDARD.inv_cdf(1.0 - fmr)

    def fmr(self, threshold: float) -> float:
        """The true FMR of a threshold."""
        return 1.0 - STANDARD.cdf(threshold)

    def fnmr(self, threshold: float) -> float:
        """The true FNMR of a threshold."""
        return STANDARD.cdf(threshold - self.genuine_mean)

    def threshold_for_fnmr(self, fnmr: float) -> float:
        """The threshold whose true FNMR this is."""
        return self.genuine_mean + STANDARD.inv_cdf(fnmr)

    def draw(self, generator: np.random.Generator) -> ScoreSet:
        """One test of other people each time."""
        first, second = np.triu_indices(self.people, 1)
        effect = self._normal(generator, self.people, self.share / 2)
        impostor = effect[first] + effect[second]
        impostor += self._normal(generator, first.size, 1 - self.share)
        person = np.repeat(np.arange(self.people), self.repeats)
        genuine = self.genuine_mean + self._normal(generator, self.people, self.share)[person]
        genuine += self._normal(generator, person.size, 1 - self.share)
        return ScoreSet.of_people(
            genuine=genuine,
            impostor=impostor,
            genuine_person=person,
            impostor_first=first,
            impostor_second=second,
        )

    @staticmethod
    def _normal(generator: np.random.Generator, size: int, variance: float) -> NDArray[np.float64]:
        return generator.normal(scale=variance**0.5, size=size)
