"""What a detector says about one face: where, how sure, and five points where it has them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["Detection"]


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """A face found in a picture.

    Coordinates are continuous picture pixels: x to the right, y down, (0, 0) the outer corner of
    the first pixel, whose centre is (0.5, 0.5). A box may reach over the edge of the picture.

    Attributes:
        left: x of the box's left side.
        top: y of its upper side.
        right: x of its right side.
        bottom: y of its lower side.
        score: the detector's estimate that this is a face, 0 to 1; not comparable between
            detectors.
        landmarks: float32 [5, 2], (x, y) of the eye on the left of the picture, the eye on its
            right, the tip of the nose, the left and the right corner of the mouth (as pictured,
            not as the holder would say it); None where the detector finds none.
    """

    left: float
    top: float
    right: float
    bottom: float
    score: float
    landmarks: npt.NDArray[np.float32] | None = field(default=None, repr=False)

    @property
    def side(self) -> float:
        """The longer side of the box, in pixels."""
        return max(self.right - self.left, self.bottom - self.top)
