"""A face's chip: its pixels, upright and of the size the embedder wants.

Sampling is dlib's (``extract_image_chips`` of dlib 20.0.1): halve the picture with a 5-tap Gaussian
while the chip stays smaller than what it is taken from, then interpolate linearly. Both steps
truncate. What lies outside the picture is black.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image as PillowImage

from visavis.face._alignment import Similarity

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["DLIB_SHIFT", "EXACT_SHIFT", "extract_chip"]

# By this shift a point p lies at p / 2 - shift in the halved picture.
EXACT_SHIFT = (1.0, 1.0)  # the middle tap of its first pixel is the third pixel
DLIB_SHIFT = (1.25, 0.75)  # what dlib's networks were trained with
_SMALLEST_HALVED = 9  # dlib halves nothing with a side of 8 pixels or less


def extract_chip(
    pixels: NDArray[np.uint8],
    placement: Similarity,
    *,
    width: int,
    height: int,
    halving_shift: tuple[float, float] = DLIB_SHIFT,
) -> NDArray[np.uint8]:
    """Samples a chip.

    Args:
        pixels: uint8 [h, w, 3].
        placement: maps chip pixels (x, y) to picture pixels, both counted from the centre of the
            first one.
        width: of the chip.
        height: of the chip.
        halving_shift: `DLIB_SHIFT` or `EXACT_SHIFT`.

    Returns:
        uint8 [height, width, 3].
    """
    chip_corners = ((0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1))
    corners = np.array([placement(x, y) for x, y in chip_corners])
    halvings = _halvings(placement.scale, width, height)
    border = 2 ** (halvings + 2) - 2
    size = pixels.shape[1::-1]
    low = np.clip(np.rint(corners.min(axis=0) - border), 0, size).astype(int)
    high = np.clip(np.rint(corners.max(axis=0) + border) + 1, 0, size).astype(int)
    region = pixels[low[1] : high[1], low[0] : high[0]]
    a, b, tx, ty = placement.a, placement.b, placement.tx - low[0], placement.ty - low[1]
    for _ in range(halvings):
        if min(region.shape[:2]) < _SMALLEST_HALVED:
            return np.zeros((height, width, 3), np.uint8)
        region = _halve(region)
        a, b = a / 2, b / 2
        tx, ty = tx / 2 - halving_shift[0], ty / 2 - halving_shift[1]
    if min(region.shape[:2]) < 2:  # noqa: PLR2004 - nothing lies between fewer than two pixels
        return np.zeros((height, width, 3), np.uint8)
    return _interpolate(region, Similarity(a, b, tx, ty), width, height)


def _halvings(scale: float, width: int, height: int) -> int:
    """How often the picture halves: while the halved face still has more pixels than the chip."""
    if not math.isfinite(scale):
        return 0
    count, wide, high = 0, scale * (width - 1), scale * (height - 1)
    while (wide / 2 + 1) * (high / 2 + 1) > width * height:
        count, wide, high = count + 1, wide / 2, high / 2
    return count


def _halve(region: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Every second pixel of the region filtered with 1-4-6-4-1 in both directions.

    The sums, 255 * 16 * 16 at most, fit uint16. Even and odd columns are copied apart first, so
    that all arithmetic runs over contiguous memory.
    """
    height, width = (region.shape[0] - 3) // 2, (region.shape[1] - 3) // 2
    six, four = np.uint16(6), np.uint16(4)
    rows = region.astype(np.uint16)
    even, odd = rows[::2], rows[1::2]
    rows = even[1 : height + 1] * six
    rows += even[:height]
    rows += even[2 : height + 2]
    rows += (odd[:height] + odd[1 : height + 1]) * four
    even, odd = np.ascontiguousarray(rows[:, ::2]), np.ascontiguousarray(rows[:, 1::2])
    halved = even[:, 1 : width + 1] * six
    halved += even[:, :width]
    halved += even[:, 2 : width + 2]
    halved += (odd[:, :width] + odd[:, 1 : width + 1]) * four
    halved >>= 8
    return halved.astype(np.uint8)


def _interpolate(
    region: NDArray[np.uint8], placement: Similarity, width: int, height: int
) -> NDArray[np.uint8]:
    """Bilinear, truncating; black where one of the four pixels would lie outside."""
    a, b = placement.a, placement.b
    # Pillow counts from pixel corners: half a pixel on both sides.
    shift_x = placement.tx + 0.5 - (a - b) / 2
    shift_y = placement.ty + 0.5 - (a + b) / 2
    sampled = PillowImage.fromarray(region).transform(
        (width, height),
        PillowImage.Transform.AFFINE,
        (a, -b, shift_x, b, a, shift_y),
        PillowImage.Resampling.BILINEAR,
    )
    chip = np.array(sampled)
    x, y = np.arange(width), np.arange(height)[:, None]
    inner_x, inner_y = region.shape[1] - 1, region.shape[0] - 1
    corners = [placement(u, v) for u in (0, width - 1) for v in (0, height - 1)]
    if not all(0 <= u < inner_x and 0 <= v < inner_y for u, v in corners):
        u, v = a * x - b * y + placement.tx, b * x + a * y + placement.ty
        chip[(u < 0) | (v < 0) | (u >= inner_x) | (v >= inner_y)] = 0
    return chip
