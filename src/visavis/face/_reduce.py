"""Reducing a picture by a whole number: the means of n x n pixels, rounded as Pillow does.

Pillow's own ``reduce`` would need the whole picture copied into four bytes a pixel first: nearly
twice the time together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["reduced"]

_CHANNELS = 3

_LARGEST = 16
"""The sum of 16 x 16 bytes is the largest that fits 16 bits with half of 16 x 16 added."""

_STRIP = 80_000
"""Sums made at once: they fit the processor's cache."""


def reduced(pixels: npt.NDArray[np.uint8], factor: int) -> Image.Image:
    """Return what ``Image.fromarray(pixels).reduce(factor)`` does, to the bit.

    Args:
        pixels: uint8 [h, w, 3].
        factor: n, 1 or more.
    """
    height, width = pixels.shape[0] // factor, pixels.shape[1] // factor
    whole = pixels.shape[:2] == (height * factor, width * factor)
    if factor == 1:
        return Image.fromarray(pixels)
    if factor > _LARGEST or not whole:
        return Image.fromarray(pixels).reduce(factor)
    lines = pixels.reshape(height, factor, -1)
    step = max(1, _STRIP // lines.shape[2])
    means = np.empty((height, 4 * width), np.uint8)
    for top in range(0, height, step):
        means[top : top + step] = _means(_sums(lines[top : top + step]), factor)
    return Image.frombytes("RGB", (width, height), means, "raw", "RGBX")


def _sums(strip: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint16]:
    """The sums of n x n pixels: [rows, 4 columns], every fourth of them meaningless.

    Args:
        strip: [rows, n, 3 n columns].
    """
    rows, factor, length = strip.shape
    down = np.empty(rows * length + 1, np.uint16)
    lines = down[:-1].reshape(rows, length)
    np.add(strip[:, 0], strip[:, 1], out=lines, dtype=np.uint16)
    for line in range(2, factor):
        lines += strip[:, line]
    # Summed from every place, of which only the first channel of every n-th pixel is wanted: adding
    # what lies side by side is many times as fast as picking first.
    count = len(down) - _CHANNELS * (factor - 1)
    across = down[:count] + down[_CHANNELS : _CHANNELS + count]
    for column in range(2, factor):
        across += down[_CHANNELS * column :][:count]
    # The wanted place and the three behind it, as one number of 8 bytes.
    steps = (2 * length, 2 * _CHANNELS * factor)
    columns = length // (_CHANNELS * factor)
    wanted = np.ndarray((rows, columns), np.uint64, across.data, strides=steps)
    return np.ascontiguousarray(wanted).view(np.uint16)


def _means(sums: npt.NDArray[np.uint16], factor: int) -> npt.NDArray[np.unsignedinteger]:
    """Divide by n * n, as Pillow's ``Reduce.c``: by a factor and a shift, after adding a half."""
    area = factor * factor
    sums += np.uint16(area // 2)
    if area.bit_count() == 1:
        return np.right_shift(sums, area.bit_length() - 1, out=sums)
    wide = sums.astype(np.uint32)
    wide *= 2**24 // area
    wide >>= 24
    return wide
