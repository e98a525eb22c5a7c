"""d': how many standard deviations lie between genuine and impostor scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from visavis.errors import ScoresInvalid, ScoresTooFew

if TYPE_CHECKING:
    from visavis.evaluation._scores import ScoreSet

__all__ = ["d_prime"]


def d_prime(scores: ScoreSet) -> float:
    """(mean of genuine - mean of impostor) / sqrt((variance + variance) / 2).

    Daugman, International Journal of Computer Vision 45 (2001), with the sign kept: negative if
    impostor scores are the larger. It describes two bell curves; scores of faces are none, so it
    says nothing about the rare errors that matter.

    Raises:
        ScoresTooFew: no genuine or no impostor comparison.
        ScoresInvalid: neither genuine nor impostor scores vary.
    """
    if not scores.genuine.size or not scores.impostor.size:
        raise ScoresTooFew("d' needs genuine and impostor comparisons")
    sides = (scores.genuine, scores.impostor)
    means = [float(side.mean(dtype=np.float64)) for side in sides]
    variances = [float(side.var(dtype=np.float64)) for side in sides]
    if sum(variances) == 0:
        raise ScoresInvalid("d' is undefined: the scores do not vary")
    return (means[0] - means[1]) / float(np.sqrt(sum(variances) / 2))
