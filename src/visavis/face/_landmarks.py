"""Five landmarks in a face box: dlib's shape predictor on numpy, the same points as dlib's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.models import ShapePredictorWeights

__all__ = ["LandmarkPredictor"]

_SPLIT_BITS = 16  # 15 splits a tree, and one bit that is always 0


class LandmarkPredictor:
    """Finds the corners of both eyes and the base of the nose.

    The order is dlib's: outer and inner corner of the holder's left eye (at the picture's right),
    outer and inner corner of the right eye, base of the nose.
    """

    def __init__(self, weights: ShapePredictorWeights) -> None:
        cascades, trees, splits = weights.first.shape
        self._initial = weights.initial_shape
        self._turn = _turn_from(weights.initial_shape)
        # Positions of each pixel's anchor in the shape, flat: its x, then its y.
        self._anchors = np.stack([2 * weights.anchors, 2 * weights.anchors + 1], axis=1)
        self._deltas = weights.deltas
        padding = ((0, 0), (0, 0), (0, _SPLIT_BITS - splits))
        # Flat per cascade; a padding split subtracts pixel 0 from itself and never goes left.
        self._first, self._second, self._thresholds = (
            np.ascontiguousarray(np.pad(values, padding).reshape(cascades, -1))
            for values in (weights.first, weights.second, weights.thresholds)
        )
        # One element a leaf: numpy copies whole elements faster than rows of floats.
        leaves = weights.leaves.reshape(cascades, -1, weights.leaves.shape[-1])
        self._leaves = np.ascontiguousarray(leaves).view(f"V{leaves.shape[-1] * 4}")[..., 0]
        self._roots = np.arange(trees) * (splits + 1)
        self._leaf_of_bits = _leaf_of_bits(splits)

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
        shape = self._initial
        first, second = np.empty((2, self._first.shape[1]), np.int16)
        for cascade in range(len(self._anchors)):
            values = self._intensities(pixels, shape, cascade, extent, origin)
            # The indices were checked once; "wrap" is the mode that does not check them again.
            values.take(self._first[cascade], out=first, mode="wrap")
            values.take(self._second[cascade], out=second, mode="wrap")
            first -= second
            left_turns = np.packbits(first > self._thresholds[cascade], bitorder="little")
            leaves = self._leaf_of_bits.take(left_turns.view(np.uint16)) + self._roots
            steps = self._leaves[cascade].take(leaves).view(np.float32).reshape(len(leaves), -1)
            # Added one tree after the other in float32, as dlib does: another order drifts.
            steps[0] += shape.ravel()
            shape = np.add.reduce(steps, axis=0).reshape(-1, 2)
        return np.floor(shape * extent.T + origin.T).astype(np.float32)

    def _intensities(
        self,
        pixels: NDArray[np.uint8],
        shape: NDArray[np.float32],
        cascade: int,
        extent: NDArray[np.float64],
        origin: NDArray[np.float64],
    ) -> NDArray[np.int16]:
        """(R + G + B) // 3 at the cascade's pixels, placed relative to `shape`; 0 outside."""
        turn = (shape.ravel() @ self._turn).astype(np.float32).reshape(2, 2, 1)
        delta_x, delta_y = self._deltas[cascade]
        points = turn[:, 0] * delta_x
        points += turn[:, 1] * delta_y
        points += shape.take(self._anchors[cascade], mode="wrap")
        places = points.astype(np.float64)  # mixed arithmetic would convert piece by piece
        places *= extent
        places += origin
        whole = np.floor(places, out=places).astype(np.intp)
        x, y = whole
        height, width, _ = pixels.shape
        inside = None
        # Read as unsigned, what lies left of or above the picture is larger than any side.
        if whole.view(np.uintp).max() >= min(width, height):
            inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
            x, y = np.clip(x, 0, width - 1), np.clip(y, 0, height - 1)
        y *= width
        y += x
        colours = pixels.reshape(-1, 3).take(y, axis=0).astype(np.int16)
        values: NDArray[np.int16] = colours[:, 0] + colours[:, 1]
        values += colours[:, 2]
        values //= 3
        if inside is not None:
            values *= inside
        return values


def _turn_from(initial: NDArray[np.float32]) -> NDArray[np.float64]:
    """What a shape is multiplied with to give a, -b, b, a of its similarity from `initial`.

    a = sum(u x + v y) / n, b = sum(u y - v x) / n, where (u, v) are the initial points less their
    mean and n the sum of u^2 + v^2: `fit_similarity`, whose shift is not needed here.
    """
    centred = initial.astype(np.float64) - initial.mean(axis=0, dtype=np.float64)
    u, v = centred.T / np.sum(centred**2)
    a, b = np.stack([u, v], axis=1).ravel(), np.stack([-v, u], axis=1).ravel()
    return np.stack([a, -b, b, a], axis=1)


def _leaf_of_bits(splits: int) -> NDArray[np.uint8]:
    """For every combination of split outcomes (bit i: split i goes left), the leaf reached.

    Split i's left child is 2 i + 1, its right child 2 i + 2; what lies beyond the last split is a
    leaf.
    """
    bits = np.arange(1 << splits)
    node = np.zeros_like(bits)
    while node[0] < splits:
        node = np.where((bits >> node) & 1, 2 * node + 1, 2 * node + 2)
    leaves: NDArray[np.uint8] = (node - splits).astype(np.uint8)  # small enough to stay in cache
    return leaves
