"""Small pictures, and the parts of files that Pillow does not write as a test needs them."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
import PIL.Image
from PIL import ImageCms

from visavis.errors import Error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from visavis.imaging import Image

    Pixels = npt.NDArray[np.uint8]


def colours(width: int = 48, height: int = 32) -> Pixels:
    """A picture in which no two rows, columns or channels are alike, smooth enough for JPEG."""
    x = np.linspace(0.0, 1.0, width)[None, :]
    y = np.linspace(0.0, 1.0, height)[:, None]
    channels = (40 + 180 * x + 0 * y, 200 - 150 * y + 0 * x, 60 + 120 * x * y)
    return np.stack(channels, axis=-1).astype(np.uint8)


def encode(pixels: Pixels | PIL.Image.Image, kind: str, **options: Any) -> bytes:  # noqa: ANN401
    picture = PIL.Image.fromarray(pixels) if isinstance(pixels, np.ndarray) else pixels
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def decode(data: bytes) -> Pixels:
    """What Pillow alone makes of it."""
    with PIL.Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture.convert("RGB"))


def judge(read: Callable[[bytes], Image], data: bytes) -> str:
    """``"Image"`` or the code of the error; anything else that is raised goes through."""
    try:
        return type(read(data)).__name__
    except Error as error:
        return error.code


def exif(orientation: int, *, order: str = "<", kind: int = 3, count: int = 1) -> bytes:
    """EXIF data of one tag, from the TIFF header on."""
    header = struct.pack(f"{order}2sHI", b"II" if order == "<" else b"MM", 42, 8)
    entry = struct.pack(f"{order}HHIHH", 0x0112, kind, count, orientation, 0)
    return header + struct.pack(f"{order}H", 1) + entry + bytes(4)


def chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def png(
    width: int,
    height: int,
    *,
    depth: int,
    colour_type: int,
    rows: bytes,
    extra: bytes = b"",
    interlace: int = 0,
) -> bytes:
    """A PNG of these filtered rows, for the kinds that Pillow does not write."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, interlace)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + extra
        + chunk(b"IDAT", zlib.compress(rows, 1))
        + chunk(b"IEND", b"")
    )


def rows(samples: npt.NDArray[np.generic]) -> bytes:
    """Unfiltered PNG rows of samples [height, ...]; 16-bit samples must be big-endian."""
    return b"".join(b"\0" + row.tobytes() for row in samples)


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def xyz_tag(*values: float) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(f">{len(values)}i", *(round(v * 65536) for v in values))


def gamma_tag(gamma: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))


def sampled_srgb_tag(count: int = 1024) -> bytes:
    """sRGB's curve as the widespread profile of 1998 has it: a table."""
    x = np.linspace(0.0, 1.0, count)
    y = np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)
    samples = np.round(y * 65535).astype(">u2")
    return b"curv\0\0\0\0" + struct.pack(">I", count) + samples.tobytes()


def table_tag(inputs: int, grid: int, table: bytes) -> bytes:
    """A lut8Type (ICC.1:2022, 10.11) from ``inputs`` channels to three."""
    curve = bytes(range(256))
    matrix = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    shape = bytes((inputs, 3, grid, 0))
    return b"mft1\0\0\0\0" + shape + matrix + curve * inputs + table + curve * 3


def profile(space: bytes, tags: Mapping[bytes, bytes], *, connection: bytes = b"XYZ ") -> bytes:
    """An ICC profile of version 2.4 for a display."""
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        table += name + struct.pack(">II", start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    illuminant = struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    header = struct.pack(
        ">I4sI4s4s4s", start + len(body), b"none", 0x02400000, b"mntr", space, connection
    )
    header = header.ljust(36, b"\0") + b"acsp" + bytes(28) + illuminant
    return header.ljust(128, b"\0") + table + body


def display_profile(
    red: tuple[float, float, float],
    green: tuple[float, float, float],
    blue: tuple[float, float, float],
    curve: bytes,
) -> bytes:
    """A profile of three primaries, given in XYZ under D50, and one tone curve."""
    return profile(
        b"RGB ",
        {
            b"wtpt": xyz_tag(0.9642, 1.0, 0.8249),
            b"rXYZ": xyz_tag(*red),
            b"gXYZ": xyz_tag(*green),
            b"bXYZ": xyz_tag(*blue),
            b"rTRC": curve,
            b"gTRC": curve,
            b"bTRC": curve,
        },
    )


SRGB_PRIMARIES = (
    (0.43607, 0.22249, 0.01392),
    (0.38515, 0.71687, 0.09708),
    (0.14307, 0.06061, 0.71410),
)
DISPLAY_P3_PRIMARIES = (  # Apple's Display P3 profile
    (0.51512, 0.24120, -0.00105),
    (0.29198, 0.69225, 0.04189),
    (0.15710, 0.06657, 0.78407),
)
