"""Whose face is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visavis.errors import FaceNone, FaceSeveral

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from visavis.face._detection import Detection

__all__ = ["RIVAL", "central", "dominant", "only"]

RIVAL = 0.5
"""A second face with at least this share of the largest one's side may be the one that is meant."""


def dominant(detections: Sequence[Detection]) -> Detection:
    """The largest face.

    Raises:
        FaceNone: there is none.
    """
    if not detections:
        raise FaceNone("no face was found in the picture")
    return max(detections, key=lambda detection: (detection.side, detection.score))


def central(detections: Sequence[Detection], picture: NDArray[np.uint8]) -> Detection:
    """The face whose box holds the centre of its picture, uint8 [height, width, 3].

    Raises:
        FaceNone: there is none.
    """
    height, width, _ = picture.shape
    holding = [
        found
        for found in detections
        if found.left <= width / 2 <= found.right and found.top <= height / 2 <= found.bottom
    ]
    if not holding:
        raise FaceNone("no face was found at the centre of the picture")
    return dominant(holding)


def only(detections: Sequence[Detection]) -> Detection:
    """The largest face, where no other is at least half as large, by the sides of their boxes.

    Raises:
        FaceNone: there is none.
        FaceSeveral: there is another.
    """
    largest = dominant(detections)
    rivals = sum(detection.side >= RIVAL * largest.side for detection in detections) - 1
    if rivals:
        raise FaceSeveral(f"{rivals + 1} faces of similar size were found; show one person only")
    return largest
