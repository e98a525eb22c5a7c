"""Finding faces however large they are, and whichever way up the picture is: the retry ladder."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol, TypeAlias

import numpy as np

from visavis.face._dominant import RIVAL, dominant

if TYPE_CHECKING:
    import numpy.typing as npt

    from visavis.face._detection import Detection

    Pixels: TypeAlias = npt.NDArray[np.uint8]

__all__ = ["Detector", "find_faces", "find_upright", "look_closely"]

_QUICK_SIDE, _QUICK_SHARE = 320, 0.15
"""Scale of the first look, and the smallest face as a share of the picture's shorter side."""

_CLOSE_SIDE, _CLOSE_FACE = 640, 20.0
"""Scale of the second look, and the smallest face in pixels of that scale."""


class Detector(Protocol):
    """What finds upright faces.

    Attributes:
        one_scale: it sees a picture in one way, whatever `long_side` and `min_face`, so that a
            second look would find nothing new.
        convincing: a face that stands upright and scores at least this is believed without a look
            at the turned picture.
    """

    one_scale: ClassVar[bool]
    convincing: ClassVar[float]

    def detect(self, pixels: Pixels, *, long_side: int, min_face: float) -> list[Detection]:
        """Find the largest face and every other at least half as large.

        `min_face` is the side of the smallest face to look for, in pixels of the picture scaled
        so that its longer side is `long_side`.
        """
        ...


def find_faces(detector: Detector, pixels: Pixels) -> tuple[list[Detection], int]:
    """Find the faces of a picture: a quick look, else a close one, else the picture turned.

    Args:
        detector: what finds upright faces.
        pixels: RGB uint8 [h, w, 3].

    Returns:
        The detections, in pixels of the turned picture, and by how many quarter turns
        counter-clockwise, as ``numpy.rot90`` counts them, it is turned to stand upright. Every face
        at least half as large as the largest is among them. Nothing found: an empty list and 0.
    """
    found, long_side, min_face = _look(detector, pixels)
    turns = 0
    if not found or not _is_convincing(dominant(found), detector.convincing):
        looks = [found]
        for turn in (1, 2, 3):
            turned = np.rot90(pixels, turn)
            looks.append(detector.detect(turned, long_side=long_side, min_face=min_face))
        turns = max(range(4), key=lambda turn: _belief(looks[turn]))
        found = looks[turns]
    turned = np.rot90(pixels, turns)
    found = _with_rivals(detector, turned, found, long_side=long_side, min_face=min_face)
    return found, turns if found else 0


def find_upright(detector: Detector, pixels: Pixels) -> tuple[list[Detection], int]:
    """The same in a picture that stands upright, as a camera's frames do: 0 quarter turns.

    A detector may see a face in one that is turned, and believe that more.
    """
    found, long_side, min_face = _look(detector, pixels)
    return _with_rivals(detector, pixels, found, long_side=long_side, min_face=min_face), 0


def _look(detector: Detector, pixels: Pixels) -> tuple[list[Detection], int, float]:
    """A quick look, else a close one: what was found, at which scale, and from which size on."""
    shorter, longer = sorted(pixels.shape[:2])
    long_side, min_face = _QUICK_SIDE, _QUICK_SHARE * _QUICK_SIDE * shorter / longer
    found = detector.detect(pixels, long_side=long_side, min_face=min_face)
    if found or detector.one_scale:
        return found, long_side, min_face
    found, _ = look_closely(detector, pixels)
    return found, _CLOSE_SIDE, _CLOSE_FACE


def _with_rivals(
    detector: Detector,
    pixels: Pixels,
    found: list[Detection],
    *,
    long_side: int,
    min_face: float,
) -> list[Detection]:
    """Look for others that are large enough to matter, if so small ones were not looked for."""
    if not found or detector.one_scale:
        return found
    rival = RIVAL * dominant(found).side * long_side / max(pixels.shape[:2])
    if rival >= min_face:
        return found
    return detector.detect(pixels, long_side=long_side, min_face=rival) or found


def look_closely(detector: Detector, pixels: Pixels) -> tuple[list[Detection], int]:
    """Find small faces as well, in a picture that is taken to stand upright: 0 quarter turns."""
    return detector.detect(pixels, long_side=_CLOSE_SIDE, min_face=_CLOSE_FACE), 0


def _is_convincing(face: Detection, score: float) -> bool:
    return face.score >= score and _is_upright(face)


def _belief(faces: list[Detection]) -> tuple[bool, float]:
    """Order looks at the picture turned differently: the likeliest is the largest."""
    if not faces:
        return False, 0.0
    face = dominant(faces)
    return _is_upright(face), face.score


def _is_upright(face: Detection) -> bool:
    """Whether the line through the eyes is nearer to the horizontal than to the vertical."""
    if face.landmarks is None:
        return True
    across, down = face.landmarks[1] - face.landmarks[0]
    return bool(across >= abs(down))
