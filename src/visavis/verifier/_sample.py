"""What counts as one sample: a picture, or the frames of one capture."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from visavis.errors import InputInvalid

if TYPE_CHECKING:
    from visavis.imaging import Image

__all__ = ["MAX_FRAMES", "Sample", "frames_of"]

MAX_FRAMES = 4
"""Of one sample: as many as a capture with liveness gives. More of the same say nothing new."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The frames of one capture, which are near duplicates: however many, they are one sample.

    They are fused (docs/decisions/0013). Wherever a sample may be given, so may a picture, which is
    a sample of one frame. Pictures taken at another time, or in another pose that the person was
    asked for, are samples of their own.

    Attributes:
        frames: 1 to 4 pictures.

    Raises:
        InputInvalid: there is none, or there are more.
    """

    frames: tuple[Image, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if not 1 <= len(self.frames) <= MAX_FRAMES:
            raise InputInvalid(f"a sample has 1 to {MAX_FRAMES} frames")


def frames_of(sample: Image | Sample) -> tuple[Image, ...]:
    """The pictures of a sample."""
    return sample.frames if isinstance(sample, Sample) else (sample,)
