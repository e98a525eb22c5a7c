"""The points of the ROC and DET curves (ISO/IEC 19795-1): one for each threshold that differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from visavis.errors import ScoresTooFew

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.evaluation._scores import Floats, ScoreSet

__all__ = ["ErrorCurve", "error_curve"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ErrorCurve:
    """The errors of the sample at every threshold; element i of each array belongs to threshold i.

    It describes the sample and has no intervals; `fmr`, `fnmr` and `fnmr_at_fmr` give those. The
    DET curve is ``fnmr`` over ``fmr``, on probit axes; the ROC curve is ``tmr`` over ``fmr``.

    Attributes:
        thresholds: the distinct scores, genuine and impostor, ascending, then ``inf``. A comparison
            matches at ``score >= threshold``.
        false_matches: impostor comparisons that match (int64); from all of them down to 0.
        false_non_matches: genuine comparisons that do not (int64); from 0 up to all of them.
        scores: the set it was made of.
    """

    thresholds: Floats
    false_matches: NDArray[np.int64]
    false_non_matches: NDArray[np.int64]
    scores: ScoreSet

    @property
    def impostor(self) -> int:
        """Number of impostor comparisons."""
        return self.scores.impostor.size

    @property
    def genuine(self) -> int:
        """Number of genuine comparisons."""
        return self.scores.genuine.size

    @property
    def fmr(self) -> NDArray[np.float64]:
        """False match rate at each threshold."""
        return self.false_matches / self.impostor

    @property
    def fnmr(self) -> NDArray[np.float64]:
        """False non-match rate at each threshold."""
        return self.false_non_matches / self.genuine

    @property
    def tmr(self) -> NDArray[np.float64]:
        """True match rate at each threshold: 1 - FNMR."""
        return (self.genuine - self.false_non_matches) / self.genuine


def error_curve(scores: ScoreSet) -> ErrorCurve:
    """Count the errors at every threshold.

    Raises:
        ScoresTooFew: no genuine or no impostor comparison.
    """
    if not scores.genuine.size or not scores.impostor.size:
        raise ScoresTooFew(
            "a curve needs genuine and impostor comparisons, not "
            f"{scores.genuine.size:,} and {scores.impostor.size:,}"
        )
    genuine, impostor = scores.genuine, scores.impostor
    merged = np.concatenate([genuine, impostor, np.array([np.inf], dtype=genuine.dtype)])
    merged.sort(kind="stable")  # merges what is sorted already
    below = np.flatnonzero(np.concatenate([[True], merged[1:] != merged[:-1]]))
    thresholds = merged[below]
    refused: NDArray[np.int64] = np.searchsorted(genuine, thresholds)
    below -= refused  # of the impostor scores only
    return ErrorCurve(
        thresholds=thresholds,
        false_matches=impostor.size - below,
        false_non_matches=refused,
        scores=scores,
    )
