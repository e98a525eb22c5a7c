"""What the container readers hand to the decoder."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ._limits import check_size

__all__ = ["Encoded"]


@dataclass(frozen=True, slots=True)
class Encoded:
    """One still picture whose size is known to be within the limits, not yet decoded.

    The readers understand containers themselves, so that Pillow gets only what makes pixels: its
    parsers of EXIF, text, multi-picture and animation data, and their warnings, never run.

    Attributes:
        kind: the decoder.
        width: pixels as stored, that is before ``orientation``.
        height: pixels as stored.
        orientation: EXIF orientation, 1 to 8; 1 where there is none.
        profile: the ICC profile as found, unchecked; empty where there is none.
        payload: a complete file for the decoder.
    """

    kind: Literal["JPEG", "PNG", "WebP"]
    width: int
    height: int
    orientation: int
    profile: bytes = field(repr=False)
    payload: bytes = field(repr=False)

    def __post_init__(self) -> None:
        check_size(self.width, self.height)
