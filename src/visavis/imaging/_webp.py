"""WebP files (RFC 9649), their chunks looked through before the decoder sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visavis.errors import ImageCorrupt, ImageUnsupported

from ._encoded import Encoded
from ._exif import read_orientation
from ._limits import check_raw_bytes, check_sections

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["is_webp", "read_webp"]

_CHANNELS = 4  # the decoder's canvas always has an alpha channel


def is_webp(data: bytes) -> bool:
    """Tell whether the data begin as a WebP file does."""
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def read_webp(data: bytes) -> Encoded:
    """Look through the chunks of a WebP file.

    Raises:
        ImageCorrupt: truncated, or without a picture.
        ImageUnsupported: animated.
        ImageTooLarge: beyond a limit.
        ImageTooSmall: beneath one.
    """
    chunks = list(_chunks(data))
    first = dict(reversed(chunks))  # of several of one kind, the first counts
    if first.keys() & {b"ANIM", b"ANMF"}:
        raise ImageUnsupported("an animated WebP; send one still picture")
    width, height = _canvas_size(*chunks[0] if chunks else (b"", b""))
    check_raw_bytes(width * height * _CHANNELS)
    return Encoded(
        kind="WebP",
        width=width,
        height=height,
        orientation=read_orientation(first.get(b"EXIF", b"").removeprefix(b"Exif\0\0")),
        profile=first.get(b"ICCP", b""),
        payload=data,
    )


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield (type, content) of each chunk."""
    stop = 8 + int.from_bytes(data[4:8], "little")
    if stop > len(data):
        raise ImageCorrupt("a WebP that ends before its end")
    position = 12
    count = 0
    while position + 8 <= stop:
        count += 1
        check_sections(count)
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        begin = position + 8
        if begin + length > stop:
            raise ImageCorrupt("a WebP with a truncated chunk")
        yield data[position : position + 4], data[begin : begin + length]
        position = begin + length + (length & 1)


def _canvas_size(kind: bytes, content: bytes) -> tuple[int, int]:
    """Return (width, height) from the first chunk: extended, lossy or lossless."""
    if kind == b"VP8X" and len(content) >= 10:  # noqa: PLR2004
        width = int.from_bytes(content[4:7], "little") + 1
        height = int.from_bytes(content[7:10], "little") + 1
    elif kind == b"VP8 " and content[3:6] == b"\x9d\x01\x2a" and len(content) >= 10:  # noqa: PLR2004
        width = int.from_bytes(content[6:8], "little") & 0x3FFF
        height = int.from_bytes(content[8:10], "little") & 0x3FFF
    elif kind == b"VP8L" and content[:1] == b"\x2f" and len(content) >= 5:  # noqa: PLR2004
        bits = int.from_bytes(content[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        raise ImageCorrupt("a WebP without a picture")
    return width, height
