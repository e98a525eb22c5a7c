"""The cost of log-likelihood ratios: how much information scores give, and how much they lose."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from visavis.errors import ScoresTooFew
from visavis.evaluation._pav import pool

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.evaluation._det import ErrorCurve
    from visavis.evaluation._scores import Floats, ScoreSet

__all__ = ["cllr", "min_cllr"]

_CHUNK: Final = 1_000_000  # scores at once: bounds the memory of the logarithms


def cllr(scores: ScoreSet) -> float:
    """Cost of the log-likelihood ratio, in bits, of scores that claim to be such ratios.

    Half of mean(log2(1 + e^-s)) over genuine plus half of mean(log2(1 + e^s)) over impostor scores
    (Brummer and du Preez, Computer Speech and Language 20, 2006): 0 is perfect, 1 says nothing.
    Scores that are not natural-log likelihood ratios can cost any amount; calibrate them first.

    Raises:
        ScoresTooFew: no genuine or no impostor comparison.
    """
    if not scores.genuine.size or not scores.impostor.size:
        raise ScoresTooFew("Cllr needs genuine and impostor comparisons")
    return (_cost(scores.genuine, -1.0) + _cost(scores.impostor, 1.0)) / (2 * math.log(2))


def min_cllr(curve: ErrorCurve) -> float:
    """The smallest Cllr that any rising function of the scores can have, in bits.

    It measures how well scores tell people apart, whatever their scale; `cllr` less this is what
    calibration loses. By pooling adjacent violators, equal scores first.
    """
    steps = pool(curve)
    genuine, impostor = steps.genuine / curve.genuine, steps.impostor / curve.impostor
    cost = _split(genuine, impostor) + _split(impostor, genuine)
    return cost / (2 * math.log(2))


def _cost(scores: Floats, sign: float) -> float:
    """Mean of ln(1 + e^(sign x score)), without overflow."""
    chunks = np.array_split(scores, max(1, scores.size // _CHUNK))
    parts = [np.logaddexp(0.0, sign * chunk.astype(np.float64)).sum() for chunk in chunks]
    return math.fsum(parts) / scores.size


def _split(own: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Sum of own ln(1 + other / own); a step without any of its own costs nothing."""
    some = own > 0
    return float(np.sum(own[some] * np.log1p(other[some] / own[some])))
