"""What counts as one sample: a picture, or the frames of one capture."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from visavis.errors import InputInvalid
from visavis.imaging import Image

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MAX_FRAMES", "MAX_SAMPLES", "Picture", "Sample", "frames_of", "require_samples"]

Picture = Image | bytes
"""A picture, or the content of a JPEG, PNG or WebP file, which is opened where it is looked at."""

MAX_SAMPLES = 5
"""On each side. More say little that is new, and no threshold is calibrated for them."""

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

    frames: tuple[Picture, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if not 1 <= len(self.frames) <= MAX_FRAMES:
            raise InputInvalid(f"a sample has 1 to {MAX_FRAMES} frames")


def frames_of(sample: Picture | Sample) -> tuple[Picture, ...]:
    """The pictures of a sample."""
    return sample.frames if isinstance(sample, Sample) else (sample,)


def require_samples(samples: Sequence[Picture | Sample], side: str, *, at_least: int = 1) -> None:
    """Refuses too few or too many samples.

    Raises:
        InputInvalid: how many there are to be.
    """
    if not at_least <= len(samples) <= MAX_SAMPLES:
        raise InputInvalid(f"{side} are {at_least} to {MAX_SAMPLES} pictures")
