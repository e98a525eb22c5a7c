"""YuNet, OpenCV's face detector: one network that answers for every cell of three grids.

Wu, Peng, Yu: "YuNet: A Tiny Millisecond-level Face Detector", Machine Intelligence Research 20,
2023. How its answers are read is taken from OpenCV 4.x, modules/objdetect/src/face_detect.cpp, with
these differences: pictures are reduced to the scale that is asked for, and padded to the size of a
graph that takes one size only; boxes keep their fractions in the suppression; candidates are
capped at fewer.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, TypeAlias

import numpy as np
from PIL import Image

from visavis.errors import ModelCorrupt
from visavis.face._boxes import distinct, intersection_over_union
from visavis.face._detection import Detection

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.models import PictureGraph

    Float32: TypeAlias = NDArray[np.float32]
    Float64: TypeAlias = NDArray[np.float64]

__all__ = ["YuNet"]

_STRIDES = (8, 16, 32)
"""Sides of the grids' cells in pixels; the network's input is a multiple of the last."""

_ANSWERS = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}
"""What there is for each grid, and how many numbers a cell."""

_OUTPUTS = tuple(f"{name}_{stride}" for stride in _STRIDES for name in _ANSWERS)

_THRESHOLD, _OVERLAP = 0.9, 0.3
"""Least score of a face, most intersection over union of two: OpenCV's defaults."""

_MAX_CANDIDATES = 400
"""Into the suppression, the best first, as after MTCNN's first network; OpenCV lets 5,000 in."""

_CENTRE = 0.5
"""OpenCV aligns by the points as they are, and to it whole numbers are the centres of pixels."""

_FARTHEST = 1e5
"""Pixels from the picture's corner beyond which nothing of a face can be."""


class YuNet:
    """Finds upright faces, from about 10 to about 300 pixels wide as the network sees them.

    Instances keep no state between calls and may be shared between threads.
    """

    one_scale: ClassVar[bool] = False
    convincing: ClassVar[float] = 0.0  # nobody has measured its scores on turned pictures yet

    def __init__(self, graph: PictureGraph) -> None:
        """Runs the network once, to see that its answers are YuNet's.

        Raises:
            ModelCorrupt: they are not.
        """
        self._graph = graph
        blank = self._padded(np.zeros((1, 1, 3), np.uint8))
        height, width = blank.shape[:2]
        if height % _STRIDES[-1] or width % _STRIDES[-1]:
            raise ModelCorrupt(
                f"{graph.file} takes {width} x {height} pixels, no multiples of {_STRIDES[-1]}"
            )
        self._look(blank)

    def detect(
        self, pixels: NDArray[np.uint8], *, long_side: int, min_face: float
    ) -> list[Detection]:
        """Find every face of a picture, or none where none is large enough.

        Args:
            pixels: RGB uint8 [h, w, 3].
            long_side: reduce the picture until its longer side is this long, or further where the
                network takes one size that is smaller. No picture is enlarged.
            min_face: the least that the largest face must measure, along the longer side of its
                box, in pixels of a picture whose longer side is `long_side`.

        Returns:
            The faces found, the highest score first.

        Raises:
            ModelCorrupt: the network's answers are no numbers that YuNet could give.
        """
        height, width = pixels.shape[:2]
        longer = max(height, width)
        across, down = (self._graph.width or math.inf), (self._graph.height or math.inf)
        scale = min(1.0, long_side / longer, across / width, down / height)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        reduced = Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
        places, scores = self._look(self._padded(np.asarray(reduced)))
        places *= (width / size[0], height / size[1])
        found = [_detection(*face) for face in zip(places, scores, strict=True)]
        largest = max((detection.side for detection in found), default=0.0)
        return found if largest >= min_face * longer / long_side else []

    def _padded(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The picture with black to its right and below it, of a size that the network takes."""
        height, width = pixels.shape[:2]
        padded_height = self._graph.height or _rounded_up(height)
        padded_width = self._graph.width or _rounded_up(width)
        return np.pad(pixels, ((0, padded_height - height), (0, padded_width - width), (0, 0)))

    def _look(self, canvas: NDArray[np.uint8]) -> tuple[Float64, Float32]:
        """Faces, the best first: two corners and five points of each [n, 7, 2], and scores [n]."""
        height, width = canvas.shape[:2]
        blue_first = np.ascontiguousarray(canvas[..., ::-1].transpose(2, 0, 1), np.float32)
        answers = self._graph.run(blue_first[np.newaxis], outputs=_OUTPUTS)
        grids = []
        for stride in _STRIDES:
            of_grid, answers = answers[: len(_ANSWERS)], answers[len(_ANSWERS) :]
            cells = self._cells(of_grid, count=(height // stride) * (width // stride))
            grids.append(_decode(cells, columns=width // stride, stride=stride))
        places = np.concatenate([places for places, _ in grids])
        scores = np.concatenate([scores for _, scores in grids])
        if (np.abs(places) > _FARTHEST).any() or (places[:, 0] >= places[:, 1]).any():
            raise ModelCorrupt(f"{self._graph.file} sees faces without size, or far away")
        order = np.argsort(-scores, kind="stable")[:_MAX_CANDIDATES]
        boxes = places[order, :2].reshape(-1, 4)
        stays = order[distinct(intersection_over_union(boxes), limit=_OVERLAP)]
        return places[stays], scores[stays]

    def _cells(self, answers: list[Float32], *, count: int) -> Float32:
        """The answers for one grid side by side: [cells, 16], row by row of the grid."""
        for answer, numbers in zip(answers, _ANSWERS.values(), strict=True):
            if answer.shape != (1, count, numbers):
                given = " x ".join(map(str, answer.shape))
                raise ModelCorrupt(
                    f"{self._graph.file} gives {given} numbers where YuNet gives 1 x {count} x "
                    f"{numbers}"
                )
        return np.concatenate([answer[0] for answer in answers], axis=1)


def _rounded_up(pixels: int) -> int:
    return -(-pixels // _STRIDES[-1]) * _STRIDES[-1]


def _decode(cells: Float32, *, columns: int, stride: int) -> tuple[Float64, Float32]:
    """What one grid sees, in pixels of the network's input: places [n, 7, 2] and scores [n].

    A cell answers in its own sides, from its upper left corner: the box's centre, the logarithms of
    its width and height, and the points.
    """
    sure = np.clip(cells[:, :2], 0, 1)
    scores = np.sqrt(sure[:, 0] * sure[:, 1])
    (chosen,) = np.nonzero(scores >= _THRESHOLD)
    corners = np.stack([chosen % columns, chosen // columns], axis=1)
    centres = (corners + cells[chosen, 2:4]) * stride
    with np.errstate(over="ignore"):  # infinite boxes are refused with the far ones
        halves = np.exp(cells[chosen, 4:6]) * (stride / 2)
    points = (corners[:, np.newaxis] + cells[chosen, 6:].reshape(-1, 5, 2)) * stride + _CENTRE
    box = np.stack([centres - halves, centres + halves], axis=1)
    return np.concatenate([box, points], axis=1), scores[chosen]


def _detection(places: Float64, score: np.float32) -> Detection:
    (left, top), (right, bottom) = places[:2].tolist()
    landmarks = places[2:].astype(np.float32)
    return Detection(left, top, right, bottom, float(score), landmarks)
