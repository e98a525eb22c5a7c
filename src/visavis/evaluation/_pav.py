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
    from scipy.optimize import isotonic_regression  # noqa: PLC0415 - slow to import

    lowest = curve.thresholds[:-1]
    genuine, impostor = np.diff(curve.false_non_matches), -np.diff(curve.false_matches)
    if added:
        lowest = np.concatenate([[-np.inf], lowest, [np.inf]]).astype(lowest.dtype)
        genuine, impostor = (np.pad(side, 1, constant_values=added) for side in (genuine, impostor))
    size = (genuine + impostor).astype(np.float64)
    start = isotonic_regression(genuine / size, weights=size).blocks[:-1]
    return Steps(
        lowest=lowest[start],
        genuine=np.add.reduceat(genuine, start),
        impostor=np.add.reduceat(impostor, start),
    )
