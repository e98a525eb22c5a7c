"""Places several pictures on one canvas, so that one run of a network sees them all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Tile", "arrange"]

_GRID = 2
"""Tiles start at even pixels, where a network of stride 2 sees them as it would see them alone."""


@dataclass(frozen=True, slots=True)
class Tile:
    """Where on the canvas a picture lies, in pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column after it."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The first row after it."""
        return self.top + self.height


def arrange(sizes: Sequence[tuple[int, int]]) -> list[Tile]:
    """Arrange a picture and its ever smaller copies, wasting about a tenth of the canvas.

    Each goes beneath an earlier one of the top row, beside what is there already, or else to the
    right end of the top row.

    Args:
        sizes: width and height of each, the largest first.

    Returns:
        A tile for each size, in the same order.
    """
    tiles: list[Tile] = []
    free: list[Tile] = []  # the room beneath each tile of the top row
    end = 0
    for width, height in sizes:
        step = _even(width)
        for index, room in enumerate(free):
            if width <= room.width and height <= room.height:
                tiles.append(Tile(room.left, room.top, width, height))
                free[index] = Tile(room.left + step, room.top, room.width - step, room.height)
                break
        else:
            tiles.append(Tile(end, 0, width, height))
            top = _even(height)
            free.append(Tile(end, top, width, sizes[0][1] - top))
            end += step
    return tiles


def _even(pixels: int) -> int:
    return -(-pixels // _GRID) * _GRID
