"""Pool adjacent violators: the steps of the best monotone reading of scores, ties pooled first.

Ayer, Brunk, Ewing, Reid and Silverman, Annals of Mathematical Statistics 26 (1955). The borders of
the steps are the corners of the convex hull of the ROC curve (Fawcett and Niculescu-Mizil, Machine
Learning 68, 2007), and the steps give the smallest Cllr (Brummer and du Preez, 2006). Equal scores
stay together: to sort them by their truth, as bob.measure once did, makes any system look better.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.evaluation._det import ErrorCurve
    from visavis.evaluation._scores import Floats

__all__ = ["Steps", "pool"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Steps:
    """Steps of rising share of genuine scores, ascending.

    Attributes:
        lowest: the smallest score of each step.
        genuine: number of genuine scores in each (int64).
        impostor: number of impostor scores in each (int64).
    """

    lowest: Floats
    genuine: NDArray[np.int64]
    impostor: NDArray[np.int64]


def pool(curve: ErrorCurve, *, added: int = 0) -> Steps:
    """Merge neighbouring scores until the share of genuine scores rises from step to step.

    Args:
        curve: the errors at every threshold.
        added: genuine and as many impostor scores added beyond either end; the first step then
            begins at ``-inf``.
    """
    refused, missed = curve.impostor - curve.false_matches, curve.false_non_matches
    lowest = curve.thresholds[:-1]
    if added:
        lowest = np.concatenate([[-np.inf], lowest, [np.inf]]).astype(lowest.dtype)
        refused, missed = (
            np.concatenate([[-added], below, [below[-1] + added]]) for below in (refused, missed)
        )
    corners = _corners(refused, missed)
    return Steps(
        lowest=lowest[corners[:-1]],
        genuine=np.diff(missed[corners]),
        impostor=np.diff(refused[corners]),
    )


def _corners(x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.int64]:
    """The corners of the convex hull below points that rise, exactly: products fit 63 bits.

    A point on or above the line between two others is no corner, so all of these may go at once.
    A chain of n corners spans about n^3 comparisons, so the rounds stay few.
    """
    left, right = x[1:-1] > x[:-2], y[2:] > y[1:-1]  # else it lies on the line, or above
    kept = np.concatenate([[0], np.flatnonzero(left & right) + 1, [x.size - 1]])
    while True:
        wide, high = np.diff(x[kept]), np.diff(y[kept])
        corner = wide[:-1] * high[1:] > high[:-1] * wide[1:]
        if corner.all():
            return kept
        kept = kept[np.concatenate([[True], corner, [True]])]
