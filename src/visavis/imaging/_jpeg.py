"""JPEG files (ITU-T T.81, annex B), read down to what makes pixels.

What a phone adds stays outside: thumbnails, further pictures (MPO, gain maps) and anything else
after the first picture's end. Its first picture is the photograph.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from visavis.errors import ImageCorrupt, ImageTooLarge, ImageUnsupported

from ._encoded import Encoded
from ._exif import read_orientation
from ._limits import MAX_SCANNED_PIXELS, check_sections

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read_jpeg"]

# A marker is FF and a byte that is neither 00 (a stuffed FF), FF (a fill byte), nor RST0 to RST7.
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")

_START, _END = b"\xff\xd8", b"\xff\xd9"
_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_DHT, _DQT, _DRI = 0xC4, 0xDB, 0xDD
_APP0, _APP1, _APP2, _APP14 = 0xE0, 0xE1, 0xE2, 0xEE
_FIRST_KNOWN = 0xC0  # below are reserved markers, in practice damaged data
_DECODABLE_FRAMES = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended, progressive; Huffman coded
_FRAMES = frozenset(range(0xC0, 0xD0)) - {_DHT, 0xC8, 0xCC}  # also lossless, arithmetic, ...

# APP0 (JFIF) and APP14 (Adobe) say which colours the components are.
_KEPT = _DECODABLE_FRAMES | {_SOS, _DHT, _DQT, _DRI, _APP0, _APP14}


def read_jpeg(data: bytes) -> Encoded:
    """Read the segments of a JPEG file up to its first picture's end.

    Raises:
        ImageCorrupt: truncated, or without a frame and a scan.
        ImageUnsupported: lossless, arithmetic or 12-bit coding; not 1, 3 or 4 components.
        ImageTooLarge: beyond a limit.
        ImageTooSmall: beneath one.
    """
    segments = list(_segments(data))
    width, height = _frame_size(segments)
    exif = (part[10:] for kind, part in segments if kind == _APP1 and part[4:10] == b"Exif\0\0")
    encoded = Encoded(
        kind="JPEG",
        width=width,
        height=height,
        orientation=read_orientation(next(exif, b"")),
        profile=_join_profile(segments),
        payload=b"".join((_START, *(part for kind, part in segments if kind in _KEPT), _END)),
    )
    scans = sum(kind == _SOS for kind, _ in segments)
    if scans == 0:
        raise ImageCorrupt("a JPEG without a scan")
    if scans * width * height > MAX_SCANNED_PIXELS:
        raise ImageTooLarge(f"a JPEG with {scans} scans, too many for its size")
    return encoded


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (marker, segment) up to the end of the picture.

    A segment has its marker and length (4 bytes) before its content; a scan's goes on with its
    entropy-coded data.
    """
    end = len(_START)
    count = 0
    found = _MARKER.search(data, end)
    while found is not None:
        begin = found.start()
        marker = data[begin + 1]
        if marker == _EOI:
            return
        if marker < _FIRST_KNOWN or marker == _SOI:
            raise ImageCorrupt("a JPEG with a marker that does not belong there")
        count += 1
        check_sections(count)
        length = int.from_bytes(data[begin + 2 : begin + 4], "big")
        end = begin + 2 + length
        if length < 2 or end > len(data):  # noqa: PLR2004 - the length counts its own two bytes
            raise ImageCorrupt("a JPEG with a truncated segment")
        found = _MARKER.search(data, end)
        if marker == _SOS and found is not None:
            end = found.start()
        yield marker, data[begin:end]
    raise ImageCorrupt("a JPEG that ends before its end-of-image marker")


def _frame_size(segments: list[tuple[int, bytes]]) -> tuple[int, int]:
    """Return (width, height) from the one frame header, if the decoder can handle it."""
    frames = [(kind, part[4:]) for kind, part in segments if kind in _FRAMES]
    if len(frames) != 1:
        raise ImageCorrupt(f"a JPEG with {len(frames)} frames")
    kind, frame = frames[0]
    components = frame[5] if len(frame) > 5 else 0  # noqa: PLR2004
    if len(frame) != 6 + 3 * components:
        raise ImageCorrupt("a JPEG with a damaged frame header")
    if kind not in _DECODABLE_FRAMES or frame[0] != 8 or components not in {1, 3, 4}:  # noqa: PLR2004
        raise ImageUnsupported("a JPEG that is not of 8 bits, 1, 3 or 4 components, Huffman coded")
    height, width = int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big")
    if height == 0:
        raise ImageUnsupported("a JPEG that tells its height only after its first scan")
    return width, height


def _join_profile(segments: list[tuple[int, bytes]]) -> bytes:
    """Join the parts of an ICC profile (ICC.1:2022, B.4): number, count of parts, content."""
    parts = sorted(
        part[16:] for kind, part in segments if kind == _APP2 and part[4:16] == b"ICC_PROFILE\0"
    )
    if [part[:2] for part in parts] != [bytes((i + 1, len(parts))) for i in range(len(parts))]:
        return b""
    return b"".join(part[2:] for part in parts)
