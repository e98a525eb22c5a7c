"""Each limit holds at its exact value and before anything is decoded."""

from __future__ import annotations

import struct

import PIL.Image
import pytest

from tests.imaging.samples import chunk, colours, encode, png
from visavis.errors import ImageCorrupt, ImageTooLarge, ImageTooSmall, ImageUnsupported
from visavis.imaging import Image
from visavis.imaging._limits import check_raw_bytes, check_sections, check_size


def claiming(width: int, height: int, kind: str) -> bytes:
    """A small file whose header tells another size, and whose content can only be corrupt."""
    if kind == "PNG":
        return png(width, height, depth=8, colour_type=0, rows=bytes(33 * 32))
    if kind == "JPEG":
        data = encode(PIL.Image.new("L", (32, 32)), "JPEG")
        at = data.index(b"\xff\xc0") + 5
        return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]
    content = (
        bytes((16, 0, 0, 0))
        + (width - 1).to_bytes(3, "little")
        + (height - 1).to_bytes(3, "little")
    )
    body = b"WEBPVP8X" + struct.pack("<I", 10) + content + encode(colours(), "WEBP")[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WebP"])
@pytest.mark.parametrize(
    ("width", "height"),
    [(20_000, 100), (100, 20_000), (12_001, 20), (8_000, 5_001), (65_535, 65_535)],
)
def test_too_many_pixels(kind: str, width: int, height: int) -> None:
    with pytest.raises(ImageTooLarge):
        Image.from_bytes(claiming(width, height, kind))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WebP"])
@pytest.mark.parametrize(("width", "height"), [(1, 1), (19, 500), (500, 19)])
def test_too_few_pixels(kind: str, width: int, height: int) -> None:
    with pytest.raises(ImageTooSmall):
        Image.from_bytes(claiming(width, height, kind))


@pytest.mark.parametrize(
    ("width", "height"), [(20, 20), (12_000, 20), (20, 12_000), (8_000, 5_000)]
)
def test_sizes_at_the_limit_pass(width: int, height: int) -> None:
    check_size(width, height)


def test_a_picture_at_the_limit_opens() -> None:
    image = Image.from_bytes(encode(PIL.Image.new("L", (12_000, 20), 200), "PNG"))
    assert (image.width, image.height) == (12_000, 20)
    image = Image.from_bytes(encode(PIL.Image.new("L", (20, 20), 200), "JPEG"))
    assert (image.width, image.height) == (20, 20)


def test_bytes_unpacked() -> None:
    check_raw_bytes(80_000_000)
    with pytest.raises(ImageTooLarge):
        check_raw_bytes(80_000_001)
    size = {"width": 5001, "height": 5000, "rows": b""}
    for depth, colour_type in ((8, 6), (16, 4), (16, 2), (16, 6)):
        with pytest.raises(ImageTooLarge, match="unpacks"):
            Image.from_bytes(png(depth=depth, colour_type=colour_type, **size))  # type: ignore[arg-type]
    with pytest.raises(ImageCorrupt):  # 8-bit RGB passes the limit, and has no rows
        Image.from_bytes(png(depth=8, colour_type=2, **size))  # type: ignore[arg-type]


def test_sections() -> None:
    check_sections(12_000)
    with pytest.raises(ImageTooLarge):
        check_sections(12_001)
    data = encode(colours(), "PNG")
    Image.from_bytes(data[:33] + chunk(b"teXt", b"x") * 11_990 + data[33:])
    with pytest.raises(ImageTooLarge, match="sections"):
        Image.from_bytes(data[:33] + chunk(b"teXt", b"x") * 12_000 + data[33:])
    data = encode(colours(), "JPEG")
    with pytest.raises(ImageTooLarge, match="sections"):
        Image.from_bytes(data[:2] + b"\xff\xfe\0\2" * 12_000 + data[2:])
    data = encode(colours(), "WEBP")
    body = data[8:] + b"JUNK\0\0\0\0" * 12_000
    with pytest.raises(ImageTooLarge, match="sections"):
        Image.from_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)


def test_scans_times_pixels() -> None:
    data = encode(PIL.Image.new("L", (5000, 5000)), "JPEG", progressive=True)
    start = data.rindex(b"\xff\xda")
    scan = data[start:-2]
    scans = data.count(b"\xff\xda")
    allowed = data[:start] + scan * (20 - scans + 1) + b"\xff\xd9"  # 20 x 25 megapixels
    assert allowed.count(b"\xff\xda") == 20
    assert Image.from_bytes(allowed).reduction == 4
    with pytest.raises(ImageTooLarge, match="21 scans"):
        Image.from_bytes(data[:start] + scan * (20 - scans + 2) + b"\xff\xd9")


def test_rare_jpegs_are_refused_by_name() -> None:
    data = encode(colours(), "JPEG")
    at = data.index(b"\xff\xc0")
    for changed in (
        data[: at + 1] + b"\xc3" + data[at + 2 :],  # lossless
        data[: at + 1] + b"\xc9" + data[at + 2 :],  # arithmetic coding
        data[: at + 4] + b"\x0c" + data[at + 5 :],  # 12 bits
        data[: at + 5] + b"\0\0" + data[at + 7 :],  # height in a later segment
        data[:at]
        + b"\xff\xc0\0\x0e\x08\0\x20\0\x30\2\1\x11\0\2\x11\0"
        + data[at + 19 :],  # 2 colours
    ):
        with pytest.raises(ImageUnsupported):
            Image.from_bytes(changed)
    frame = data[at : at + 19]
    with pytest.raises(ImageCorrupt, match="2 frames"):
        Image.from_bytes(data[:at] + frame + data[at:])
    with pytest.raises(ImageCorrupt, match="0 frames"):
        Image.from_bytes(data[:at] + data[at + 19 :])
    with pytest.raises(ImageCorrupt, match="without a scan"):
        Image.from_bytes(data[: data.index(b"\xff\xda")] + b"\xff\xd9")
