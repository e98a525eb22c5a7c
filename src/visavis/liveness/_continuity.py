"""Continuity: one face all along, without cuts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from visavis.liveness._observation import Observation

__all__ = [
    "MAX_GAP",
    "ContinuityMeasure",
    "measure_continuity",
    "without_strays",
]

MAX_GAP: Final = 0.25
"""Seconds without a face: one frame may be lost at ten a second, but nothing be exchanged."""

MAX_PARALLAX_RATE: Final = 3.75
"""A second: half as much again as simulated brisk turns, 2.5. Exchanged photographs at ten frames
a second have about 3: what finds them is that a turn has frames on the way."""

_STEP: Final = 0.12
"""Seconds: a frame that is missing gives no more time to have turned in."""

MAX_SHIFT_RATE: Final = 13.5
"""Distances between the eyes a second; simulated brisk turns had up to 9."""

MAX_SCALE_RATE: Final = 3.5
"""Of the logarithm of the face's height, a second; simulated brisk turns had up to 2.3."""


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


def without_strays(observations: Sequence[Observation]) -> tuple[Observation, ...]:
    """Leave out single frames in which the detector saw a face somewhere else.

    A frame far from both of its neighbours, which are near each other, counts as one in which no
    face was found: what was there is not measured, and the gap stays.
    """
    kept = []
    for place, seen in enumerate(observations):
        around = [*observations[max(place - 1, 0) : place], *observations[place + 1 : place + 2]]
        alone = len(around) == _BOTH and not _near(*around)
        if alone or len(around) < _BOTH or any(_near(seen, other) for other in around):
            kept.append(seen)
    return tuple(kept)


def _near(one: Observation, other: Observation) -> bool:
    apart = np.linalg.norm(one.points.mean(axis=0) - other.points.mean(axis=0))
    return bool(apart <= _size(one.points) and apart <= _size(other.points))


def _size(points: NDArray[np.float64]) -> float:
    """A turn makes the eyes come together, but not eyes and mouth."""
    return max(float(np.linalg.norm(points[1] - points[0])), _height(points))


def _height(points: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(points[3:].mean(axis=0) - points[:2].mean(axis=0)))


_BOTH: Final = 2


def _steady(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Medians of three frames: landmarks that err in one are no jump, an exchange stays one."""
    padded = np.concatenate([values[:1], values, values[-1:]])
    steady: NDArray[np.float64] = np.median([padded[:-2], padded[1:-1], padded[2:]], axis=0)
    return steady


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
    size = np.array([_size(seen) for seen in points])
    height = _steady(np.array([_height(seen) for seen in points]))
    shift = np.linalg.norm(np.diff(_steady(points.mean(axis=1)), axis=0), axis=1) / size[1:]
    return ContinuityMeasure(
        gap=float(gaps.max()),
        parallax_rate=float(
            (np.abs(np.diff(_steady(parallax_of))) / np.minimum(steps, _STEP)).max()
        ),
        shift_rate=float((shift / steps).max()),
        scale_rate=float((np.abs(np.diff(np.log(height))) / steps).max()),
    )
