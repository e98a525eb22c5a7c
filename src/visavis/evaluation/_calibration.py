"""Turning scores into log-likelihood ratios: how much more likely for one person than for two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from visavis.errors import ScoresSeparated, ScoresTooFew
from visavis.evaluation._pav import pool

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.evaluation._det import ErrorCurve
    from visavis.evaluation._scores import Floats, ScoreSet

__all__ = ["LogisticCalibration", "PavCalibration"]

_MANY: Final = 500_000  # above, a first line is fitted to so many
_STEPS: Final = 100  # Newton's method takes about 10
_CHUNK: Final = 100_000  # scores at once: they stay in the cache
_EXACT: Final = 1e-10  # change of the parameters, in standard deviations of the scores


@dataclass(frozen=True, slots=True, kw_only=True)
class LogisticCalibration:
    """Log-likelihood ratio = slope x score + intercept (natural logarithm).

    Attributes:
        slope: per unit of score.
        intercept: at score 0.
    """

    slope: float
    intercept: float

    @classmethod
    def fit(cls, scores: ScoreSet) -> LogisticCalibration:
        """Find the line with the smallest Cllr (logistic regression, both classes weighing alike).

        Brummer and du Preez (2006); Newton's method with halved steps.

        Raises:
            ScoresTooFew: no genuine or no impostor comparison.
            ScoresSeparated: some threshold makes no error, or almost none: any slope could rise.
        """
        if not scores.genuine.size or not scores.impostor.size:
            raise ScoresTooFew("calibration needs genuine and impostor comparisons")
        if _apart(scores.genuine, scores.impostor):
            raise ScoresSeparated("a threshold parts genuine from impostor scores without error")
        both = np.concatenate([scores.genuine, scores.impostor]).astype(np.float64)
        centre, spread = float(both.mean()), float(both.std())
        both = (both - centre) / spread
        genuine, impostor = both[: scores.genuine.size], both[scores.genuine.size :]
        line = np.zeros(2)
        if both.size > _MANY:
            thin = both.size // _MANY + 1
            some = genuine[::thin], impostor[::thin]
            if not _apart(*some):
                line = _newton(*some, line)
        line = _newton(genuine, impostor, line)
        slope = float(line[1]) / spread
        return cls(slope=slope, intercept=float(line[0]) - slope * centre)

    def log_likelihood_ratio(self, scores: Floats) -> NDArray[np.float64]:
        """The ratio of each score, in any shape (float64)."""
        return self.slope * scores.astype(np.float64) + self.intercept


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class PavCalibration:
    """Log-likelihood ratio as a rising staircase of the score.

    Attributes:
        lowest: the smallest score of each step, ascending from ``-inf``.
        ratios: natural-log likelihood ratio of each step (float64), finite.
    """

    lowest: Floats
    ratios: NDArray[np.float64]

    @classmethod
    def fit(cls, curve: ErrorCurve) -> PavCalibration:
        """Pool adjacent violators, with one genuine and one impostor score added at either end.

        Without these four (Laplace's rule of succession, as in BOSARIS) the outer steps would be
        infinitely sure of what no finite test can show.
        """
        steps = pool(curve, added=1)
        prior = (curve.genuine + 2) / (curve.impostor + 2)
        return cls(lowest=steps.lowest, ratios=np.log(steps.genuine / steps.impostor / prior))

    def log_likelihood_ratio(self, scores: Floats) -> NDArray[np.float64]:
        """The ratio of each score, in any shape (float64)."""
        return self.ratios[np.searchsorted(self.lowest, scores, side="right") - 1]


def _apart(genuine: Floats, impostor: Floats) -> bool:
    """Whether a threshold parts the two, both ascending, without error."""
    return bool(genuine[0] >= impostor[-1] or genuine[-1] <= impostor[0])


def _newton(
    genuine: NDArray[np.float64], impostor: NDArray[np.float64], line: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Intercept and slope with the smallest cost, sought from a first line on."""
    cost, gradient, curvature = _logistic(genuine, impostor, line)
    for _ in range(_STEPS):
        step = -np.linalg.solve(curvature, gradient)
        cost_there, gradient, curvature = _logistic(genuine, impostor, line + step)
        while cost_there > cost and np.max(np.abs(step)) > _EXACT:
            step /= 2
            cost_there, gradient, curvature = _logistic(genuine, impostor, line + step)
        line, cost = line + step, cost_there
        if np.max(np.abs(step)) <= _EXACT * max(1.0, float(np.max(np.abs(line)))):
            return line
    raise ScoresSeparated("genuine and impostor scores hardly overlap: no slope can be fitted")


def _logistic(
    genuine: NDArray[np.float64], impostor: NDArray[np.float64], line: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """The cost of a line in nats, its gradient and its curvature."""
    cost, gradient, curvature = 0.0, np.zeros(2), np.zeros((2, 2))
    for side, sign in ((genuine, -1.0), (impostor, 1.0)):
        for score in np.array_split(side, 1 + side.size // _CHUNK):
            ratio = sign * (line[0] + line[1] * score)  # large where wrong
            small = np.exp(-np.abs(ratio))
            wrong = np.where(ratio > 0, 1.0, small) / (1.0 + small)
            pull = sign * wrong
            bend = small / (1.0 + small) ** 2
            weight = 0.5 / side.size
            cost += weight * float(np.sum(np.maximum(ratio, 0.0) + np.log1p(small)))
            gradient += weight * np.array([pull.sum(), pull @ score])
            mixed = bend @ score
            curvature += weight * np.array([[bend.sum(), mixed], [mixed, (bend * score) @ score]])
    return cost, gradient, curvature
