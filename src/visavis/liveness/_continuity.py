"""Continuity: one face all along, without cuts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from visavis.liveness._observation import Observation

__all__ = ["MAX_GAP", "ContinuityMeasure", "measure_continuity"]

MAX_GAP: Final = 0.25
"""Seconds without a face: one frame may be lost at ten a second, but nothing be exchanged."""

MAX_PARALLAX_RATE: Final = 1.9
"""A second. A brisk turn has 1.0; a frontal photograph exchanged for a three-quarter one 3."""

MAX_SHIFT_RATE: Final = 5.0
"""Distances between the eyes a second."""

MAX_SCALE_RATE: Final = 2.0
"""Of the logarithm of the face's height, a second."""


@dataclass(frozen=True, slots=True)
class ContinuityMeasure:
    """The greatest changes from one frame to the next. See the limits of the same names.

    Attributes:
        gap: seconds.
        parallax_rate: a second.
        shift_rate: distances between the eyes a second.
        scale_rate: a second.
    """

    gap: float
    parallax_rate: float
    shift_rate: float
    scale_rate: float


def measure_continuity(
    observations: Sequence[Observation],
    parallax_of: NDArray[np.float64],
    *,
    start: float,
    end: float,
) -> ContinuityMeasure:
    """Follow the landmarks through the whole session.

    Args:
        observations: at least one, in strictly ascending time.
        parallax_of: of each.
        start: of the session, in seconds; how long it takes until the first face counts as a gap.
        end: likewise.
    """
    times = np.array([seen.time for seen in observations])
    points = np.stack([seen.points for seen in observations])
    gaps = np.diff(np.concatenate([[start], times, [end]]))
    if len(observations) == 1:
        return ContinuityMeasure(float(gaps.max()), 0.0, 0.0, 0.0)
    steps = np.diff(times)
    apart = np.linalg.norm(points[:, 1] - points[:, 0], axis=1)
    height = np.linalg.norm(points[:, 3:].mean(axis=1) - points[:, :2].mean(axis=1), axis=1)
    size = np.maximum(apart, height)  # a turn makes the eyes come together, not the height
    shift = np.linalg.norm(np.diff(points.mean(axis=1), axis=0), axis=1) / size[1:]
    return ContinuityMeasure(
        gap=float(gaps.max()),
        parallax_rate=float((np.abs(np.diff(parallax_of)) / steps).max()),
        shift_rate=float((shift / steps).max()),
        scale_rate=float((np.abs(np.diff(np.log(height))) / steps).max()),
    )
