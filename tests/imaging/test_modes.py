"""Every kind of pixel that the three formats hold, against values worked out by hand."""

from __future__ import annotations

import struct

import numpy as np
import PIL.Image
import pytest

from tests.imaging.samples import chunk, colours, encode, png, rows
from visavis.errors import ImageCorrupt, ImageUnsupported
from visavis.imaging import Image

_SIZE = 24


def corner(data: bytes) -> tuple[int, ...]:
    return tuple(int(v) for v in Image.from_bytes(data).pixels[0, 0])


def solid(mode: str, colour: float | tuple[int, ...]) -> PIL.Image.Image:
    return PIL.Image.new(mode, (_SIZE, _SIZE), colour)


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [
        ("L", 77, (77, 77, 77)),
        ("1", 1, (255, 255, 255)),
        ("1", 0, (0, 0, 0)),
        ("RGB", (10, 20, 30), (10, 20, 30)),
        ("RGBA", (10, 20, 30, 255), (10, 20, 30)),
        ("RGBA", (10, 20, 30, 0), (255, 255, 255)),
        ("RGBA", (100, 0, 200, 51), (224, 204, 244)),  # 0.2 of the colour, 0.8 of white
        ("LA", (100, 51), (224, 224, 224)),
        ("LA", (100, 255), (100, 100, 100)),
        ("I;16", 0x8000, (128, 128, 128)),
        ("I;16", 0x00FF, (0, 0, 0)),
        ("I;16", 0xFFFF, (255, 255, 255)),
    ],
)
def test_png_modes(mode: str, colour: float | tuple[int, ...], expected: tuple[int, ...]) -> None:
    assert corner(encode(solid(mode, colour), "PNG")) == expected


def test_colours_are_exact_and_in_rgb_order() -> None:
    assert np.array_equal(Image.from_bytes(encode(colours(), "PNG")).pixels, colours())
    assert np.array_equal(
        Image.from_bytes(encode(colours(), "WEBP", lossless=True)).pixels, colours()
    )


def test_16_bit_grey_is_scaled_not_clipped() -> None:
    ramp = np.tile(np.arange(0, 65536, 256, dtype=np.uint16), (_SIZE, 1))
    image = Image.from_bytes(encode(PIL.Image.fromarray(ramp), "PNG"))
    assert np.array_equal(image.pixels[0, :, 0], np.arange(256))


@pytest.mark.parametrize(
    ("colour_type", "samples", "expected"),
    [
        (2, (0x1234, 0xABCD, 0xFF00), (0x12, 0xAB, 0xFF)),
        (4, (0x6400, 0x3333), (224, 224, 224)),
        (6, (0x6400, 0, 0xC800, 0x3333), (224, 204, 244)),
    ],
)
def test_16_bit_png(colour_type: int, samples: tuple[int, ...], expected: tuple[int, ...]) -> None:
    pixels = np.tile(np.array(samples, dtype=">u2"), (_SIZE, _SIZE, 1))
    data = png(_SIZE, _SIZE, depth=16, colour_type=colour_type, rows=rows(pixels))
    assert corner(data) == expected


def test_palette_with_and_without_transparency() -> None:
    picture = solid("P", 1)
    picture.putpalette([9, 9, 9, 100, 0, 200, 7, 7, 7])
    assert corner(encode(picture, "PNG")) == (100, 0, 200)
    assert corner(encode(picture, "PNG", transparency=bytes((255, 51, 255)))) == (224, 204, 244)
    assert corner(encode(picture, "PNG", transparency=1)) == (255, 255, 255)
    assert corner(encode(picture, "PNG", transparency=0)) == (100, 0, 200)


def test_one_transparent_colour() -> None:
    assert corner(encode(solid("RGB", (1, 2, 3)), "PNG", transparency=(1, 2, 3))) == (255,) * 3
    assert corner(encode(solid("RGB", (1, 2, 3)), "PNG", transparency=(1, 2, 4))) == (1, 2, 3)
    assert corner(encode(solid("L", 9), "PNG", transparency=9)) == (255,) * 3


@pytest.mark.parametrize(("depth", "packed"), [(1, 0x00), (2, 0x55), (4, 0x11)])
def test_transparent_grey_of_few_bits(depth: int, packed: int) -> None:
    grey = 0 if depth == 1 else 1
    line = b"\0" + bytes([packed]) * (_SIZE * depth // 8)
    for transparent, expected in ((grey, 255), (grey + 1, grey * 255 // (2**depth - 1))):
        data = png(
            _SIZE,
            _SIZE,
            depth=depth,
            colour_type=0,
            rows=line * _SIZE,
            extra=chunk(b"tRNS", struct.pack(">H", transparent)),
        )
        assert corner(data) == (expected,) * 3


def test_transparent_colour_of_16_bits_is_refused() -> None:
    pixels = np.zeros((_SIZE, _SIZE), dtype=">u2")
    extra = chunk(b"tRNS", b"\0\0")
    data = png(_SIZE, _SIZE, depth=16, colour_type=0, rows=rows(pixels), extra=extra)
    with pytest.raises(ImageUnsupported, match="16-bit"):
        Image.from_bytes(data)


def test_interlaced_png() -> None:
    # Adam7 of a solid colour: passes of 3x3, 3x3, 6x3, 6x6, 12x6, 12x12, 24x12 pixels.
    passes = ((3, 3), (3, 3), (6, 3), (6, 6), (12, 6), (12, 12), (24, 12))
    lines = b"".join((b"\0" + b"\x07\x08\x09" * width) * height for width, height in passes)
    data = png(_SIZE, _SIZE, depth=8, colour_type=2, rows=lines, interlace=1)
    assert (Image.from_bytes(data).pixels == (7, 8, 9)).all()


def test_webp_lossy_and_with_alpha() -> None:
    assert (
        np.abs(
            np.subtract(corner(encode(solid("RGB", (200, 100, 50)), "WEBP")), (200, 100, 50))
        ).max()
        < 4
    )
    data = encode(solid("RGBA", (100, 0, 200, 51)), "WEBP", lossless=True)
    assert corner(data) == (224, 204, 244)


def test_jpeg_grey() -> None:
    assert corner(encode(solid("L", 77), "JPEG")) == (77, 77, 77)


def test_jpeg_cmyk_is_adobes_inverted_kind() -> None:
    # 20 % cyan, 40 % magenta, 60 % yellow, 20 % black: 255 (1 - ink) (1 - black).
    data = encode(solid("CMYK", (51, 102, 153, 51)), "JPEG", quality=100)
    assert np.abs(np.subtract(corner(data), (163, 122, 82))).max() <= 2


def test_jpeg_ycck() -> None:
    # Stored Y = 120, Cb = Cr = 128, K = 255 say, inverted: inks of 120, no black; 255 - 120.
    data = encode(solid("CMYK", (135, 127, 127, 0)), "JPEG", quality=100)
    adobe = data.index(b"Adobe") + 11
    assert data[adobe] == 0
    data = data[:adobe] + b"\2" + data[adobe + 1 :]
    assert np.abs(np.subtract(corner(data), (135, 135, 135))).max() <= 2


def test_jpeg_in_plain_rgb() -> None:
    data = encode(solid("RGB", (200, 100, 50)), "JPEG", quality=100, keep_rgb=True)
    assert np.abs(np.subtract(corner(data), (200, 100, 50))).max() <= 2


def test_the_first_picture_of_a_phones_multi_picture_file() -> None:
    second = solid("RGB", (0, 255, 0))
    data = encode(solid("RGB", (200, 0, 0)), "MPO", save_all=True, append_images=[second])
    assert data.count(b"\xff\xd8\xff") == 2
    assert np.abs(np.subtract(corner(data), (200, 0, 0))).max() <= 2


def test_damaged_multi_picture_data_do_not_matter() -> None:
    data = encode(solid("RGB", (200, 0, 0)), "JPEG")
    segment = b"\xff\xe2\0\x10MPF\0" + b"\xff" * 10
    assert np.abs(np.subtract(corner(data[:2] + segment + data[2:]), (200, 0, 0))).max() <= 2


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_animations_are_refused(kind: str) -> None:
    frames = [solid("RGB", (value, 0, 0)) for value in (0, 100, 200)]
    data = encode(frames[0], kind, save_all=True, append_images=frames[1:])
    with pytest.raises(ImageUnsupported, match="animated"):
        Image.from_bytes(data)


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "PPM", "ICO", "JPEG2000", "TGA"])
def test_other_formats_are_refused(kind: str) -> None:
    with pytest.raises(ImageUnsupported):
        Image.from_bytes(encode(colours(), kind))


def test_palette_missing() -> None:
    data = png(_SIZE, _SIZE, depth=8, colour_type=3, rows=(bytes(_SIZE + 1)) * _SIZE)
    with pytest.raises(ImageCorrupt, match="palette"):
        Image.from_bytes(data)
