"""Five landmarks in a face box: dlib's shape predictor on numpy, the same points as dlib's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from visavis.errors import ModelCorrupt

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.models import ShapePredictorWeights

__all__ = ["LandmarkPredictor"]

_UPPER = 7
"""Splits in the three upper levels of a tree, all of which are decided; below them one of eight."""

_INDEX = np.uint16
"""Of the tables of places, which numpy has to make 64 bits wide wherever they are looked up. That
takes less time than to read them four times as wide: after each face they are out of the cache."""

_RGB = np.arange(3)[:, np.newaxis]

_THIRD = (np.arange(3 * 255 + 1) // 3).astype(np.int16)  # looked up faster than divided


class LandmarkPredictor:
    """Finds the corners of both eyes and the base of the nose.

    The order is dlib's: outer and inner corner of the holder's left eye (at the picture's right),
    outer and inner corner of the right eye, base of the nose.
    """

    def __init__(self, weights: ShapePredictorWeights) -> None:
        cascades, trees, splits = weights.first.shape
        if weights.anchors.shape[1] > np.iinfo(_INDEX).max:
            raise ModelCorrupt("this shape predictor looks at too many pixels")
        if splits != 2 * _UPPER + 1:
            raise ModelCorrupt("this shape predictor's trees have not four levels")
        self._initial = weights.initial_shape
        self._turn = _turn_from(weights.initial_shape)
        # Positions of each pixel's anchor in the shape, flat: its x, then its y.
        anchors = 2 * weights.anchors.astype(_INDEX)
        self._anchors = np.stack([anchors, anchors + _INDEX(1)], axis=1)
        self._deltas = weights.deltas
        # By cascade, which of the two, tree and split.
        pairs = np.stack([weights.first, weights.second], axis=1).astype(_INDEX)
        # Intensities are whole numbers: their difference is above a threshold where it is above
        # the whole number below.
        thresholds = np.floor(weights.thresholds).astype(np.int16)
        # One bit is left over in each byte: it subtracts pixel 0 from itself and never goes left.
        upper = np.pad(pairs[..., :_UPPER], ((0, 0), (0, 0), (0, 0), (0, 1)))
        self._upper = np.ascontiguousarray(upper).reshape(cascades, 2, -1)
        high = np.pad(thresholds[..., :_UPPER], ((0, 0), (0, 0), (0, 1)))
        self._upper_thresholds = np.ascontiguousarray(high).reshape(cascades, -1)
        lower = np.ascontiguousarray(np.moveaxis(pairs[..., _UPPER:], 1, -1))
        self._lower = _rows(lower.reshape(cascades, -1, 2))
        low = thresholds[..., _UPPER:]
        self._lower_thresholds = np.ascontiguousarray(low).reshape(cascades, -1)
        self._leaves = _rows(weights.leaves.reshape(cascades, 2 * (_UPPER + 1) * trees, -1))
        self._roots = np.arange(trees) * (_UPPER + 1)
        self._node_of_bits = _node_of_bits()

    def predict(
        self, pixels: NDArray[np.uint8], box: tuple[int, int, int, int]
    ) -> NDArray[np.float32]:
        """The landmarks of the face in `box`.

        Args:
            pixels: uint8 [height, width, 3], C-contiguous.
            box: left, top, right, bottom in whole pixels, inclusive; may reach over the edge.

        Returns:
            float32 [5, 2], x and y in whole pixels; may lie outside the picture.
        """
        left, top, right, bottom = box
        extent = np.array([[right - left], [bottom - top]], np.float64)
        # Half a pixel more, so that rounding down is dlib's rounding to the nearest.
        origin = np.array([[left], [top]], np.float64) + 0.5
        places = np.empty((len(self._anchors), 2, self._anchors.shape[-1]))
        shape = self._regress(pixels, extent, origin, places, mend=False)
        low, high = places.min(axis=(0, 2)), places.max(axis=(0, 2))
        if (low < 0).any() or (high >= pixels.shape[1::-1]).any():
            shape = self._regress(pixels, extent, origin, places, mend=True)
        return np.floor(shape * extent.T + origin.T).astype(np.float32)

    def _regress(
        self,
        pixels: NDArray[np.uint8],
        extent: NDArray[np.float64],
        origin: NDArray[np.float64],
        places: NDArray[np.float64],
        *,
        mend: bool,
    ) -> NDArray[np.float32]:
        """The shape in the unit square of the box, float32 [5, 2].

        Args:
            pixels: as in `predict`.
            extent: the box's sides, float64 [2, 1].
            origin: its first corner, and half a pixel.
            places: to be filled with where each cascade looked, float64 [cascades, 2, pixels].
            mend: whether places outside of the picture are looked for, which takes its time. If
                there are any and they are not, the answer is wrong.
        """
        flat = pixels.reshape(-1)
        steps_of_index = np.array([3.0, 3.0 * pixels.shape[1]])
        shape = self._initial
        pairs = np.empty(self._upper.shape[1:], np.int16)
        for cascade in range(len(places)):
            where = places[cascade]
            turn = (shape.ravel() @ self._turn).astype(np.float32).reshape(2, 2, 1)
            products = turn * self._deltas[cascade]
            points = products[:, 0] + products[:, 1]
            points += shape.take(self._anchors[cascade].astype(np.intp), mode="wrap")
            where[:] = points  # mixed arithmetic would convert piece by piece
            where *= extent
            where += origin
            np.floor(where, out=where)
            inside = _move_inside(where, pixels.shape) if mend else None
            indices = (steps_of_index @ where).astype(np.intp)
            colours = flat.take(indices + _RGB, mode="clip").astype(np.int16)
            sums = colours[0] + colours[1]
            sums += colours[2]
            values = _THIRD.take(sums)
            if inside is not None:
                values *= inside
            # The indices were checked once; "wrap" is the mode that does not check them again.
            values.take(self._upper[cascade].astype(np.intp), out=pairs, mode="wrap")
            lefts = (pairs[0] - pairs[1]) > self._upper_thresholds[cascade]
            nodes = self._node_of_bits.take(np.packbits(lefts, bitorder="little"))
            nodes += self._roots
            lower = self._lower[cascade].take(nodes).view(_INDEX).astype(np.intp)
            last = values.take(lower, mode="wrap")
            rights = (last[::2] - last[1::2]) <= self._lower_thresholds[cascade].take(nodes)
            nodes += nodes
            nodes += rights
            steps = self._leaves[cascade].take(nodes).view(np.float32).reshape(len(nodes), -1)
            # Added one tree after the other in float32, as dlib does: another order drifts.
            # einsum adds row by row, in half of the time that np.add.reduce takes.
            steps[0] += shape.ravel()
            shape = np.einsum("ij->j", steps).reshape(-1, 2)
        return shape


def _move_inside(places: NDArray[np.float64], size: tuple[int, ...]) -> NDArray[np.bool_]:
    """Move places to the picture's nearest pixels; return which were inside before."""
    last = np.array([[size[1] - 1], [size[0] - 1]])
    inside: NDArray[np.bool_] = np.logical_and.reduce((places >= 0) & (places <= last), axis=0)
    np.clip(places, 0, last, out=places)
    return inside


def _turn_from(initial: NDArray[np.float32]) -> NDArray[np.float64]:
    """What a shape is multiplied with to give a, -b, b, a of its similarity from `initial`.

    a = sum(u x + v y) / n, b = sum(u y - v x) / n, where (u, v) are the initial points less their
    mean and n the sum of u^2 + v^2: `fit_similarity`, whose shift is not needed here.
    """
    centred = initial.astype(np.float64) - initial.mean(axis=0, dtype=np.float64)
    u, v = centred.T / np.sum(centred**2)
    a, b = np.stack([u, v], axis=1).ravel(), np.stack([-v, u], axis=1).ravel()
    return np.stack([a, -b, b, a], axis=1)


def _rows(values: NDArray[Any]) -> NDArray[np.void]:
    """The last axis as one element: numpy copies whole elements faster than rows of numbers."""
    values = np.ascontiguousarray(values)
    size = values.shape[-1] * values.itemsize
    rows: NDArray[np.void] = values.view(f"V{size}")[..., 0]
    return rows


def _node_of_bits() -> NDArray[np.intp]:
    """For every outcome of the upper splits (bit i: split i goes left), which of the eight is next.

    Split i's left child is 2 i + 1, its right child 2 i + 2.
    """
    bits = np.arange(1 << _UPPER)
    node = np.zeros_like(bits)
    while node[0] < _UPPER:
        node = np.where((bits >> node) & 1, 2 * node + 1, 2 * node + 2)
    return np.asarray(node - _UPPER, np.intp)
