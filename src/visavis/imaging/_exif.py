"""The one EXIF value that changes pixels: which way up the picture is (EXIF 2.32, 4.6.4 A)."""

from __future__ import annotations

import struct

__all__ = ["read_orientation"]

_UPRIGHT = 1
_ORIENTATION = 0x0112
_SHORT = 3
_BYTE_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}


def read_orientation(tiff: bytes) -> int:
    """Find the orientation in EXIF data.

    Args:
        tiff: EXIF data from its TIFF header on.

    Returns:
        1 to 8; 1 (upright) where the tag is absent or anything about it is malformed, because
        cameras write damaged EXIF and viewers show such pictures as they are stored.
    """
    order = _BYTE_ORDERS.get(tiff[:4])
    if order is None:
        return _UPRIGHT
    try:
        (directory,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, directory)
        for entry in range(directory + 2, directory + 2 + 12 * count, 12):
            tag, kind, values, value = struct.unpack_from(f"{order}HHIH", tiff, entry)
            if tag == _ORIENTATION:
                known = kind == _SHORT and values == 1 and 1 <= value <= 8  # noqa: PLR2004
                return value if known else _UPRIGHT
    except struct.error:
        pass
    return _UPRIGHT
