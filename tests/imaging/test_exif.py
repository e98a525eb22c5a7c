"""All eight orientations of EXIF 2.32, 4.6.4 A, against an independent construction."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.imaging.samples import chunk, colours, encode, exif
from visavis.imaging import Image
from visavis.imaging._exif import read_orientation

if TYPE_CHECKING:
    from tests.imaging.samples import Pixels

# Orientation: (what the stored picture's row 0 is, what its column 0 is), in the standard's words.
_SIDES = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}


def stored(visual: Pixels, orientation: int) -> Pixels:
    """The pixels a camera stores for what the person should see."""
    row, column = _SIDES[orientation]
    if row in {"left", "right"}:
        lines = [visual[:, x] for x in range(visual.shape[1])]
        first = "left"
    else:
        lines = list(visual)
        first = "top"
    if row != first:
        lines.reverse()
    if column in {"right", "bottom"}:
        lines = [line[::-1] for line in lines]
    return np.stack(lines)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_orientation_is_brought_upright(orientation: int, order: str) -> None:
    visual = colours(48, 32)
    tag = exif(orientation, order=order)
    original = stored(visual, orientation)

    as_png = Image.from_bytes(encode(original, "PNG", exif=tag))
    as_webp = Image.from_bytes(encode(original, "WEBP", lossless=True, exif=tag))
    as_jpeg = Image.from_bytes(encode(original, "JPEG", quality=95, exif=b"Exif\0\0" + tag))

    assert np.array_equal(as_png.pixels, visual)
    assert np.array_equal(as_webp.pixels, visual)
    assert as_jpeg.pixels.shape == visual.shape
    assert np.abs(as_jpeg.pixels.astype(int) - visual).mean() < 3
    assert as_png.pixels.flags.c_contiguous


def test_webp_exif_may_keep_the_prefix_of_jpeg() -> None:
    data = encode(colours(48, 32), "WEBP", lossless=True, exif=b"Exif\0\0" + exif(6))
    assert (Image.from_bytes(data).width, Image.from_bytes(data).height) == (32, 48)


@pytest.mark.parametrize(
    "tiff",
    [
        b"",
        b"II*\0",
        b"XX*\0" + exif(6)[4:],
        exif(0),
        exif(9),
        exif(65535),
        exif(6, kind=4),
        exif(6, count=2),
        exif(6)[:18],
        struct.pack("<2sHI", b"II", 42, 0xFFFFFFFF),
        struct.pack("<2sHI", b"II", 42, 8) + b"\xff\xff",
        struct.pack("<2sHI", b"II", 42, 2),
    ],
)
def test_malformed_exif_means_upright(tiff: bytes) -> None:
    assert read_orientation(tiff) == 1
    data = encode(colours(48, 32), "JPEG")
    segment = b"\xff\xe1" + struct.pack(">H", 8 + len(tiff)) + b"Exif\0\0" + tiff
    image = Image.from_bytes(data[:2] + segment + data[2:])
    assert (image.width, image.height) == (48, 32)


def test_malformed_exif_in_png_means_upright() -> None:
    data = encode(colours(48, 32), "PNG")
    image = Image.from_bytes(data[:33] + chunk(b"eXIf", b"MM\0*\xff\xff\xff\xff") + data[33:])
    assert (image.width, image.height) == (48, 32)


def test_the_first_exif_segment_counts() -> None:
    data = encode(colours(48, 32), "JPEG", exif=b"Exif\0\0" + exif(6))
    second = b"\xff\xe1" + struct.pack(">H", 8 + len(exif(1))) + b"Exif\0\0" + exif(1)
    quantisation = data.index(b"\xff\xdb")
    image = Image.from_bytes(data[:quantisation] + second + data[quantisation:])
    assert (image.width, image.height) == (32, 48)
