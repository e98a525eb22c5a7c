"""ICC profiles (ICC.1:2022): from a picture's own colours to sRGB.

A profile that is broken, oversized, of another colour space than the picture, or built of
processing elements is ignored, and the picture taken as sRGB, as viewers do: its colours are then
slightly off, which no comparison of faces hangs on.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ._limits import MAX_PROFILE_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt
    import PIL.Image

    _Curve = npt.NDArray[np.float64]

__all__ = ["Profile", "read_profile", "to_srgb"]

_HEADER = 128
_MAX_TAGS = 100  # Little CMS reads no more
_CLASSES = {b"mntr", b"scnr", b"prtr", b"spac"}  # those that describe a picture's colours
_SPACES = {"L": b"GRAY", "RGB": b"RGB ", "CMYK": b"CMYK"}  # Pillow's mode: the profile's

# sRGB's primaries (IEC 61966-2-1) adapted to D50, as X, Y, Z.
_SRGB_COLUMNS = {
    b"rXYZ": (0.43607, 0.22249, 0.01392),
    b"gXYZ": (0.38515, 0.71687, 0.09708),
    b"bXYZ": (0.14307, 0.06061, 0.71410),
}
_CURVES = (b"rTRC", b"gTRC", b"bTRC")
_COLUMN_TOLERANCE = 0.001  # writers round differently; Display P3 differs by 0.08
_CURVE_TOLERANCE = 1.5 / 255  # of the encoded value; gamma 2.2 differs by 8 / 255


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile whose header and tag table make sense.

    Attributes:
        data: the whole profile.
        space: the colour space as the header has it (``b"RGB "``).
        tags: content of each tag by its signature.
    """

    data: bytes = field(repr=False)
    space: bytes
    tags: Mapping[bytes, bytes] = field(repr=False)

    @property
    def has_tables(self) -> bool:
        """Whether colours go through interpolated tables, which is slow."""
        return any(name.startswith(b"A2B") for name in self.tags)

    @property
    def is_srgb(self) -> bool:
        """Whether converting to sRGB would change nothing, which most tagged pictures show."""
        return (
            self.space == b"RGB "
            and not self.has_tables
            and all(_is_column(self.tags.get(name), xyz) for name, xyz in _SRGB_COLUMNS.items())
            and all(map(_is_srgb_curve, {self.tags.get(name) for name in _CURVES}))
        )


def read_profile(data: bytes) -> Profile | None:
    """Read header and tag table; None where visavis ignores the profile."""
    size = int.from_bytes(data[:4], "big")
    if not _HEADER + 4 <= size <= min(len(data), MAX_PROFILE_BYTES) or data[36:40] != b"acsp":
        return None
    count = int.from_bytes(data[_HEADER : _HEADER + 4], "big")
    if data[12:16] not in _CLASSES or count > _MAX_TAGS:
        return None
    tags: dict[bytes, bytes] = {}
    for entry in range(_HEADER + 4, _HEADER + 4 + 12 * count, 12):
        begin = int.from_bytes(data[entry + 4 : entry + 8], "big")
        length = int.from_bytes(data[entry + 8 : entry + 12], "big")
        if begin + length > size:
            return None
        tags[data[entry : entry + 4]] = data[begin : begin + length]
    if any(content[:4] == b"mpet" for content in tags.values()):
        return None  # a chain of processing steps of any length, run for each colour of a table
    return Profile(data=data[:size], space=data[16:20], tags=tags)


def to_srgb(picture: PIL.Image.Image, profile: Profile | None) -> PIL.Image.Image:
    """Convert to RGB in sRGB.

    Args:
        picture: of mode L, RGB or CMYK.
        profile: what its samples mean; None means sRGB (CMYK: the plain complement).

    Returns:
        A picture of mode RGB; the same object where there is nothing to do.
    """
    if profile is not None and profile.space == _SPACES[picture.mode] and not profile.is_srgb:
        from PIL import ImageCms  # noqa: PLC0415 - Little CMS is seldom needed

        try:
            return ImageCms.buildTransform(
                ImageCms.ImageCmsProfile(io.BytesIO(profile.data)),
                ImageCms.createProfile("sRGB"),
                picture.mode,
                "RGB",
            ).apply(picture)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # Little CMS refuses it: ignored, as the module says
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _is_column(content: bytes | None, expected: tuple[float, float, float]) -> bool:
    """Tell whether an XYZ tag (10.31) holds these numbers."""
    if content is None or content[:4] != b"XYZ " or len(content) < 20:  # noqa: PLR2004
        return False
    found = np.frombuffer(content[8:20], dtype=">i4") / 65536
    return bool(np.abs(found - expected).max() < _COLUMN_TOLERANCE)


def _is_srgb_curve(content: bytes | None) -> bool:
    """Tell whether a tone curve, taken back by sRGB's inverse, is the identity."""
    encoded = np.linspace(0.0, 1.0, 33)
    linear = None if content is None else _evaluate_curve(content, encoded)
    if linear is None:
        return False
    again = np.where(
        linear <= 0.0031308,  # noqa: PLR2004 - IEC 61966-2-1
        12.92 * linear,
        1.055 * np.maximum(linear, 0.0) ** (1 / 2.4) - 0.055,
    )
    return bool(np.abs(again - encoded).max() < _CURVE_TOLERANCE)


def _evaluate_curve(content: bytes, encoded: _Curve) -> _Curve | None:
    """Evaluate a sampled curve (10.6) or sRGB's kind of parametric one (10.18, type 3)."""
    if content[:4] == b"curv":
        count = int.from_bytes(content[8:12], "big")
        if not 1 < count <= (len(content) - 12) // 2:  # one value is a plain gamma
            return None
        samples = np.frombuffer(content, dtype=">u2", count=count, offset=12) / 65535
        return np.interp(encoded, np.linspace(0.0, 1.0, count), samples)
    if content[:4] == b"para" and content[8:10] == b"\0\3" and len(content) >= 32:  # noqa: PLR2004
        g, a, b, c, d = (np.frombuffer(content, dtype=">i4", count=5, offset=12) / 65536).tolist()
        power: _Curve = np.maximum(a * encoded + b, 0.0) ** g
        return np.where(encoded >= d, power, c * encoded)
    return None
