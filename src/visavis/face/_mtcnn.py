"""MTCNN: three networks, each looking closer at what the one before let pass.

Zhang, Zhang, Li, Qiao: "Joint Face Detection and Alignment Using Multitask Cascaded Convolutional
Networks", IEEE Signal Processing Letters 23 (10), 2016, with these differences, all for speed:
levels of the image pyramid share one canvas and so one run of P-Net; the level that shows the
smallest faces, half of P-Net's work, is left out where a large face is found; one suppression after
P-Net replaces two, within a level and among them; and the number of candidates is bounded.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, TypeAlias

import numpy as np
from PIL import Image

from visavis.errors import InputInvalid
from visavis.face._boxes import (
    distinct,
    intersection_over_smaller,
    intersection_over_union,
    squares,
)
from visavis.face._canvas import arrange
from visavis.face._detection import Detection
from visavis.face._mipmap import Mipmap

if TYPE_CHECKING:
    import numpy.typing as npt

    from visavis.models import Session

    Float32: TypeAlias = npt.NDArray[np.float32]

__all__ = ["Mtcnn"]

_FACTOR = 0.709
"""From one level of the pyramid to the next: about half the area, as in the paper."""

_WINDOW, _STRIDE = 12, 2
"""P-Net's window and the distance between two windows, in pixels of a level."""

_PNET_THRESHOLD, _RNET_THRESHOLD, _ONET_THRESHOLD = 0.7, 0.7, 0.8
"""Least probability of a face. The PyPI package ``mtcnn`` 1.0.0 has 0.6 for P-Net: on FRLL, ORL and
LFW the only difference is a fifth more windows for R-Net."""

_PNET_OVERLAP, _RNET_OVERLAP, _ONET_OVERLAP = 0.5, 0.5, 0.7
"""Most intersection over union (after O-Net: over the smaller box) that two candidates may have.
The package has 0.7 for each: half the windows more, and boxes that differ more between a picture
and its mirror image (LFW: by 2.6 % of their side, against 2.2 %)."""

_MAX_WINDOWS, _MAX_RNET, _MAX_ONET = 400, 100, 40
"""Candidates into the first suppression, R-Net and O-Net: a bound on time for noise and crowds.
LFW's pictures have 8 windows for R-Net and 1.3 for O-Net on average."""


class Mtcnn:
    """Finds upright faces, also when they look to a side.

    Instances keep no state between calls and may be shared between threads.
    """

    one_scale: ClassVar[bool] = False
    convincing: ClassVar[float] = 0.98
    """MTCNN also finds faces in turned faces: of 1,108 pictures (FRLL front and three-quarter, LFW,
    ORL) 2.5 % have no convincing face upright; of the same turned three ways, 0.6 % have one."""

    def __init__(self, *, pnet: Session, rnet: Session, onet: Session) -> None:
        self._pnet = pnet
        self._rnet = rnet
        self._onet = onet

    def detect(
        self, pixels: npt.NDArray[np.uint8], *, long_side: int, min_face: float
    ) -> list[Detection]:
        """Find the largest face in a picture, and every other at least half as large.

        Smaller ones may be among the answers too, but are not looked for.

        Args:
            pixels: RGB uint8 [h, w, 3].
            long_side: the scale of `min_face`, in pixels: as if the picture's longer side were this
                long. Patches for R-Net and O-Net are taken at this scale or up to twice as large,
                never larger than the picture.
            min_face: side of the smallest face to look for, in pixels of that scale. Nothing
                smaller than 12 pixels of the picture is ever looked for.

        Returns:
            The faces found, the highest score first. Boxes are MTCNN's, from the forehead to the
            chin, and not always square.

        Raises:
            InputInvalid: `pixels` has another shape or type, or a number is not positive.
        """
        if pixels.dtype != np.uint8 or pixels.shape[2:] != (3,) or 0 in pixels.shape:
            raise InputInvalid("A detector takes RGB pixels, uint8 [height, width, 3].")
        if not (long_side > 0 and min_face > 0):
            raise InputInvalid("The scale and the smallest face of a detector are positive.")
        mipmap = Mipmap(pixels, long_side=long_side)
        smallest = max(min_face * max(mipmap.size) / long_side, _WINDOW)
        sizes = _level_sizes(mipmap.size, smallest)
        faces = self._examine(mipmap, sizes[1:])
        if _largest(faces) < 2 * smallest / _FACTOR:
            more = self._examine(mipmap, sizes[:1])
            faces = _best_first(np.concatenate([faces, more]), threshold=_ONET_THRESHOLD)
        faces = faces[distinct(intersection_over_smaller(faces[:, :4]), limit=_ONET_OVERLAP)]
        return [_detection(face, mipmap.reduction) for face in faces]

    def _examine(self, mipmap: Mipmap, sizes: list[tuple[int, int]]) -> Float32:
        """Find faces of the sizes that some levels show: [n, 15], as O-Net answers, in pixels."""
        windows = self._propose(mipmap, sizes) if sizes else np.empty((0, 4), np.float32)
        if len(windows):
            windows = self._refine(mipmap, windows)
        if len(windows):
            return self._conclude(mipmap, windows)
        return np.empty((0, 15), np.float32)

    def _propose(self, mipmap: Mipmap, sizes: list[tuple[int, int]]) -> Float32:
        """P-Net: square windows that may show a face, the likeliest first."""
        tiles = arrange(sizes)
        canvas = Image.new("RGB", (max(t.right for t in tiles), max(t.bottom for t in tiles)))
        for tile in tiles:
            canvas.paste(mipmap.resized(tile.width, tile.height), (tile.left, tile.top))
        (answers,) = self._pnet.run(None, {"pixels": np.asarray(canvas)[np.newaxis]})
        cells: Float32 = answers[0]

        # Which tile a cell's window lies in: none where it would reach over the tile's edge.
        owners = np.full(cells.shape[1:], -1)
        for index, tile in enumerate(tiles):
            owners[_cells(tile.top, tile.bottom), _cells(tile.left, tile.right)] = index
        rows, columns = np.nonzero((cells[4] > _log_odds(_PNET_THRESHOLD)) & (owners >= 0))
        best = np.argsort(-cells[4, rows, columns], kind="stable")[:_MAX_WINDOWS]
        rows, columns = rows[best], columns[best]
        owners = owners[rows, columns]

        origins = np.array([(tile.left, tile.top) for tile in tiles])
        scales = np.array(mipmap.size) / np.array(sizes)
        corners = np.stack([columns, rows], axis=1) * _STRIDE - origins[owners]
        boxes = np.concatenate([corners, corners + _WINDOW], axis=1)
        boxes = boxes + cells[:4, rows, columns].T * _WINDOW
        boxes = (boxes * np.tile(scales, 2)[owners]).astype(np.float32)
        stays = distinct(intersection_over_union(boxes), limit=_PNET_OVERLAP)
        return squares(boxes[stays[:_MAX_RNET]])

    def _refine(self, mipmap: Mipmap, windows: Float32) -> Float32:
        """R-Net: of these windows those that look like a face, moved, the likeliest first."""
        (answers,) = self._rnet.run(None, {"pixels": mipmap.patches(windows, size=24)})
        boxes = _best_first(_in_pixels(windows, answers), threshold=_RNET_THRESHOLD)[:, :4]
        stays = distinct(intersection_over_union(boxes), limit=_RNET_OVERLAP)
        return squares(boxes[stays[:_MAX_ONET]])

    def _conclude(self, mipmap: Mipmap, windows: Float32) -> Float32:
        """O-Net: the faces among these windows, with landmarks, the likeliest first."""
        (answers,) = self._onet.run(None, {"pixels": mipmap.patches(windows, size=48)})
        return _best_first(_in_pixels(windows, answers), threshold=_ONET_THRESHOLD)


def _level_sizes(size: tuple[int, int], smallest: float) -> list[tuple[int, int]]:
    """Width and height of each level: `smallest` fills P-Net's window in the first."""
    scale, sizes = _WINDOW / smallest, []
    while min(size) * scale >= _WINDOW:
        sizes.append((round(size[0] * scale), round(size[1] * scale)))
        scale *= _FACTOR
    return sizes


def _cells(start: int, end: int) -> slice:
    """The cells whose windows lie between two places of the canvas."""
    return slice(start // _STRIDE, (end - _WINDOW) // _STRIDE + 1)


def _log_odds(probability: float) -> float:
    return math.log(probability / (1 - probability))


def _in_pixels(windows: Float32, answers: Float32) -> Float32:
    """Turn shares of a square window's side into pixels; the fifth column is no place and stays."""
    sides = windows[:, 2:3] - windows[:, :1]
    left, top = windows[:, :1], windows[:, 1:2]
    log_odds, xs, ys = answers[:, 4:5], answers[:, 5:10], answers[:, 10:15]
    places = (windows + answers[:, :4] * sides, log_odds, left + xs * sides, top + ys * sides)
    return np.concatenate(places, axis=1)


def _best_first(answers: Float32, *, threshold: float) -> Float32:
    """Leave out what is below a probability, and sort the rest."""
    log_odds = answers[:, 4]
    order = np.argsort(-log_odds, kind="stable")
    return answers[order[: np.count_nonzero(log_odds > _log_odds(threshold))]]


def _largest(faces: Float32) -> float:
    """The longest side of a box, or 0."""
    return float((faces[:, 2:4] - faces[:, :2]).max(initial=0))


def _detection(face: Float32, reduction: int) -> Detection:
    left, top, right, bottom = (face[:4] * reduction).tolist()
    return Detection(
        left=left,
        top=top,
        right=right,
        bottom=bottom,
        score=1 / (1 + math.exp(-float(face[4]))),
        landmarks=face[5:].reshape(2, 5).T * reduction,
    )
