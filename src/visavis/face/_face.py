"""A face: where it is in its picture, and its chip."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from visavis.face._detection import Detection

__all__ = ["Face"]


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One face, ready to be embedded. Its ``repr`` shows no picture.

    Attributes:
        detection: the detector's box and score, in pixels of `picture`.
        landmarks: float32 [5, 2], x and y in pixels of `picture` from the centre of its first one,
            in the order of the template.
        eye_distance: pixels between the centres of the eyes, in the picture at full resolution.
        quarter_turns: how often the given picture was turned by 90 degrees, counter-clockwise, to
            stand upright.
        picture: uint8 [height, width, 3], the picture that was searched, upright.
        chip: uint8 [height, width, 3], the face as the embedder sees it.
    """

    detection: Detection
    landmarks: NDArray[np.float32]
    eye_distance: float
    quarter_turns: int
    picture: NDArray[np.uint8] = field(repr=False)
    chip: NDArray[np.uint8] = field(repr=False)
