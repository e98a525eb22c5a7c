"""PNG files (W3C PNG, third edition), read down to what makes pixels.

The gamma and chromaticity chunks are ignored: photographs carry an ICC profile or are sRGB.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from visavis.errors import ImageCorrupt, ImageUnsupported

from ._encoded import Encoded
from ._exif import read_orientation
from ._limits import MAX_PROFILE_BYTES, check_raw_bytes, check_sections

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PNG_SIGNATURE", "read_png"]

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

_GREY, _PALETTE = 0, 3
# Colour type: (samples a pixel, allowed bits a sample).
_COLOUR_TYPES = {
    _GREY: (1, {1, 2, 4, 8, 16}),
    2: (3, {8, 16}),
    _PALETTE: (1, {1, 2, 4, 8}),
    4: (2, {8, 16}),
    6: (4, {8, 16}),
}


def read_png(data: bytes) -> Encoded:
    """Read the chunks of a PNG file.

    Raises:
        ImageCorrupt: truncated, a wrong checksum, or chunks missing.
        ImageUnsupported: animated, or with a transparent colour of 16 bits.
        ImageTooLarge: beyond a limit.
        ImageTooSmall: beneath one.
    """
    chunks = list(_chunks(data))
    first = dict(reversed(chunks))  # of several of one kind, the first counts
    if b"acTL" in first:
        raise ImageUnsupported("an animated PNG; send one still picture")
    header = first.get(b"IHDR", b"")
    width, height, depth, colour_type = _check_header(header)
    kept = _chunk(b"IHDR", header)
    if colour_type == _PALETTE:
        if b"PLTE" not in first:
            raise ImageCorrupt("a PNG without its palette")
        kept += _chunk(b"PLTE", first[b"PLTE"])
    if b"tRNS" in first:
        kept += _chunk(b"tRNS", _transparency(first[b"tRNS"], depth, colour_type))
    pixels = b"".join(content for kind, content in chunks if kind == b"IDAT")
    return Encoded(
        kind="PNG",
        width=width,
        height=height,
        orientation=read_orientation(first.get(b"eXIf", b"")),
        profile=_unpack_profile(first.get(b"iCCP", b"")),
        payload=PNG_SIGNATURE + kept + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b""),
    )


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield (type, content) of each chunk that matters here, its checksum verified."""
    position = len(PNG_SIGNATURE)
    count = 0
    while True:
        count += 1
        check_sections(count)
        length = int.from_bytes(data[position : position + 4], "big")
        kind = data[position + 4 : position + 8]
        end = position + 12 + length
        if end > len(data):
            raise ImageCorrupt("a PNG that ends before its end chunk")
        if kind == b"IEND":
            return
        if kind in {b"IHDR", b"PLTE", b"IDAT", b"tRNS", b"iCCP", b"eXIf", b"acTL"}:
            content = data[position + 8 : end - 4]
            if zlib.crc32(content, zlib.crc32(kind)) != int.from_bytes(data[end - 4 : end], "big"):
                raise ImageCorrupt("a PNG with a chunk that fails its checksum")
            yield kind, content
        position = end


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(content, zlib.crc32(kind))
    return len(content).to_bytes(4, "big") + kind + content + checksum.to_bytes(4, "big")


def _check_header(header: bytes) -> tuple[int, int, int, int]:
    """Return (width, height, bits a sample, colour type) of a valid header."""
    if len(header) != 13:  # noqa: PLR2004
        raise ImageCorrupt("a PNG without its header")
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    depth, colour_type, compression, filtering, interlace = header[8:]
    samples, depths = _COLOUR_TYPES.get(colour_type, (0, set()))
    if depth not in depths or compression or filtering or interlace > 1:
        raise ImageCorrupt("a PNG with a damaged header")
    check_raw_bytes(width * height * samples * depth // 8)
    return width, height, depth, colour_type


def _transparency(content: bytes, depth: int, colour_type: int) -> bytes:
    """Return the transparency chunk as Pillow must see it."""
    if depth == 16:  # noqa: PLR2004
        # Pillow reduces to 8 bits first, when several colours have become the transparent one.
        raise ImageUnsupported("a 16-bit PNG with one transparent colour")
    if colour_type == _GREY and depth in {2, 4}:
        # Pillow scales these samples to 8 bits, but not the transparent one.
        grey = int.from_bytes(content[:2], "big") * 255 // ((1 << depth) - 1)
        return min(grey, 0xFFFF).to_bytes(2, "big")
    return content


def _unpack_profile(content: bytes) -> bytes:
    """Unpack an ICC profile: name, zero, compression method zero, zlib data."""
    _, _, packed = content.partition(b"\0")
    try:
        return zlib.decompressobj().decompress(packed[1:], MAX_PROFILE_BYTES + 1)
    except zlib.error:
        return b""
