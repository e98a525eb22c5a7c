"""dlib's tiled pyramid: a picture and its ever smaller copies on one canvas.

Every step is that of dlib 20.0.1 (``compute_tiled_image_pyramid_details`` in
``image_transforms/image_pyramid.h``, ``resize_image`` in ``image_transforms/interpolation.h``), as
far as it shows: what a detector says of one copy depends on which others lie near it, and on
dlib's rounding errors, which move samples by up to a two-hundredth of a pixel.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from visavis.face._canvas import Tile

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Float32: TypeAlias = npt.NDArray[np.float32]
    Indices: TypeAlias = npt.NDArray[np.intp]

__all__ = ["draw_pyramid", "tile_pyramid"]

_RATE = 5 / 6
"""From one level to the next: dlib's ``pyramid_down<6>``."""

_LOWEST = 5
"""No level has fewer rows."""

_LANES = 4
"""dlib's ``resize_image`` steps through four columns at once."""

_ROWS = 32
"""As many rows are interpolated at once as fit the processor's cache; all at once takes twice the
time."""


def tile_pyramid(width: int, height: int, *, gap: int, margin: int) -> list[Tile]:
    """Where on the canvas each level lies, the picture itself first.

    Levels go down the left side; from the first one that would fit beside the one above it, about
    half-way, the rest goes up the right side. A level that would meet the picture is left out, and
    every smaller one.

    Args:
        width: of the picture. With 22 pixels a side or more, no two levels overlap.
        height: of the picture.
        gap: between two levels, in pixels.
        margin: around all of them, in pixels.
    """
    sizes = _level_sizes(width, height)
    turn = _count_left(sizes, gap)
    tiles, top = [], margin
    for level_width, level_height in sizes[:turn]:
        tiles.append(Tile(margin, top, level_width, level_height))
        top += level_height + gap
    right, bottom = margin + width, top - gap
    for level_width, level_height in sizes[turn:]:
        top = bottom - level_height
        if top < tiles[0].bottom:
            break
        tiles.append(Tile(right - level_width, top, level_width, level_height))
        bottom = top - gap
    return tiles


def draw_pyramid(
    pixels: npt.NDArray[np.uint8],
    tiles: Sequence[Tile],
    *,
    mean: tuple[float, float, float],
    margin: int,
) -> Float32:
    """Draw the picture and its copies.

    Args:
        pixels: uint8 [height, width, 3].
        tiles: of `tile_pyramid`, for this picture.
        mean: subtracted from the picture's channels.
        margin: as in `tile_pyramid`.

    Returns:
        float32 [height, width, 3]; between the tiles 0.
    """
    height = max(tile.bottom for tile in tiles) + margin
    width = tiles[0].right + margin
    canvas = np.zeros((height, width, 3), np.float32)
    levels = [canvas[tile.top : tile.bottom, tile.left : tile.right] for tile in tiles]
    np.subtract(pixels, np.array(mean, np.float32), out=levels[0])
    for level, smaller in pairwise(levels):
        _resize(level, smaller)
    return canvas


def _level_sizes(width: int, height: int) -> list[tuple[int, int]]:
    sizes = [(width, height)]
    while True:
        width, height = int(_RATE * width), int(_RATE * height)
        if width == 0 or height < _LOWEST:
            return sizes
        sizes.append((width, height))


def _count_left(sizes: Sequence[tuple[int, int]], gap: int) -> int:
    """How many levels go down the left side."""
    full_width, full_height = sizes[0]
    total = sum(height + gap for _, height in sizes) - 2 * gap
    used, above = 0, 0
    for count, (width, height) in enumerate(sizes):
        room = full_width - above - gap
        # dlib computes with unsigned numbers: where there is less than no room, anything fits.
        fits = room < 0 or width <= room
        if fits and 2 * (used - full_height) >= total - full_height:
            return count
        used, above = used + height + gap, width
    return len(sizes)


def _resize(source: Float32, destination: Float32) -> None:
    """Fill `destination` with `source`, bilinear, corner pixels onto corner pixels."""
    upper, lower, down = _rows(len(source), len(destination))
    left, right, across = _columns(source.shape[1], destination.shape[1])
    for start in range(0, len(destination), _ROWS):
        some = slice(start, start + _ROWS)
        mixed = _blend(source[upper[some]], source[lower[some]], down[some, np.newaxis, np.newaxis])
        mixed = mixed.reshape(len(mixed), -1)
        mixed = _blend(np.take(mixed, left, axis=1), np.take(mixed, right, axis=1), across)
        destination[some] = mixed.reshape(destination[some].shape)


def _blend(first: Float32, second: Float32, share: Float32) -> Float32:
    """Return ``first + (second - first) * share``, overwriting `second`."""
    second -= first
    second *= share
    second += first
    return second


def _rows(length: int, wanted: int) -> tuple[Indices, Indices, Float32]:
    """Between which two rows each new one lies, and the share of the second."""
    step = (length - 1) / max(wanted - 1, 1)
    return _neighbours(_accumulate(-step, step, wanted), length)


def _columns(length: int, wanted: int) -> tuple[Indices, Indices, Float32]:
    """The same for columns, as indices into a row's flattened pixels: three times as many."""
    step = (length - 1) / max(wanted - 1, 1)
    # dlib adds up float32 four columns at a time, double where the four would reach the edge.
    steps = np.full((wanted // _LANES + 2, _LANES), _LANES * step, np.float32)
    steps[0] = np.arange(_LANES) * step - _LANES * step
    places = np.add.accumulate(steps)[1:]
    inside = int(np.count_nonzero(places[:, -1].astype(np.intp) + 1 < length))
    done = inside * _LANES
    rest = _accumulate(done * step - step, step, wanted - done)
    first, second, share = _neighbours(np.concatenate([places[:inside].ravel(), rest]), length)
    channels = np.arange(3)
    return (
        np.add.outer(first * 3, channels).ravel(),
        np.add.outer(second * 3, channels).ravel(),
        np.repeat(share, 3),
    )


def _accumulate(start: float, step: float, count: int) -> npt.NDArray[np.float64]:
    """``start + step``, ``start + 2 * step`` and so on, each added to the one before."""
    return np.add.accumulate(np.array([start] + [step] * count))[1:]


def _neighbours(places: npt.NDArray[np.float64], length: int) -> tuple[Indices, Indices, Float32]:
    first = places.astype(np.intp)
    second = np.minimum(first + 1, length - 1)
    return first, second, (places - first).astype(np.float32)
