"""Known colours under known profiles, computed here from the standards' own numbers."""

from __future__ import annotations

import numpy as np
import PIL.Image
import pytest

from tests.imaging.samples import (
    DISPLAY_P3_PRIMARIES,
    SRGB_PRIMARIES,
    chunk,
    colours,
    display_profile,
    encode,
    gamma_tag,
    profile,
    sampled_srgb_tag,
    srgb_profile,
    table_tag,
    xyz_tag,
)
from visavis.errors import ImageTooLarge
from visavis.imaging import Image
from visavis.imaging._icc import read_profile

_COLOUR = (200, 120, 60)
# Corners of tables, 8-bit Lab: L* = 100 and 0, a* = b* = 0. White and black must both be there:
# the perceptual intent stretches what is between them.
_WHITE, _BLACK = bytes((255, 128, 128)), bytes((0, 128, 128))
_BLACK_INK_ONLY = (_WHITE + _BLACK) * 8


def is_srgb(data: bytes) -> bool:
    found = read_profile(data)
    assert found is not None
    return found.is_srgb


def linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def encoded(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else float(1.055 * value ** (1 / 2.4) - 0.055)


def shown(colour: int | tuple[int, ...], icc: bytes, mode: str = "RGB") -> tuple[int, ...]:
    """What visavis makes of one colour in a PNG with this profile."""
    data = encode(PIL.Image.new(mode, (24, 24), colour), "PNG", icc_profile=icc)
    return tuple(int(v) for v in Image.from_bytes(data).pixels[12, 12])


def expected(colour: tuple[int, ...], primaries: object, curve: object = linear) -> list[int]:
    """The same by the matrices alone."""
    assert callable(curve)
    xyz = np.transpose(np.array(primaries)) @ [curve(v / 255) for v in colour]
    rgb = np.linalg.solve(np.transpose(np.array(SRGB_PRIMARIES)), xyz)
    return [round(255 * encoded(min(max(v, 0.0), 1.0))) for v in rgb]


def test_display_p3() -> None:
    icc = display_profile(*DISPLAY_P3_PRIMARIES, sampled_srgb_tag())
    assert not is_srgb(icc)
    values = expected(_COLOUR, DISPLAY_P3_PRIMARIES)
    assert values[0] > _COLOUR[0]  # the wider gamut's 200 is a redder red
    assert np.abs(np.subtract(shown(_COLOUR, icc), values)).max() <= 1


def test_swapped_channels_come_back_in_order() -> None:
    red, green, blue = SRGB_PRIMARIES
    icc = display_profile(blue, green, red, sampled_srgb_tag())
    assert np.abs(np.subtract(shown((60, 120, 200), icc), (200, 120, 60))).max() <= 1


def test_another_gamma() -> None:
    icc = display_profile(*SRGB_PRIMARIES, gamma_tag(1.0))
    values = expected(_COLOUR, SRGB_PRIMARIES, curve=float)
    assert np.abs(np.subtract(shown(_COLOUR, icc), values)).max() <= 1


def test_grey_profile() -> None:
    icc = profile(b"GRAY", {b"wtpt": xyz_tag(0.9642, 1.0, 0.8249), b"kTRC": gamma_tag(1.0)})
    grey = round(255 * encoded(55 / 255))
    assert np.abs(np.subtract(shown(55, icc, "L"), (grey,) * 3)).max() <= 1
    assert np.abs(np.subtract(shown((55, 254), icc, "LA"), (grey,) * 3)).max() <= 2
    assert shown(_COLOUR, icc) == _COLOUR


def test_alpha_is_laid_on_white_after_conversion() -> None:
    red, green, blue = SRGB_PRIMARIES
    icc = display_profile(blue, green, red, sampled_srgb_tag())
    assert np.abs(np.subtract(shown((200, 0, 100, 51), icc, "RGBA"), (224, 204, 244))).max() <= 1


def test_cmyk_through_tables() -> None:
    icc = profile(b"CMYK", {b"A2B0": table_tag(4, 2, _BLACK_INK_ONLY)}, connection=b"Lab ")
    data = encode(PIL.Image.new("CMYK", (24, 24), (9, 99, 0, 127)), "JPEG", icc_profile=icc)
    lightness = 100 * (1 - 127 / 255)
    grey = round(255 * encoded(((lightness + 16) / 116) ** 3))
    assert grey == 119
    assert np.abs(Image.from_bytes(data).pixels.astype(int) - grey).max() <= 1


def test_profiles_with_tables_have_their_own_limit() -> None:
    icc = profile(b"RGB ", {b"A2B0": table_tag(3, 2, _BLACK_INK_ONLY[:24])}, connection=b"Lab ")
    assert shown(_COLOUR, icc) != _COLOUR
    large = encode(PIL.Image.new("RGB", (3000, 2001)), "PNG", icc_profile=icc, compress_level=1)
    with pytest.raises(ImageTooLarge, match="6,000,000"):
        Image.from_bytes(large)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG"])
def test_every_format_hands_its_profile_over(kind: str) -> None:
    red, green, blue = SRGB_PRIMARIES
    icc = display_profile(blue, green, red, sampled_srgb_tag(16_384))  # two segments of a JPEG
    assert len(icc) > 65536
    options = {"lossless": True} if kind == "WEBP" else {}
    picture = PIL.Image.new("RGB", (24, 24), (60, 120, 200))
    image = Image.from_bytes(encode(picture, kind, icc_profile=icc, **options))
    assert np.abs(image.pixels.astype(int) - (200, 120, 60)).max() <= 2


@pytest.mark.parametrize(
    "icc",
    [
        srgb_profile(),
        display_profile(*SRGB_PRIMARIES, sampled_srgb_tag()),
        display_profile(*SRGB_PRIMARIES, sampled_srgb_tag(4096)),
    ],
)
def test_srgb_is_recognised_and_changes_nothing(icc: bytes) -> None:
    assert is_srgb(icc)
    image = Image.from_bytes(encode(colours(), "PNG", icc_profile=icc))
    assert np.array_equal(image.pixels, colours())


@pytest.mark.parametrize(
    "icc",
    [
        display_profile(*DISPLAY_P3_PRIMARIES, sampled_srgb_tag()),
        display_profile(*SRGB_PRIMARIES, gamma_tag(2.2)),
        profile(b"RGB ", {b"rXYZ": xyz_tag(*SRGB_PRIMARIES[0])}),
        profile(b"GRAY", {b"kTRC": sampled_srgb_tag()}),
    ],
)
def test_what_is_not_srgb(icc: bytes) -> None:
    assert not is_srgb(icc)


def test_a_parametric_curve_is_checked_not_trusted() -> None:
    good = srgb_profile()
    at = good.index(b"para") + 12
    assert is_srgb(good)
    assert not is_srgb(good[:at] + (180_000).to_bytes(4, "big") + good[at + 4 :])


def oversized() -> bytes:
    icc = display_profile(*SRGB_PRIMARIES, gamma_tag(1.0)).ljust(5_000_000, b"\0")
    return len(icc).to_bytes(4, "big") + icc[4:]


@pytest.mark.parametrize(
    "icc",
    [
        b"x",
        bytes(200),
        srgb_profile()[:300],
        srgb_profile()[:128] + b"\xff\xff\xff\xff" + srgb_profile()[132:],
        profile(b"CMYK", {b"A2B0": table_tag(4, 2, _BLACK_INK_ONLY)}, connection=b"Lab "),
        profile(b"RGB ", {b"desc": b"text"}),
        profile(b"RGB ", {b"A2B0": table_tag(3, 2, _WHITE)}, connection=b"Lab "),
        profile(b"RGB ", {b"D2B0": b"mpet" + bytes(40)}),
        oversized(),
    ],
)
def test_an_unusable_profile_is_ignored(icc: bytes) -> None:
    assert shown(_COLOUR, icc) == _COLOUR


def test_damaged_profile_chunk_of_png_is_ignored() -> None:
    data = encode(colours(), "PNG")
    for content in (b"", b"name", b"name\0", b"name\0\0", b"name\0\0no zlib"):
        image = Image.from_bytes(data[:33] + chunk(b"iCCP", content) + data[33:])
        assert np.array_equal(image.pixels, colours())


def test_incomplete_profile_segments_of_jpeg_are_ignored() -> None:
    data = encode(colours(), "JPEG")
    for content in (b"", b"\1", b"\1\2abc", b"\2\1abc", b"\0\0"):
        body = b"ICC_PROFILE\0" + content
        segment = b"\xff\xe2" + (2 + len(body)).to_bytes(2, "big") + body
        image = Image.from_bytes(data[:2] + segment + data[2:])
        assert np.array_equal(image.pixels, Image.from_bytes(data).pixels)
