"""How much picture visavis accepts. Every limit holds before the first pixel is decoded.

Together they keep opening any input under two seconds and 512 MiB on one 2.5 GHz core. The speeds
below were measured there with Pillow 13; tests/imaging/test_hostile.py holds the sum.
"""

from __future__ import annotations

from visavis.errors import ImageTooLarge, ImageTooSmall

__all__ = [
    "MAX_BYTES",
    "MAX_PIXELS",
    "MAX_PROFILE_BYTES",
    "MAX_RAW_BYTES",
    "MAX_SCANNED_PIXELS",
    "MAX_SECTIONS",
    "MAX_SIDE",
    "MAX_TABLE_PIXELS",
    "MIN_SIDE",
    "check_raw_bytes",
    "check_sections",
    "check_size",
]

#: Bytes of a file. Photographs of common cameras and phones have 1 to 8 MiB.
MAX_BYTES = 10 * 1024 * 1024

#: Width times height. Common cameras and phones write 8 to 33 megapixels.
MAX_PIXELS = 40_000_000

#: The longer side in pixels: 40 megapixels at 3:2 are 7,746 wide. Wider is a panorama or a bomb.
MAX_SIDE = 12_000

#: The shorter side in pixels: the smallest face that the detector looks for is 20 px wide.
MIN_SIDE = 20

#: Bytes that a PNG or WebP unpacks to. Both decode at 80 to 160 MB/s, JPEG five times as fast, so
#: 40 megapixels of theirs would take up to four seconds. Allows 20 megapixels with alpha (WebP:
#: always), 26 without: more than a photograph in 10 MiB of PNG has.
MAX_RAW_BYTES = 80_000_000

#: Scans times pixels of a JPEG. Each scan of a progressive file passes over all of its pixels (up
#: to 70 ms for 40 megapixels) however few bytes it has. Encoders write 10 scans (CMYK: 18).
MAX_SCANNED_PIXELS = 500_000_000

#: Segments of a JPEG, chunks of a PNG or WebP. The smallest take 4 bytes, so 10 MiB could hold
#: millions. 10 MiB of PNG in chunks of 1 KiB, smaller than encoders write, are 10,240.
MAX_SECTIONS = 12_000

#: Bytes of an ICC profile. Profiles of presses reach 2.7 MB, of cameras and screens some kB.
MAX_PROFILE_BYTES = 4 * 1024 * 1024

#: Width times height under an ICC profile with tables (presses, scanners): these convert only 5 to
#: 11 megapixels a second. Cameras, phones and screens have profiles without tables.
MAX_TABLE_PIXELS = 6_000_000


def check_size(width: int, height: int) -> None:
    """Refuse pictures with too many or too few pixels.

    Raises:
        ImageTooLarge: above ``MAX_PIXELS``, or a side above ``MAX_SIDE``.
        ImageTooSmall: a side below ``MIN_SIDE``.
    """
    if max(width, height) > MAX_SIDE:
        raise ImageTooLarge(f"{width} x {height} pixels; a side may have at most {MAX_SIDE:,}")
    if width * height > MAX_PIXELS:
        raise ImageTooLarge(f"{width} x {height} pixels; at most {MAX_PIXELS:,} are accepted")
    if min(width, height) < MIN_SIDE:
        raise ImageTooSmall(f"{width} x {height} pixels; each side needs at least {MIN_SIDE}")


def check_raw_bytes(count: int) -> None:
    """Refuse a PNG or WebP that unpacks to more than ``MAX_RAW_BYTES``.

    Raises:
        ImageTooLarge: it does.
    """
    if count > MAX_RAW_BYTES:
        raise ImageTooLarge(f"unpacks to {count:,} bytes; at most {MAX_RAW_BYTES:,} are accepted")


def check_sections(count: int) -> None:
    """Refuse a file cut into more than ``MAX_SECTIONS`` segments or chunks.

    Raises:
        ImageTooLarge: it is.
    """
    if count > MAX_SECTIONS:
        raise ImageTooLarge(f"has more than {MAX_SECTIONS:,} sections")
