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

__all__ = ["HEIGHT", "WIDTH", "Aligned", "align", "cheeks", "face_region"]

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

_CHEEK = round(0.3 * _EYES_APART)
"""Side of the squares below the eyes' centres, outwards, from half way down to the mouth."""


@dataclass(frozen=True, slots=True, eq=False)
class Aligned:
    """A face with its eyes 56.5 pixels apart.

    Attributes:
        pixels: uint8 [140, 120, 3], black where the face goes on outside its picture.
        inside: bool [140, 120], false there.
    """

    pixels: NDArray[np.uint8] = field(repr=False)
    inside: NDArray[np.bool_] = field(repr=False)


def align(picture: NDArray[np.uint8], points: NDArray[np.float64]) -> Aligned:
    """Samples the face.

    Args:
        picture: uint8 [h, w, 3].
        points: its `five_points`.
    """
    placement = fit_similarity(_PLACES, points[[0, 1, 3, 4]])
    pixels = extract_chip(picture, placement, width=WIDTH, height=HEIGHT)
    return Aligned(pixels, _inside(placement, picture.shape[1], picture.shape[0]))


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


def cheeks() -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Rows and columns of the cheek on the left and of the one on the right of the picture."""
    (left, eye), (right, _), (_, mouth), _ = _PLACES.round().astype(int)
    top = (eye + mouth) // 2
    rows = slice(top, top + _CHEEK)
    return (rows, slice(left - _CHEEK, left)), (rows, slice(right, right + _CHEEK))
