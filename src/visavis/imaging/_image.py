"""`Image`: upright sRGB pixels, and how to get them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

from visavis._stages import stage
from visavis.errors import ImageEmpty, ImageTooLarge, ImageUnsupported, InputInvalid

from ._decode import choose_reduction, decode
from ._file import read_file
from ._jpeg import read_jpeg
from ._limits import MAX_BYTES, check_size
from ._png import PNG_SIGNATURE, read_png
from ._webp import is_webp, read_webp

if TYPE_CHECKING:
    import os

    import numpy.typing as npt

    from ._encoded import Encoded

__all__ = ["Image"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Image:
    """A still picture, upright, in sRGB.

    Images compare by identity. Their ``repr`` tells the size only.

    Attributes:
        pixels: uint8 [height, width, 3], RGB, C-contiguous, read-only.
        reduction: 1 for full resolution; 2, 4 or 8 where the file has so many times the width and
            height, and `full` decodes it again without loss.
    """

    pixels: npt.NDArray[np.uint8]
    reduction: int = 1
    _encoded: Encoded | None = field(default=None)

    def __post_init__(self) -> None:
        pixels = self.pixels
        if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:  # noqa: PLR2004
            raise InputInvalid("pixels must be a uint8 array of the shape [height, width, 3]")
        if pixels.flags.writeable or not pixels.flags.c_contiguous:
            raise InputInvalid("pixels must be read-only and C-contiguous; use Image.from_pixels")
        if (self.reduction == 1) != (self._encoded is None):
            raise InputInvalid("only Image.from_bytes makes reduced pictures")
        check_size(self.width, self.height)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Self:
        """Read a JPEG, PNG or WebP file.

        Raises:
            ImageUnreadable: missing, not permitted, or not a regular file.
            InputInvalid: not a path.
            Error: as `from_bytes`.
        """
        return cls.from_bytes(read_file(path))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the content of a JPEG, PNG or WebP file.

        The EXIF orientation is applied, damaged EXIF ignored. Colours are converted to sRGB by the
        ICC profile; without a usable one they are taken as sRGB. Transparency is laid on white,
        16 bits become 8. Of a phone's multi-picture JPEG the first picture is read; animations are
        refused. A picture whose shorter side has 1,920 px or more is decoded to a half, a quarter
        or an eighth of its size, the shorter side staying at 960 px or above: see `full`.

        A JPEG that decodes with wrong pixels (bits flipped within its scans) cannot be told from a
        right one.

        Raises:
            InputInvalid: not bytes.
            ImageEmpty: no bytes.
            ImageUnsupported: another format, an animation, or a rare feature.
            ImageTooLarge: above 10 MiB, 40 megapixels (PNG: 26, with alpha and WebP: 20), 12,000 px
                on a side, or another limit of ``_limits``.
            ImageTooSmall: a side below 20 px.
            ImageCorrupt: truncated or damaged.
        """
        with stage("decode"):
            encoded = _read(data)
            reduction = choose_reduction(encoded)
            return cls(
                pixels=decode(encoded, reduction=reduction),
                reduction=reduction,
                _encoded=encoded if reduction > 1 else None,
            )

    @classmethod
    def from_pixels(cls, pixels: npt.NDArray[np.uint8]) -> Self:
        """Copy pixels that are already upright and in sRGB.

        Args:
            pixels: uint8 [height, width, 3], RGB.

        Raises:
            InputInvalid: another type, dtype or shape.
            ImageTooLarge: above 40 megapixels or 12,000 px on a side.
            ImageTooSmall: a side below 20 px.
        """
        if not isinstance(pixels, np.ndarray):
            raise InputInvalid("pixels must be a numpy array")
        copy = np.array(pixels, order="C")
        copy.flags.writeable = False
        return cls(pixels=copy)

    @property
    def width(self) -> int:
        """Pixels from left to right."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return int(self.pixels.shape[0])

    def full(self) -> Image:
        """Return the picture at full resolution; itself where that is what it has.

        A point (x, y) of this image, in pixels counted from the centre of the first one, is at
        ``((x + 0.5) * reduction - 0.5, (y + 0.5) * reduction - 0.5)`` there, within one
        ``reduction`` where the full size is no multiple of it.

        Raises:
            ImageCorrupt: the data are damaged where only the full resolution looks.
            ImageTooLarge: not enough memory.
        """
        if self._encoded is None:
            return self
        with stage("decode"):
            return Image(pixels=decode(self._encoded, reduction=1))

    def __repr__(self) -> str:
        return f"Image(width={self.width}, height={self.height}, reduction={self.reduction})"


def _read(data: bytes) -> Encoded:
    if not isinstance(data, bytes):
        raise InputInvalid("the content of a picture must be bytes")
    if not data:
        raise ImageEmpty("no bytes")
    if len(data) > MAX_BYTES:
        raise ImageTooLarge(f"{len(data):,} bytes; at most {MAX_BYTES:,} are accepted")
    if data.startswith(b"\xff\xd8\xff"):
        return read_jpeg(data)
    if data.startswith(PNG_SIGNATURE):
        return read_png(data)
    if is_webp(data):
        return read_webp(data)
    raise ImageUnsupported("neither a JPEG, PNG nor WebP file")
