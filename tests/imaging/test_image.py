"""`Image` as its users see it."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.imaging.samples import colours, decode, encode
from visavis.errors import (
    Error,
    ImageEmpty,
    ImageTooLarge,
    ImageTooSmall,
    ImageUnreadable,
    ImageUnsupported,
    InputInvalid,
)
from visavis.imaging import Image


def test_open_a_real_photograph(astronaut: Path) -> None:
    image = Image.open(astronaut)
    assert (image.width, image.height, image.reduction) == (512, 512, 1)
    assert np.array_equal(image.pixels, decode(astronaut.read_bytes()))
    assert np.array_equal(Image.open(str(astronaut)).pixels, image.pixels)


def test_photographs_are_what_pillow_alone_shows(faces: Path) -> None:
    for path in sorted(faces.glob("frll/*/*.jpg"))[::50]:
        data = path.read_bytes()
        assert np.array_equal(Image.from_bytes(data).pixels, decode(data))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_pixels_are_as_promised(kind: str) -> None:
    pixels = Image.from_bytes(encode(colours(48, 32), kind)).pixels
    assert pixels.dtype == np.uint8
    assert pixels.shape == (32, 48, 3)
    assert pixels.flags.c_contiguous
    assert not pixels.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        pixels[0, 0, 0] = 0


def test_repr_tells_the_size_only() -> None:
    image = Image.from_bytes(encode(colours(48, 32), "PNG"))
    assert repr(image) == "Image(width=48, height=32, reduction=1)"


def test_images_compare_by_identity() -> None:
    first, second = Image.from_pixels(colours()), Image.from_pixels(colours())
    assert first == first  # noqa: PLR0124 - the point
    assert first != second
    assert len({first, second}) == 2


def test_an_image_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Image.from_pixels(colours()).reduction = 2  # type: ignore[misc]


def test_from_pixels_copies() -> None:
    source = colours()
    image = Image.from_pixels(source)
    source[:] = 0
    assert np.array_equal(image.pixels, colours())
    assert not image.pixels.flags.writeable
    assert Image.from_pixels(np.asfortranarray(colours())).pixels.flags.c_contiguous


@pytest.mark.parametrize(
    "pixels",
    [
        colours().astype(np.float32),
        colours().astype(np.int8),
        colours()[:, :, 0],
        colours()[:, :, :2],
        np.zeros((32, 32, 4), np.uint8),
        np.zeros((1, 32, 32, 3), np.uint8),
        [[[1, 2, 3]]],
        None,
    ],
)
def test_from_pixels_takes_nothing_else(pixels: Any) -> None:  # noqa: ANN401
    with pytest.raises(InputInvalid):
        Image.from_pixels(pixels)


def test_from_pixels_keeps_the_limits() -> None:
    with pytest.raises(ImageTooSmall):
        Image.from_pixels(np.zeros((19, 100, 3), np.uint8))
    with pytest.raises(ImageTooLarge):
        Image.from_pixels(np.broadcast_to(np.uint8(0), (20, 12_001, 3)))


def test_the_constructor_refuses_what_the_factories_never_make() -> None:
    with pytest.raises(InputInvalid, match="read-only"):
        Image(pixels=colours())
    with pytest.raises(InputInvalid, match="reduced"):
        Image(pixels=Image.from_pixels(colours()).pixels, reduction=2)


@pytest.mark.parametrize("data", [None, "text", bytearray(b"x"), memoryview(b"x"), 7])
def test_from_bytes_takes_bytes_only(data: Any) -> None:  # noqa: ANN401
    with pytest.raises(InputInvalid):
        Image.from_bytes(data)


def test_no_bytes(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    with pytest.raises(ImageEmpty):
        Image.from_bytes(b"")
    with pytest.raises(ImageEmpty):
        Image.open(tmp_path / "empty.jpg")


def test_open_what_is_no_readable_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for path in (
        tmp_path,
        tmp_path / "missing.jpg",
        tmp_path / "missing" / "x.jpg",
        pipe,
        loop,
        Path("/dev/zero"),
        Path("/dev/null"),
        "nul\0byte.jpg",
        "x" * 5000,
        "",
    ):
        with pytest.raises(ImageUnreadable) as caught:
            Image.open(path)
        assert not str(path) or str(path) not in caught.value.detail


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_open_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "secret.png"
    path.write_bytes(encode(colours(), "PNG"))
    path.chmod(0)
    with pytest.raises(ImageUnreadable, match="permission"):
        Image.open(path)


@pytest.mark.parametrize("path", [None, 0, b"bytes.jpg", 1.5])
def test_open_takes_paths_only(path: Any) -> None:  # noqa: ANN401
    with pytest.raises(InputInvalid):
        Image.open(path)


def test_open_a_file_of_ten_mebibytes_and_one_byte(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    content = encode(colours(), "PNG")
    path.write_bytes(content.ljust(10 * 1024 * 1024, b"\0"))
    assert np.array_equal(Image.open(path).pixels, colours())
    with path.open("ab") as file:
        file.write(b"\0")
    with pytest.raises(ImageTooLarge, match="10,485,760"):
        Image.open(path)
    with pytest.raises(ImageTooLarge, match="10,485,760"):
        Image.from_bytes(path.read_bytes())


def test_text_is_not_a_picture(tmp_path: Path) -> None:
    path = tmp_path / "notes.png"
    path.write_text("not a picture", encoding="utf-8")
    with pytest.raises(ImageUnsupported) as caught:
        Image.open(path)
    assert isinstance(caught.value, Error)
    assert caught.value.code == "image.unsupported"
