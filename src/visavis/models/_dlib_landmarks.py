"""dlib's 5-point shape predictor: an ensemble of regression trees, as plain arrays.

Source of the format: dlib 20.0.1, ``image_processing/shape_predictor.h``. The method is Kazemi and
Sullivan, "One Millisecond Face Alignment with an Ensemble of Regression Trees", CVPR 2014.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from visavis.errors import ModelCorrupt
from visavis.models._dlib_format import DlibReader

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ShapePredictorWeights", "build_shape_predictor", "load_shape_predictor"]

_POINTS = 5
_SPLITS = 15  # of a tree of depth 4
_LEAVES = _SPLITS + 1


@dataclass(frozen=True, slots=True)
class ShapePredictorWeights:
    """The cascades of a shape predictor (c cascades, t trees a cascade, p pixels a cascade).

    Attributes:
        initial_shape: float32 [5, 2], x and y in a face box that spans 0..1.
        anchors: int64 [c, p], the landmark that each pixel is placed relative to.
        deltas: float32 [c, 2, p], the pixel's x and y offset from its anchor.
        first, second: int64 [c, t, 15], the two pixels that each split subtracts.
        thresholds: int16 [c, t, 15]; a split goes left where first - second > threshold.
        leaves: float32 [c, t, 16, 10], what a leaf adds to the shape.
    """

    initial_shape: NDArray[np.float32]
    anchors: NDArray[np.int64]
    deltas: NDArray[np.float32]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    thresholds: NDArray[np.int16]
    leaves: NDArray[np.float32]

    def __post_init__(self) -> None:
        cascades, pixels = self.anchors.shape
        trees = self.first.shape[1]
        shapes = {
            "initial_shape": (_POINTS, 2),
            "deltas": (cascades, 2, pixels),
            "first": (cascades, trees, _SPLITS),
            "second": (cascades, trees, _SPLITS),
            "thresholds": (cascades, trees, _SPLITS),
            "leaves": (cascades, trees, _LEAVES, 2 * _POINTS),
        }
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                raise ModelCorrupt(f"shape predictor's {name} has another shape than {shape}")
        limits = ((self.anchors, _POINTS), (self.first, pixels), (self.second, pixels))
        for indices, limit in limits:
            if indices.size == 0 or indices.min() < 0 or indices.max() >= limit:
                raise ModelCorrupt("shape predictor refers to a pixel or point that is not there")


def build_shape_predictor(data: bytes) -> bytes:
    """Turns ``shape_predictor_5_face_landmarks.dat`` into an npz file of its arrays.

    Raises:
        ModelCorrupt: `data` is damaged, or is no predictor of five points with trees of depth 4.
    """
    weights = _read(data)
    out = io.BytesIO()
    np.savez(out, **{field.name: getattr(weights, field.name) for field in fields(weights)})
    return out.getvalue()


def load_shape_predictor(data: bytes) -> ShapePredictorWeights:
    """Reads what `build_shape_predictor` wrote.

    Raises:
        ModelCorrupt: `data` is something else.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return ShapePredictorWeights(**arrays)
    except (ValueError, TypeError, KeyError, OSError, EOFError) as error:
        raise ModelCorrupt("shape predictor's cached arrays are damaged") from error


def _read(data: bytes) -> ShapePredictorWeights:
    reader = DlibReader(data)
    reader.expect(1, "the shape predictor's version")
    initial_shape = reader.column()
    if initial_shape.size != 2 * _POINTS:
        raise ModelCorrupt("shape predictor is not one of five points")
    cascades = reader.count()
    forests = [
        [_read_tree(reader) for _ in range(reader.count(smallest_item=_SPLITS))]
        for _ in range(cascades)
    ]
    anchors = [_integers(reader) for _ in range(reader.count())]
    deltas = []
    for _ in range(reader.count()):
        count = reader.count()
        deltas.append(reader.finite_floats(2 * count).reshape(count, 2).T)
    reader.end()
    return ShapePredictorWeights(
        initial_shape=initial_shape.reshape(_POINTS, 2),
        anchors=_stack(anchors, np.int64),
        deltas=_stack(deltas, np.float32),
        first=_stack([[tree[0] for tree in forest] for forest in forests], np.int64),
        second=_stack([[tree[1] for tree in forest] for forest in forests], np.int64),
        thresholds=_stack([[tree[2] for tree in forest] for forest in forests], np.int16),
        leaves=_stack([[tree[3] for tree in forest] for forest in forests], np.float32),
    )


type_of_tree = tuple[list[int], list[int], "NDArray[np.int16]", "NDArray[np.float32]"]


def _read_tree(reader: DlibReader) -> type_of_tree:
    reader.expect(_SPLITS, "a tree's count of splits")
    first, second, thresholds = [], [], []
    for _ in range(_SPLITS):
        first.append(reader.integer())
        second.append(reader.integer())
        thresholds.append(reader.finite_floats(1)[0])
    reader.expect(_LEAVES, "a tree's count of leaves")
    leaves = np.stack([_leaf(reader) for _ in range(_LEAVES)])
    # Pixels are whole numbers, so a difference exceeds a threshold just where it exceeds the whole
    # number below it; differences stay within +-255.
    whole = np.clip(np.floor(np.array(thresholds)), -256, 256).astype(np.int16)
    return first, second, whole, leaves


def _leaf(reader: DlibReader) -> NDArray[np.float32]:
    leaf = reader.column()
    if leaf.size != 2 * _POINTS:
        raise ModelCorrupt("shape predictor's leaf moves another number of points")
    return leaf


def _integers(reader: DlibReader) -> list[int]:
    return [reader.integer() for _ in range(reader.count())]


def _stack(rows: list, dtype: type) -> NDArray:  # type: ignore[type-arg]
    try:
        return np.array(rows, dtype=dtype)
    except (ValueError, OverflowError) as error:  # ragged, or beyond 64 bits
        raise ModelCorrupt("shape predictor's cascades differ in size") from error
