"""Turning scores into log-likelihood ratios: how much more likely for one person than for two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from visavis.errors import ScoresSeparated, ScoresTooFew
from visavis.evaluation._det import error_curve
from visavis.evaluation._pav import pool

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.evaluation._scores import Floats, ScoreSet

__all__ = ["LogisticCalibration", "PavCalibration"]

_STEPS: Final = 100  # Newton's method takes about 10
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
        if scores.genuine[0] >= scores.impostor[-1] or scores.genuine[-1] <= scores.impostor[0]:
            raise ScoresSeparated("a threshold parts genuine from impostor scores without error")
        both = np.concatenate([scores.genuine, scores.impostor]).astype(np.float64)
        centre, spread = float(both.mean()), float(both.std())
        both = (both - centre) / spread
        line = _newton(both, scores.genuine.size)
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
    def fit(cls, scores: ScoreSet) -> PavCalibration:
        """Pool adjacent violators, with one genuine and one impostor score added at either end.

        Without these four (Laplace's rule of succession, as in BOSARIS) the outer steps would be
        infinitely sure of what no finite test can show.

        Raises:
            ScoresTooFew: no genuine or no impostor comparison.
        """
        curve = error_curve(scores)
        steps = pool(curve, added=1)
        prior = (curve.genuine + 2) / (curve.impostor + 2)
        return cls(lowest=steps.lowest, ratios=np.log(steps.genuine / steps.impostor / prior))

    def log_likelihood_ratio(self, scores: Floats) -> NDArray[np.float64]:
        """The ratio of each score, in any shape (float64)."""
        return self.ratios[np.searchsorted(self.lowest, scores, side="right") - 1]


def _newton(both: NDArray[np.float64], genuine: int) -> NDArray[np.float64]:
    """Intercept and slope with the smallest cost; the first scores are genuine."""
    line = np.zeros(2)
    cost, gradient, curvature = _logistic(both, genuine, line)
    for _ in range(_STEPS):
        step = -np.linalg.solve(curvature, gradient)
        cost_there, gradient, curvature = _logistic(both, genuine, line + step)
        while cost_there > cost and np.max(np.abs(step)) > _EXACT:
            step /= 2
            cost_there, gradient, curvature = _logistic(both, genuine, line + step)
        line, cost = line + step, cost_there
        if np.max(np.abs(step)) <= _EXACT * max(1.0, float(np.max(np.abs(line)))):
            return line
    raise ScoresSeparated("genuine and impostor scores hardly overlap: no slope can be fitted")


def _logistic(
    both: NDArray[np.float64], genuine: int, line: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """The cost of a line in nats, its gradient and its curvature."""
    ratio = line[0] + line[1] * both
    ratio[:genuine] *= -1  # now large where wrong
    sizes = (genuine, both.size - genuine)
    weight = np.repeat([0.5 / size for size in sizes], sizes)
    cost = float(np.sum(weight * np.logaddexp(0.0, ratio)))
    wrong = np.exp(-np.logaddexp(0.0, -ratio))
    bend = weight * wrong * (1 - wrong)
    pull = weight * wrong
    pull[:genuine] *= -1
    mixed = float(np.sum(bend * both))
    return (
        cost,
        np.array([np.sum(pull), np.sum(pull * both)]),
        np.array([[np.sum(bend), mixed], [mixed, np.sum(bend * both**2)]]),
    )
