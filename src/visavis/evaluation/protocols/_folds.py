"""LFW's own measure: accuracy by cross-validation over folds that share no person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["fold_accuracy"]


def fold_accuracy(
    scores: NDArray[np.float32], genuine: NDArray[np.bool_], fold: NDArray[np.int64]
) -> tuple[float, float]:
    """Share of right decisions in each fold, at the best threshold of all other folds.

    Huang et al., "Labeled Faces in the Wild", University of Massachusetts 07-49 (2007), section 5.

    Args:
        scores: of each pair.
        genuine: whether it shows one person.
        fold: number of its fold; two folds at least.

    Returns:
        The mean over the folds and its standard error.
    """
    found = []
    for number in np.unique(fold):
        own = fold == number
        threshold = _best(scores[~own], genuine[~own])
        found.append(float(np.mean((scores[own] >= threshold) == genuine[own])))
    return float(np.mean(found)), float(np.std(found, ddof=1) / np.sqrt(len(found)))


def _best(scores: NDArray[np.float32], genuine: NDArray[np.bool_]) -> float:
    """The lowest of the thresholds with the most right decisions."""
    up = np.argsort(scores, kind="stable")
    ascending, same = scores[up], genuine[up]
    # At the score at place k: the genuine from k on and the impostors before it are right.
    right = np.cumsum(same[::-1])[::-1] + np.concatenate([[0], np.cumsum(~same)[:-1]])
    first_of_equal = np.searchsorted(ascending, ascending, side="left")
    return float(ascending[np.argmax(right[first_of_equal])])
