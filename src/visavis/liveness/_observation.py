"""Frame -> Observation: five points and a few mean colours, which is all that is kept of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from visavis.errors import InputInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["Observation", "observe"]

_DARKEST, _BRIGHTEST = 6, 249
"""Pixel values outside tell nothing of the ratio of colours: noise below, clipping above."""

_LEAST_PIXELS: Final = 40
"""Of a region that can be used: enough that noise of one level averages to a sixth."""

_FACE_REGIONS: Final = (
    (0.0, -0.55, 0.40, 0.16),  # forehead
    (-0.45, 0.65, 0.18, 0.18),  # cheeks
    (0.45, 0.65, 0.18, 0.18),
    (0.0, 0.40, 0.14, 0.16),  # nose
)
"""Centre and half sides, in distances between the eyes, from the point between them."""

_EYE_REGION: Final = (0.42, 0.42, 0.16)
"""Half its width, and how far it goes up and down from an eye, in distances between the eyes: from
brow to lower lid, where dark and bright lie side by side in the same light."""

_DARKEST_SHARE: Final = 0.1
_BRIGHTEST_SHARE: Final = 0.5
"""Of the eye region's pixels. A pupil, lashes and brows are among the first, glints never; as the
order of brightness picks them in every frame, no landmark need be exact."""

_LEAST_LINEAR: Final = 1e-4
"""A third of the pixel value 1: what is black has no logarithm."""

_BACKGROUND_FROM: Final = 1.8
"""Distances between the eyes to either side of the face, above which no head or hair is seen."""

_BACKGROUND_DOWN_TO: Final = 0.5
"""Distances between the eyes below the eyes: above the shoulders."""


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """What is measured in one frame. Its ``repr`` shows the time only.

    Attributes:
        time: seconds, on the clock of the session's `revealed`.
        points: float64 [5, 2], x and y in pixels: the eye on the left of the picture, the eye on
            its right, the tip of the nose, the left and the right corner of the mouth.
        face: float64 [4, 3], mean linear RGB (0 to 1) of forehead, cheeks and nose; NaN for a
            region too dark, too bright or outside the picture.
        background: float64 [3], the same beside the head.
        eyes: float64 [2, 2, 3], the same of the darkest tenth and of the brighter half of what
            surrounds the left and the right eye of the picture.
    """

    time: float
    points: NDArray[np.float64] = field(repr=False)
    face: NDArray[np.float64] = field(repr=False)
    background: NDArray[np.float64] = field(repr=False)
    eyes: NDArray[np.float64] = field(repr=False)


def observe(
    pixels: NDArray[np.uint8], landmarks: NDArray[np.floating[Any]], *, time: float
) -> Observation:
    """Measure a frame.

    Args:
        pixels: RGB uint8 [height, width, 3], upright, not mirrored.
        landmarks: [5, 2] as `Observation.points`, as ``Detection.landmarks`` of a detector that
            finds them (MTCNN, YuNet). Points of another kind, such as dlib's corners of the eyes,
            do not serve: a plane can be turned so that they move as on a head.
        time: seconds.

    Raises:
        InputInvalid: another shape or dtype, points or a time that are not finite, or eyes in one
            place.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:  # noqa: PLR2004
        raise InputInvalid("a frame is a uint8 array of the shape [height, width, 3]")
    points = np.asarray(landmarks, np.float64)
    if points.shape != (5, 2) or not np.isfinite(points).all() or not np.isfinite(time):
        raise InputInvalid("landmarks are five finite points, and a time is a number")
    apart = float(np.linalg.norm(points[1] - points[0]))
    if apart < 1.0:
        raise InputInvalid("the eyes are in one place")
    face = np.array([_mean(block) for block in _face_blocks(pixels, points, apart)])
    return Observation(
        time=float(time),
        points=points,
        face=face,
        background=_mean(*_background_blocks(pixels, points, apart)),
        eyes=np.array([_extremes(_eye_block(pixels, eye, apart)) for eye in points[:2]]),
    )


def _face_blocks(
    pixels: NDArray[np.uint8], points: NDArray[np.float64], apart: float
) -> Iterator[NDArray[np.uint8]]:
    across = (points[1] - points[0]) / apart
    down = np.array([-across[1], across[0]])
    middle = points[:2].mean(axis=0)
    for right, low, half_width, half_height in _FACE_REGIONS:
        x, y = middle + apart * (right * across + low * down)
        reach_x, reach_y = apart * half_width, apart * half_height
        yield _block(pixels, x - reach_x, y - reach_y, x + reach_x, y + reach_y)


def _eye_block(
    pixels: NDArray[np.uint8], eye: NDArray[np.float64], apart: float
) -> NDArray[np.uint8]:
    half, up, down = (apart * reach for reach in _EYE_REGION)
    x, y = eye
    return _block(pixels, x - half, y - up, x + half, y + down)


def _background_blocks(
    pixels: NDArray[np.uint8], points: NDArray[np.float64], apart: float
) -> Iterator[NDArray[np.uint8]]:
    x, y = points[:2].mean(axis=0)
    low, reach = y + _BACKGROUND_DOWN_TO * apart, _BACKGROUND_FROM * apart
    yield _block(pixels, 0, 0, x - reach, low)
    yield _block(pixels, x + reach, 0, pixels.shape[1], low)


def _block(
    pixels: NDArray[np.uint8], left: float, top: float, right: float, bottom: float
) -> NDArray[np.uint8]:
    columns = slice(max(round(left), 0), max(round(right), 0))
    rows = slice(max(round(top), 0), max(round(bottom), 0))
    return pixels[rows, columns].reshape(-1, 3)


def _mean(*blocks: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Mean linear RGB of what is neither too dark nor too bright in any channel, else NaN."""
    values = np.concatenate(blocks)
    red, green, blue = values.T  # by channel: numpy is slow along an axis of three
    darkest = np.minimum(np.minimum(red, green), blue)
    brightest = np.maximum(np.maximum(red, green), blue)
    usable = (darkest >= _DARKEST) & (brightest <= _BRIGHTEST)
    values = values[usable]
    if len(values) < _LEAST_PIXELS or 2 * len(values) < len(usable):
        return np.full(3, np.nan)
    return _linear_mean(values)


def _extremes(block: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Mean linear RGB of the darkest and of the brightest pixels: [2, 3], NaN where few."""
    block = block[block.max(axis=1, initial=0) <= _BRIGHTEST]
    dark, bright = (round(share * len(block)) for share in (_DARKEST_SHARE, _BRIGHTEST_SHARE))
    if dark < _LEAST_PIXELS:
        return np.full((2, 3), np.nan)
    order = np.argsort(block @ np.ones(3, np.uint16), kind="stable")
    means = np.stack([_linear_mean(block[order[:dark]]), _linear_mean(block[order[-bright:]])])
    return np.maximum(means, _LEAST_LINEAR)


def _linear_mean(values: NDArray[np.uint8]) -> NDArray[np.float64]:
    counts = (np.bincount(values[:, channel], minlength=256) for channel in range(3))
    return np.array([count @ _LINEAR for count in counts]) / len(values)


def _linear_of_srgb() -> NDArray[np.float64]:
    """IEC 61966-2-1, for each of 256 values."""
    value = np.arange(256) / 255.0
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004


_LINEAR: Final = _linear_of_srgb()
