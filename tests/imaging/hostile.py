"""Pictures that mean harm, or are merely broken: over 800, the same in each run.

`hostile` yields (name, content). The part of a name before the first slash is its family, and
`FAMILIES` says what may come of one: ``"Image"`` or an error code.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np
import PIL.Image

from tests.imaging.samples import (
    DISPLAY_P3_PRIMARIES,
    SRGB_PRIMARIES,
    chunk,
    colours,
    display_profile,
    encode,
    exif,
    gamma_tag,
    png,
    profile,
    sampled_srgb_tag,
    srgb_profile,
    table_tag,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FAMILIES", "hostile", "mend", "small"]

_DAMAGE = {
    "Image",
    "image.corrupt",
    "image.unsupported",
    "image.too_large",
    "image.too_small",
}
FAMILIES = {
    "empty": {"image.empty"},
    "type": {"image.unsupported"},
    "animated": {"image.unsupported"},
    "tiny": {"image.too_small"},
    "bomb": {"image.too_large"},
    "headless": {"image.corrupt"},
    "truncated": {"image.corrupt"},
    "flipped": _DAMAGE,
    "spliced": _DAMAGE,
    "header": _DAMAGE,
    "profile": {"Image"},
    "orientation": {"Image"},
    "right": {"Image"},
    "heavy": {"Image"},
}

_Input = tuple[str, bytes]


def hostile(seed: int = 2382) -> Iterator[_Input]:
    """Yield (name, content); the same ones for the same seed."""
    yield from small(seed)
    yield from _bombs()
    yield from _heavy(np.random.default_rng(seed))


def small(seed: int) -> Iterator[_Input]:
    """Yield those that take no time to make or to judge."""
    random = np.random.default_rng(seed)
    victims = _victims()
    yield "empty/", b""
    yield from _other_types(random)
    yield from _animations()
    yield from _tiny()
    yield from _headless(random)
    yield from _truncated(victims, random)
    yield from _flipped(victims, random)
    yield from _spliced(victims, random)
    yield from _headers(victims, random)
    yield from _profiles(random)
    yield from _orientations(random)
    yield from _right()


def _victims() -> dict[str, bytes]:
    """Small pictures of every coding, to be damaged."""
    picture = PIL.Image.fromarray(colours(56, 40))
    icc = display_profile(*DISPLAY_P3_PRIMARIES, sampled_srgb_tag(64))
    transparent = picture.copy()
    transparent.putalpha(PIL.Image.linear_gradient("L").resize(picture.size))
    return {
        "jpeg": encode(picture, "JPEG", exif=b"Exif\0\0" + exif(6), icc_profile=icc),
        "jpeg-progressive": encode(picture, "JPEG", progressive=True),
        "jpeg-cmyk": encode(picture.convert("CMYK"), "JPEG"),
        "png": encode(picture, "PNG", exif=exif(6), icc_profile=icc),
        "png-palette": encode(picture.quantize(16), "PNG", transparency=3),
        "webp": encode(picture, "WEBP", exif=exif(6), icc_profile=icc),
        "webp-lossless": encode(transparent, "WEBP", lossless=True),
    }


def _other_types(random: np.random.Generator) -> Iterator[_Input]:
    for kind in ("GIF", "TIFF", "BMP", "PPM", "ICO", "JPEG2000", "TGA", "PDF", "PCX"):
        yield f"type/{kind.lower()}", encode(colours(), kind)
    texts = {
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
        "html": b"<!doctype html><img src=x>",
        "text": "Bär".encode(),
        "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        "avif": b"\0\0\0\x18ftypavif\0\0\0\0mif1avif",
        "zip": b"PK\3\4" + bytes(30),
        "elf": b"\x7fELF" + bytes(60),
        "wav": b"RIFF\x24\0\0\0WAVEfmt ",
        "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        "psd": b"8BPS\0\1" + bytes(40),
        "zeros": bytes(4096),
        "one-byte": b"\xff",
        "jpeg-second-byte": b"\xff\xd8",
        "png-old": b"\x89PNG\r\n\x1a\r",
        "space-before-jpeg": b" " + encode(colours(), "JPEG"),
    }
    for name, content in texts.items():
        yield f"type/{name}", content
    for number in range(16):
        yield f"type/noise-{number}", b"\0" + random.bytes(200)


def _animations() -> Iterator[_Input]:
    frames = [PIL.Image.new("RGB", (32, 32), (value, 0, 0)) for value in (0, 90, 180)]
    for kind in ("GIF", "PNG", "WEBP"):
        content = encode(frames[0], kind, save_all=True, append_images=frames[1:])
        yield f"animated/{kind.lower()}", content


def _tiny() -> Iterator[_Input]:
    for width, height in ((1, 1), (1, 2000), (2000, 1), (19, 19)):
        for kind in ("JPEG", "PNG", "WEBP"):
            picture = PIL.Image.new("RGB", (width, height))
            yield f"tiny/{kind.lower()}-{width}x{height}", encode(picture, kind)


def _bombs() -> Iterator[_Input]:
    sizes = ((20_000, 20), (20, 20_000), (20_000, 20_000), (65_535, 65_535), (8_001, 5_000))
    jpeg = encode(PIL.Image.new("L", (32, 32)), "JPEG")
    frame = jpeg.index(b"\xff\xc0") + 5
    webp = encode(colours(), "WEBP")[12:]
    for width, height in sizes:
        name = f"{width}x{height}"
        yield f"bomb/png-{name}", png(width, height, depth=1, colour_type=0, rows=bytes(100_000))
        yield (
            f"bomb/jpeg-{name}",
            jpeg[:frame] + struct.pack(">HH", height, width) + jpeg[frame + 4 :],
        )
        canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        yield f"bomb/webp-{name}", _riff(b"VP8X\x0a\0\0\0\x10\0\0\0" + canvas + webp)
    largest = 2**31 - 1
    yield "bomb/png-largest", png(largest, largest, depth=16, colour_type=6, rows=b"")
    yield "bomb/png-16-bit", png(5_000, 5_000, depth=16, colour_type=6, rows=bytes(9_999))
    assert webp[11:14] == b"\x9d\x01\x2a"
    yield "bomb/webp-largest", _riff(webp[:14] + b"\xff\x3f\xff\x3f" + webp[18:])
    yield "bomb/webp-40-megapixels", _riff(webp[:14] + struct.pack("<HH", 8000, 5000) + webp[18:])
    yield "bomb/many-bytes", jpeg.ljust(10 * 1024 * 1024 + 1, b"\0")
    yield "bomb/jpeg-segments", jpeg[:2] + b"\xff\xfe\0\2" * 2_500_000 + jpeg[2:]
    start = encode(colours(), "PNG")
    yield "bomb/png-chunks", start[:33] + chunk(b"IDAT", b"") * 800_000 + start[33:]
    yield "bomb/webp-chunks", _riff(webp + b"JUNK\0\0\0\0" * 1_300_000)
    yield "bomb/jpeg-scans", _scans(PIL.Image.new("L", (7_300, 5_479)), 1_000)
    yield "bomb/jpeg-scans-small", _scans(PIL.Image.new("L", (1_000, 1_000)), 501)
    icc = profile(b"CMYK", {b"A2B0": table_tag(4, 2, bytes(48))}, connection=b"Lab ")
    inks = PIL.Image.new("CMYK", (3_000, 2_001))
    yield "bomb/jpeg-cmyk-profile", encode(inks, "JPEG", icc_profile=icc)


def _headless(random: np.random.Generator) -> Iterator[_Input]:
    starts = {
        "jpeg": b"\xff\xd8\xff",
        "png": b"\x89PNG\r\n\x1a\n",
        "webp": b"RIFF\xff\0\0\0WEBPVP8 ",
    }
    for kind, start in starts.items():
        yield f"headless/{kind}-alone", start
        yield f"headless/{kind}-zeros", start + bytes(300)
        for number in range(10):
            yield f"headless/{kind}-noise-{number}", start + random.bytes(200).replace(b"\xff", b"")
    yield "headless/jpeg-fill-bytes", b"\xff\xd8" + b"\xff" * 10_000_000
    yield "headless/jpeg-end-at-once", b"\xff\xd8\xff\xd9"
    yield "headless/png-end-at-once", starts["png"] + chunk(b"IEND", b"")
    yield "headless/webp-empty", b"RIFF\4\0\0\0WEBP"


def _truncated(victims: dict[str, bytes], random: np.random.Generator) -> Iterator[_Input]:
    for kind, content in victims.items():
        for cut in random.choice(np.arange(16, len(content) - 1), 20, replace=False):
            yield f"truncated/{kind}-{cut}", content[:cut]
        yield f"truncated/{kind}-last-byte", content[:-1]


def _flipped(victims: dict[str, bytes], random: np.random.Generator) -> Iterator[_Input]:
    for kind, content in victims.items():
        for number in range(30):
            changed = bytearray(content)
            for place in random.integers(3, len(content), size=1 + number % 5):
                changed[place] ^= 1 << int(random.integers(8))
            yield f"flipped/{kind}-{number}", bytes(changed)


def _spliced(victims: dict[str, bytes], random: np.random.Generator) -> Iterator[_Input]:
    """Runs removed, doubled, or overwritten from another file, checksums mended."""
    others = list(victims.values())
    for kind, content in victims.items():
        for number in range(24):
            begin = int(random.integers(8, len(content) - 8))
            length = int(random.integers(1, 64))
            run = content[begin : begin + length]
            if number % 3 == 0:
                run = b""
            elif number % 3 == 1:
                run *= 2
            else:
                other = others[int(random.integers(len(others)))]
                run = other[begin % len(other) :][:length]
            changed = content[:begin] + run + content[begin + length :]
            yield f"spliced/{kind}-{number}", mend(changed)


def _headers(victims: dict[str, bytes], random: np.random.Generator) -> Iterator[_Input]:
    """One byte of the first 60 set to an extreme value, checksums mended."""
    for kind, content in victims.items():
        places = random.choice(np.arange(8, 60), 8, replace=False)
        for place, value in zip(places, (0, 1, 127, 128, 255) * 2, strict=False):
            changed = content[:place] + bytes([value]) + content[place + 1 :]
            yield f"header/{kind}-{place}-{value}", mend(changed)


def _profiles(random: np.random.Generator) -> Iterator[_Input]:
    good = {
        "srgb": srgb_profile(),
        "p3": display_profile(*DISPLAY_P3_PRIMARIES, sampled_srgb_tag(64)),
        "tables": profile(b"RGB ", {b"A2B0": table_tag(3, 3, bytes(81))}, connection=b"Lab "),
    }
    for kind, content in good.items():
        for number in range(20):
            changed = bytearray(content)
            for place in random.integers(12, len(content), size=1 + number % 4):
                changed[place] = int(random.integers(256))
            icc = bytes(changed)
            yield f"profile/{kind}-{number}", encode(colours(), "PNG", icc_profile=icc)
    steps = b"mpet\0\0\0\0\0\3\0\3\0\1\0\0" + bytes(3_000_000)
    icc = profile(b"RGB ", {b"D2B0": steps, b"A2B0": table_tag(3, 3, bytes(81))})
    yield "profile/steps", encode(colours(), "JPEG", icc_profile=icc)
    unpacked = chunk(b"iCCP", b"bomb\0\0" + zlib.compress(bytes(40_000_000)))
    plain = encode(colours(), "PNG")
    yield "profile/png-bomb", plain[:33] + unpacked + plain[33:]


def _orientations(random: np.random.Generator) -> Iterator[_Input]:
    for number in range(1, 9):
        tag = exif(number)
        yield f"orientation/jpeg-{number}", encode(colours(), "JPEG", exif=b"Exif\0\0" + tag)
        yield f"orientation/png-{number}", encode(colours(), "PNG", exif=tag)
        yield f"orientation/webp-{number}", encode(colours(), "WEBP", exif=tag)
    plain = encode(colours(), "JPEG")
    for number in range(24):
        damaged = bytearray(exif(6))
        for place in random.integers(4, len(damaged), size=1 + number % 4):
            damaged[place] = int(random.integers(256))
        body = b"Exif\0\0" + bytes(damaged)
        segment = b"\xff\xe1" + struct.pack(">H", 2 + len(body)) + body
        yield f"orientation/damaged-{number}", plain[:2] + segment + plain[2:]
    entries = b"\0\1\0\3\0\0\0\1\0\1\0\0" * 5_000
    body = b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + entries
    segment = b"\xff\xe1" + struct.pack(">H", 2 + len(body)) + body
    yield "orientation/many-entries", plain[:2] + segment * 100 + plain[2:]


def _right() -> Iterator[_Input]:
    """Unusual, and yet good pictures."""
    picture = PIL.Image.fromarray(colours())
    jpeg, plain = encode(picture, "JPEG"), encode(picture, "PNG")
    yield "right/jpeg-cmyk", encode(picture.convert("CMYK"), "JPEG")
    yield "right/jpeg-grey", encode(picture.convert("L"), "JPEG")
    yield "right/jpeg-two-pictures", encode(picture, "MPO", save_all=True, append_images=[picture])
    yield "right/jpeg-trailing-data", jpeg + bytes(100_000) + b"\xff\xda"
    yield "right/jpeg-comment", encode(picture, "JPEG", comment=b"\xff\xd9" * 30_000)
    yield "right/jpeg-500-scans", _scans(PIL.Image.new("L", (1_000, 1_000)), 500)
    yield "right/png-16-bit", encode(PIL.Image.new("I;16", (32, 32), 40_000), "PNG")
    yield "right/png-1-bit", encode(picture.convert("1"), "PNG")
    yield "right/png-trailing-data", plain + bytes(100_000)
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(40_000_000)))
    yield "right/png-text-bomb", plain[:33] + text + plain[33:]
    yield "right/png-many-texts", plain[:33] + chunk(b"tEXt", b"a\0b") * 10_000 + plain[33:]
    yield "right/png-control", plain[:33] + chunk(b"acTl", b"") + plain[33:]
    for kind in ("PNG", "WEBP"):
        yield f"right/{kind.lower()}-alpha", encode(picture.convert("RGBA"), kind)
    gamma = display_profile(*SRGB_PRIMARIES, gamma_tag(2.2))
    yield "right/webp-profile", encode(picture, "WEBP", icc_profile=gamma)


def _heavy(random: np.random.Generator) -> Iterator[_Input]:
    """The most work that the limits allow."""
    noise = PIL.Image.fromarray(random.integers(0, 256, (500, 800, 3), dtype=np.uint8))
    icc = display_profile(*DISPLAY_P3_PRIMARIES, sampled_srgb_tag(64))
    yield "heavy/jpeg-scans", _scans(PIL.Image.new("RGB", (8_000, 5_000)), 12)
    long = PIL.Image.new("RGB", (12_000, 1_919), (9, 99, 199))
    yield "heavy/jpeg-long", encode(long, "JPEG", progressive=True, icc_profile=icc)
    for name, depth, colour_type, width in (
        ("rgba", 8, 6, 4_000),
        ("rgb", 8, 2, 5_333),
        ("rgba-16-bit", 16, 6, 2_000),
    ):
        size = {2: 3, 6: 4}[colour_type] * depth // 8 * width
        rows = (b"\4" + random.bytes(size)) * 5_000  # filter 4, the slowest
        yield (
            f"heavy/png-{name}",
            png(width, 5_000, depth=depth, colour_type=colour_type, rows=rows),
        )
    transparent = noise.resize((5_000, 4_000))
    transparent.putalpha(noise.getchannel("R").resize((5_000, 4_000)))
    yield "heavy/webp", encode(transparent, "WEBP", quality=30, alpha_quality=20, method=0)
    table = profile(b"CMYK", {b"A2B0": table_tag(4, 9, random.bytes(9**4 * 3))}, connection=b"Lab ")
    inks = noise.resize((3_126, 1_919)).convert("CMYK")
    yield "heavy/jpeg-cmyk", encode(inks, "JPEG", icc_profile=table)


def mend(data: bytes) -> bytes:
    """Correct the checksums of a PNG and the length of a WebP, so that damage gets deeper."""
    if data[:4] == b"RIFF" and len(data) >= 8:
        return data[:4] + struct.pack("<I", len(data) - 8) + data[8:]
    if data[:4] != b"\x89PNG":
        return data
    mended, position = data[:8], 8
    while position + 12 <= len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        mended += chunk(data[position + 4 : position + 8], data[position + 8 :][:length])
        position += 12 + length
    return mended


def _riff(chunks: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks


def _scans(picture: PIL.Image.Image, count: int) -> bytes:
    """A progressive JPEG whose last scan is repeated until there are so many."""
    data = encode(picture, "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    more = count - data.count(b"\xff\xda")
    return data[:-2] + data[last:-2] * more + b"\xff\xd9"
