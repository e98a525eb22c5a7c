"""Arithmetic on boxes: float arrays [n, 4] of left, top, right, bottom, one box a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Array: TypeAlias = npt.NDArray[np.floating[Any]]
    Indices: TypeAlias = npt.NDArray[np.intp]

__all__ = [
    "distinct",
    "intersection_over_enclosing",
    "intersection_over_smaller",
    "intersection_over_union",
    "squares",
]

_LEAST_AREA = 1e-6
"""Stands in for the area of a box that a network has turned inside out, so that none is 0."""


def squares(boxes: Array) -> Array:
    """Give each box the square around the same centre whose side is the box's longer one."""
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    halves = (boxes[:, 2:] - boxes[:, :2]).max(axis=1, keepdims=True) / 2
    return np.concatenate([centres - halves, centres + halves], axis=1)


def intersection_over_union(boxes: Array) -> Array:
    """Divide the area that two boxes share by the area that they cover together: [n, n]."""
    shared, areas = _shared_areas(boxes)
    return shared / (areas[:, np.newaxis] + areas - shared)


def intersection_over_enclosing(boxes: Array) -> Array:
    """Divide the area that two boxes share by that of the rectangle around both: [n, n]."""
    shared, _ = _shared_areas(boxes)
    left, top, right, bottom = np.ascontiguousarray(boxes.T)
    widths = np.maximum(right[:, np.newaxis], right) - np.minimum(left[:, np.newaxis], left)
    heights = np.maximum(bottom[:, np.newaxis], bottom) - np.minimum(top[:, np.newaxis], top)
    around: Array = widths * heights
    return shared / around


def intersection_over_smaller(boxes: Array) -> Array:
    """Divide the area that two boxes share by the smaller one's area: [n, n]."""
    shared, areas = _shared_areas(boxes)
    return shared / np.minimum(areas[:, np.newaxis], areas)


def distinct(overlaps: Array, *, limit: float) -> Indices:
    """Non-maximum suppression: leave out what overlaps too much with something better that stays.

    Args:
        overlaps: [n, n], row and column i belonging to the i-th best of n things.
        limit: overlaps above it are too much.

    Returns:
        The indices of what stays, the best first.
    """
    too_much = overlaps > limit
    left_out = np.zeros(len(overlaps), dtype=np.bool_)
    stays = []
    for index in range(len(overlaps)):
        if not left_out[index]:
            stays.append(index)
            left_out |= too_much[index]
    return np.array(stays, dtype=np.intp)


def _shared_areas(boxes: Array) -> tuple[Array, Array]:
    left, top, right, bottom = np.ascontiguousarray(boxes.T)
    widths = np.minimum(right[:, np.newaxis], right) - np.maximum(left[:, np.newaxis], left)
    heights = np.minimum(bottom[:, np.newaxis], bottom) - np.maximum(top[:, np.newaxis], top)
    shared = np.maximum(widths, 0) * np.maximum(heights, 0)
    return shared, np.maximum((right - left) * (bottom - top), _LEAST_AREA)
