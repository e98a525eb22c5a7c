"""dlib's CNN face detector (MMOD), with dlib's own results.

King: "Max-Margin Object Detection", arXiv:1502.00046, 2015; dlib 20.0.1, ``loss_mmod_`` in
``dnn/loss.h``. One network runs over a tiled pyramid of the picture as it is, unscaled, so whatever
dlib finds in it is found, in the same places and in the same order. What dlib was not asked here is
what it would find in an enlarged copy (its ``upsample_num_times``).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, TypeAlias

import numpy as np
from PIL import Image

from visavis.errors import InputInvalid
from visavis.face._boxes import distinct, intersection_over_enclosing
from visavis.face._detection import Detection
from visavis.face._tiled_pyramid import draw_pyramid, tile_pyramid
from visavis.models import MMOD_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from visavis.face._canvas import Tile
    from visavis.models import Session

    Boxes: TypeAlias = npt.NDArray[np.float64]
    Indices: TypeAlias = npt.NDArray[np.intp]

__all__ = ["Mmod"]

_MAX_PIXELS = 2**21
"""Larger pictures are reduced: Full HD is not. Memory and time are proportional to the pixels."""

_MIN_SIDE = 22
"""Smaller pictures are not looked at: no face is that small, and dlib's tiles would overlap."""

_MAX_WINDOWS = 1000
"""Windows into the suppression, the best first; a face fills 20 to 40. Where there are more, what
is found is still what dlib finds, as far down as the windows go."""

_STRIDE, _FIRST = 8, 14
"""Cell c's window is centred on pixel 8 c + 14 of the canvas: three convolutions of five pixels and
stride 2 make cell c of p = 2 c + 2; the others, padded, move nothing."""

_UP, _SHIFT = 6 / 5, 0.3
"""From a level of the pyramid to the one before: p * 6 / 5 + 0.3 (dlib's ``point_up``)."""


class Mmod:
    """Finds faces of 80 pixels or more, from the front or nearly so.

    It also finds some that lie on their side, and does not say so; the landmarks are then wrong. As
    with dlib, pictures have to be upright.

    Instances keep no state between calls and may be shared between threads.
    """

    one_scale: ClassVar[bool] = True
    convincing: ClassVar[float] = 0.0  # dlib looks at the picture as it is, and so does this mode

    def __init__(self, session: Session) -> None:
        """Take the network.

        Args:
            session: runs what `visavis.models.build_mmod` made.
        """
        self._session = session

    def detect(
        self, pixels: npt.NDArray[np.uint8], *, long_side: int, min_face: float
    ) -> list[Detection]:
        """Find every face that dlib finds.

        The picture is taken as it is up to 2,097,152 pixels (Full HD has 2,073,600); a larger one
        is averaged down by the least whole number that makes it small enough, so that no picture
        takes more than about half a gigabyte and a second.

        Args:
            pixels: RGB uint8 [h, w, 3].
            long_side: not heeded, or the results would not be dlib's.
            min_face: not heeded; the smallest window is 80 pixels wide.

        Returns:
            The faces found, the highest score first. A box covers the pixels of dlib's rectangle:
            its left and upper side are dlib's, its right and lower side one more than dlib's last
            pixel. The score is 1 / (1 + exp(-c)) of dlib's confidence c, which is above 0 and has
            no upper limit: so scores are above 0.5, and no probabilities.

        Raises:
            InputInvalid: `pixels` has another shape or type.
        """
        del long_side, min_face
        if pixels.dtype != np.uint8 or pixels.shape[2:] != (3,) or 0 in pixels.shape:
            raise InputInvalid("A detector takes RGB pixels, uint8 [height, width, 3].")
        if min(pixels.shape[:2]) < _MIN_SIDE:
            return []
        reduction = math.ceil(math.sqrt(pixels.shape[0] * pixels.shape[1] / _MAX_PIXELS))
        if reduction > 1:
            pixels = np.asarray(Image.fromarray(pixels).reduce(reduction))
        tiles = tile_pyramid(
            pixels.shape[1], pixels.shape[0], gap=MMOD_OPTIONS.gap, margin=MMOD_OPTIONS.margin
        )
        canvas = draw_pyramid(pixels, tiles, mean=MMOD_OPTIONS.mean, margin=MMOD_OPTIONS.margin)
        (scores,) = self._session.run(None, {"pyramid": canvas[np.newaxis]})
        boxes, confidences = _windows(scores[0, 0], tiles)
        stays = distinct(intersection_over_enclosing(boxes), limit=MMOD_OPTIONS.overlap)
        return [_detection(boxes[index] * reduction, confidences[index]) for index in stays]


def _windows(
    scores: npt.NDArray[np.float32], tiles: Sequence[Tile]
) -> tuple[Boxes, npt.NDArray[np.float32]]:
    """The windows that may show a face, in pixels of the picture, and their scores, best first."""
    rows, columns = np.nonzero(scores > 0)
    confidences = scores[rows, columns]
    best = np.argsort(-confidences, kind="stable")[:_MAX_WINDOWS]
    centres = np.stack([columns[best], rows[best]], axis=1) * _STRIDE + _FIRST
    levels = _levels(centres, tiles)
    origins = np.array([(tile.left, tile.top) for tile in tiles])
    middles = centres - origins[levels]
    half = (MMOD_OPTIONS.window - 1) / 2
    corners = np.concatenate([middles - half, middles + half], axis=1)
    for level in range(1, len(tiles)):  # one after the other: dlib's rounding errors are wanted too
        above = levels >= level
        corners[above] = corners[above] * _UP + _SHIFT
    boxes = np.trunc(corners + np.copysign(0.5, corners))  # C's lround: halves away from zero
    boxes[:, 2:] += 1  # from the last pixel to its far side
    return boxes, confidences[best]


def _levels(centres: Indices, tiles: Sequence[Tile]) -> Indices:
    """For each point of the canvas the tile that it lies in, or else the nearest one."""
    first = np.array([(tile.left, tile.top) for tile in tiles])
    last = np.array([(tile.right - 1, tile.bottom - 1) for tile in tiles])
    ways = np.clip(centres[:, np.newaxis], first, last) - centres[:, np.newaxis]
    nearest: Indices = (ways**2).sum(axis=2).argmin(axis=1)
    return nearest


def _detection(box: Boxes, confidence: np.float32) -> Detection:
    left, top, right, bottom = box.tolist()
    score = 1 / (1 + math.exp(-float(confidence)))
    return Detection(left=left, top=top, right=right, bottom=bottom, score=score)
