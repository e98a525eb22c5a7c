"""One picture at several sizes, so that any part of it can be resampled quickly and smoothly.

A mipmap (Williams: "Pyramidal Parametrics", SIGGRAPH 1983) holds the picture, its half, its
quarter and so on, each averaged from the one before. A patch is read by bilinear interpolation from
the level that has between one and two pixels for each of the patch's: fewer would blur, more would
alias.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from PIL import Image

from visavis.face._reduce import reduced

if TYPE_CHECKING:
    import numpy.typing as npt

    Array: TypeAlias = npt.NDArray[np.floating[Any]]
    Float32: TypeAlias = npt.NDArray[np.float32]
    Indices: TypeAlias = npt.NDArray[np.intp]
    Pixels: TypeAlias = npt.NDArray[np.uint8]

__all__ = ["Mipmap"]

_SMALLEST = 16
"""Levels are halved while both sides stay at least this long; no patch needs less."""


class Mipmap:
    """A picture, reduced by a whole number at first, and its repeated halvings.

    Attributes:
        reduction: how many picture pixels a pixel of the first level has on a side.
        size: width and height of the first level, in its own pixels, as everything else here.
    """

    def __init__(self, pixels: Pixels, *, long_side: int) -> None:
        """Build the levels.

        Args:
            pixels: uint8 [h, w, 3].
            long_side: the first level's longer side is at least this, and less than twice it,
                except that a smaller picture is never enlarged.
        """
        height, width = pixels.shape[:2]
        self.reduction = max(1, max(height, width) // long_side)
        level = reduced(pixels, self.reduction)
        self.size = level.size
        self._levels = [level]
        while min(level.size) >= 2 * _SMALLEST:
            level = level.reduce(2)
            self._levels.append(level)
        self._sizes = np.array([level.size for level in self._levels])
        self._packed = np.empty(0, np.uint32)
        self._finest_packed = len(self._levels)

    def resized(self, width: int, height: int) -> Image.Image:
        """Return the whole picture at another size, which is not larger than the first level."""
        enough = [level for level in self._levels if level.width >= width]
        return enough[-1].resize((width, height), Image.Resampling.BILINEAR)

    def patches(self, squares: Array, *, size: int) -> Pixels:
        """Resample square parts of the picture; beyond its edge, the edge's pixels go on.

        Args:
            squares: [n, 4] left, top, right, bottom.
            size: the side of a patch in its own pixels.

        Returns:
            uint8 [n, size, size, 3].
        """
        sides = squares[:, 2] - squares[:, 0]
        chosen = np.log2(np.maximum(sides / size, 1)).astype(np.intp)
        chosen = np.minimum(chosen, len(self._levels) - 1)
        packed, starts = self._pack(int(chosen.min()))
        sizes = self._sizes[chosen, :, np.newaxis]

        # [n, 2, size]: where the patch's pixel centres lie among the pixel centres of its level
        steps = (np.arange(size) + 0.5) / size
        places = squares[:, :2, np.newaxis] + sides[:, np.newaxis, np.newaxis] * steps
        places /= (1 << chosen)[:, np.newaxis, np.newaxis]
        places -= 0.5
        np.minimum(np.maximum(places, 0, out=places), sizes - 1, out=places)
        first = np.minimum(places.astype(np.intp), sizes - 2)
        shares = (places - first).astype(np.float32)

        # [2, n, size, size]: the pixel above and to the left of a place, and that beneath it
        widths = sizes[:, 0]
        rows = first[:, 1] * widths + starts[chosen, np.newaxis]
        upper = rows[:, :, np.newaxis] + first[:, np.newaxis, 0]
        indices = np.stack([upper, upper + widths[:, :, np.newaxis]])
        # The four bytes of a packed pixel lie in the last axis, beside those of its neighbours.
        along = np.repeat(shares[:, np.newaxis, 0], 4, axis=2)
        down = shares[:, 1, :, np.newaxis]
        above, beneath = _blend(_bytes(packed, indices), _bytes(packed, indices + 1), along)
        blended = _blend(above, beneath, down)
        blended += np.float32(0.5)
        patches = np.empty((len(squares), size, size, 3), np.uint8)
        for channel in range(3):  # in a third of the time that numpy takes for three bytes at once
            patches[..., channel] = blended[..., channel::4]
        return patches

    def _pack(self, finest: int) -> tuple[npt.NDArray[np.uint32], Indices]:
        """Return the levels from this one on in one row, 4 bytes a pixel, and where each begins."""
        if finest < self._finest_packed:
            parts = [level.tobytes("raw", "RGBX") for level in self._levels[finest:]]
            self._packed = np.frombuffer(b"".join(parts), dtype=np.uint32)
            self._finest_packed = finest
        counts = self._sizes.prod(axis=1)
        starts = np.cumsum(counts) - counts
        return self._packed, starts - starts[self._finest_packed]


def _bytes(packed: npt.NDArray[np.uint32], indices: Indices) -> npt.NDArray[np.float32]:
    return packed.take(indices).view(np.uint8).astype(np.float32)


def _blend(first: Float32, second: Float32, share: Float32) -> Float32:
    """Return ``first + (second - first) * share``, overwriting `second`."""
    second -= first
    second *= share
    second += first
    return second
