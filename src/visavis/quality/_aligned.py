"""A face upright and of one size, so that what is measured does not depend on its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from visavis.face import extract_chip, fit_similarity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.face import Similarity

__all__ = ["HEIGHT", "WIDTH", "Aligned", "align", "face_region"]

WIDTH, HEIGHT = 120, 140
"""From above the brows to the chin."""

_EYES_APART = 56.5
"""Pixels: half of ISO/IEC 29794-5's canonical face image, and about what embedders see."""

_BETWEEN_THE_EYES = np.array([(WIDTH - 1) / 2, 35.0])
_PLACES = _BETWEEN_THE_EYES + _EYES_APART * np.array(
    [(-0.5, 0.0), (0.5, 0.0), (-0.43, 1.045), (0.43, 1.045)]
)
"""Of the eyes and the corners of the mouth; see `_five_points`."""

_REGION_CENTRE, _REGION_HALVES = (0.0, 0.65), (0.85, 1.1)
"""The ellipse from the brows to the chin, narrower than the face, so that one that is turned a
little still fills it: in distances between the eyes from the point between them."""

_CHEEK = 0.3
"""Side of the cheeks' squares, in distances between the eyes."""

_LEAST_SCALE = 1e-6
"""Of a face whose points are one for any purpose; it is seen as if they were in their places."""


@dataclass(frozen=True, slots=True, eq=False)
class Aligned:
    """A face with its eyes 56.5 pixels apart.

    Attributes:
        pixels: uint8 [140, 120, 3], black where the face goes on outside its picture.
        inside: bool [140, 120], false there.
        points: float64 [4, 2], eyes and corners of the mouth, as near to their places as size and
            turn can bring them.
    """

    pixels: NDArray[np.uint8] = field(repr=False)
    inside: NDArray[np.bool_] = field(repr=False)
    points: NDArray[np.float64] = field(repr=False)

    def cheeks(self) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
        """Rows and columns of the cheek on the left and of the one on the right of the picture.

        Squares from half way between eyes and mouth downwards, and from below the eyes' centres
        outwards, as OFIQ's.
        """
        left, right = self.points[:2]
        eyes, mouth = (left + right) / 2, (self.points[2] + self.points[3]) / 2
        side = round(_CHEEK * float(np.linalg.norm(right - left)))
        down = float(np.linalg.norm(mouth - eyes)) / 2
        starts = ((left[0] - side, left[1] + down), (right[0], right[1] + down))
        on_the_left, on_the_right = (
            (_span(y, side, HEIGHT), _span(x, side, WIDTH)) for x, y in starts
        )
        return on_the_left, on_the_right


def align(picture: NDArray[np.uint8], points: NDArray[np.float64]) -> Aligned:
    """Samples the face.

    Args:
        picture: uint8 [h, w, 3].
        points: its `five_points`.
    """
    corners = points[[0, 1, 3, 4]]
    placement = fit_similarity(_PLACES, corners)
    pixels = extract_chip(picture, placement, width=WIDTH, height=HEIGHT)
    inside = _inside(placement, picture.shape[1], picture.shape[0])
    if placement.scale < _LEAST_SCALE:
        return Aligned(pixels, inside, _PLACES)
    back = placement.inverse()
    return Aligned(pixels, inside, np.array([back(x, y) for x, y in corners]))


def _inside(placement: Similarity, width: int, height: int) -> NDArray[np.bool_]:
    x, y = np.arange(WIDTH), np.arange(HEIGHT)[:, np.newaxis]
    u = placement.a * x - placement.b * y + placement.tx
    v = placement.b * x + placement.a * y + placement.ty
    return (u >= 0) & (v >= 0) & (u <= width - 1) & (v <= height - 1)


@cache
def face_region() -> NDArray[np.bool_]:
    """Where an aligned face is skin, eyes, nose and mouth: bool [140, 120]."""
    x = (np.arange(WIDTH) - _BETWEEN_THE_EYES[0]) / _EYES_APART - _REGION_CENTRE[0]
    y = (np.arange(HEIGHT)[:, np.newaxis] - _BETWEEN_THE_EYES[1]) / _EYES_APART - _REGION_CENTRE[1]
    region: NDArray[np.bool_] = (x / _REGION_HALVES[0]) ** 2 + (y / _REGION_HALVES[1]) ** 2 <= 1
    region.flags.writeable = False
    return region


def _span(start: float, length: int, end: int) -> slice:
    first = min(max(round(start), 0), end)
    return slice(first, min(first + length, end))
