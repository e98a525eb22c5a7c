"""Portable graymaps and pixmaps (netpbm's P5 and P6), for evaluation sets that come in them.

Apart from `Image.from_bytes` on purpose: no person and no camera sends PNM.
"""

from __future__ import annotations

import re

import numpy as np

from visavis.errors import ImageCorrupt, ImageEmpty, ImageTooLarge, ImageUnsupported

from ._image import Image
from ._limits import MAX_BYTES, check_size

__all__ = ["read_pnm"]

_GAP = rb"(?:[ \t\r\n]|#[^\n]*\n){1,256}"
_HEADER = re.compile(
    rb"P([56])" + _GAP + rb"(\d{1,6})" + _GAP + rb"(\d{1,6})" + _GAP + rb"(\d{1,6})[ \t\r\n]"
)


def read_pnm(data: bytes) -> Image:
    """Read the content of a binary PGM (P5) or PPM (P6) file with 8 bits a sample.

    Raises:
        ImageEmpty: no bytes.
        ImageUnsupported: another format, or a maximum other than 255.
        ImageTooLarge: above 10 MiB, 40 megapixels or 12,000 px on a side.
        ImageTooSmall: a side below 20 px.
        ImageCorrupt: fewer samples than the header says.
    """
    if not data:
        raise ImageEmpty("no bytes")
    if len(data) > MAX_BYTES:
        raise ImageTooLarge(f"{len(data):,} bytes; at most {MAX_BYTES:,} are accepted")
    header = _HEADER.match(data)
    if header is None or int(header[4]) != 255:  # noqa: PLR2004
        raise ImageUnsupported("not a binary PGM or PPM file of 8 bits")
    width, height = int(header[2]), int(header[3])
    check_size(width, height)
    channels = 3 if header[1] == b"6" else 1
    samples = np.frombuffer(data[header.end() :], np.uint8)[: width * height * channels]
    if samples.size < width * height * channels:
        raise ImageCorrupt("fewer samples than the header says")
    pixels = samples.reshape(height, width, channels)
    return Image.from_pixels(np.broadcast_to(pixels, (height, width, 3)))
