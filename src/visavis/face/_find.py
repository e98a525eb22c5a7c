"""Finding faces in whatever a picture is like: the retry ladder."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.face._detection import Detection

__all__ = ["Detector", "find_faces"]

_QUICK_SIDE = 320
_QUICK_SHARE = 0.15  # of the short side: the smallest face that the first look is for
_SLOW_SIDE = 640
_SLOW_FACE = 20.0


class Detector(Protocol):
    """Finds upright faces.

    Attributes:
        one_scale: it sees a picture in one way, whatever `long_side` and `min_face`, so that a
            second look would find nothing new.
    """

    one_scale: ClassVar[bool]

    def detect(
        self, pixels: NDArray[np.uint8], *, long_side: int, min_face: float
    ) -> list[Detection]:
        """Faces at least `min_face` pixels wide once the longer side is `long_side` pixels."""


def find_faces(detector: Detector, pixels: NDArray[np.uint8]) -> tuple[list[Detection], int]:
    """Every face of a picture: a quick look, then a close one, then the other right-angle turns.

    Of these turns the one with the best score counts: some detectors find faces on their side too.

    Args:
        detector: of upright faces.
        pixels: uint8 [height, width, 3].

    Returns:
        The detections in the turned picture, and by how many quarter turns, counter-clockwise as
        `numpy.rot90` counts, it stands upright. None found: an empty list and 0.
    """
    if not detector.one_scale:
        short = min(pixels.shape[:2]) / max(pixels.shape[:2])
        quick = detector.detect(
            pixels, long_side=_QUICK_SIDE, min_face=_QUICK_SHARE * short * _QUICK_SIDE
        )
        if quick:
            return quick, 0

    def look(turns: int) -> list[Detection]:
        turned = np.ascontiguousarray(np.rot90(pixels, turns))
        return detector.detect(turned, long_side=_SLOW_SIDE, min_face=_SLOW_FACE)

    upright = look(0)
    if upright:
        return upright, 0
    looks = [(look(turns), turns) for turns in (1, 2, 3)]
    found, turns = max(looks, key=lambda each: max((face.score for face in each[0]), default=0))
    return found, turns if found else 0
