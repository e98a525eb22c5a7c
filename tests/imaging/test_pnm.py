"""PGM and PPM, which the evaluation sets come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import PIL.Image
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.imaging.samples import colours, encode, judge
from visavis.errors import (
    Error,
    ImageCorrupt,
    ImageEmpty,
    ImageTooLarge,
    ImageTooSmall,
    ImageUnsupported,
)
from visavis.imaging import Image
from visavis.imaging.pnm import read_pnm

if TYPE_CHECKING:
    from pathlib import Path

_GREY = bytes(range(240)) * 2


def test_grey() -> None:
    image = read_pnm(b"P5\n24 20\n255\n" + _GREY)
    assert image.pixels.shape == (20, 24, 3)
    assert image.pixels[1, 2].tolist() == [26, 26, 26]


def test_colour() -> None:
    assert np.array_equal(read_pnm(encode(colours(), "PPM")).pixels, colours())


def test_comments_and_other_gaps() -> None:
    assert read_pnm(b"P5 # made by\n# hand\n\t24\r\n20 #\n255 " + _GREY).pixels[0, 1, 0] == 1


def test_orl(faces: Path) -> None:
    path = next((faces / "orl").rglob("*.pgm"))
    with PIL.Image.open(path) as expected:
        assert np.array_equal(read_pnm(path.read_bytes()).pixels[:, :, 0], np.asarray(expected))


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", ImageEmpty),
        (b"P2 24 20 255 1 2 3", ImageUnsupported),
        (b"P5 24 20 65535 " + _GREY * 2, ImageUnsupported),
        (b"P5 24 20 127 " + _GREY, ImageUnsupported),
        (b"P5 24 20 255", ImageUnsupported),
        (b"P5 24 20 255 " + _GREY[:-1], ImageCorrupt),
        (b"P6 24 20 255 " + _GREY, ImageCorrupt),
        (b"P5 19 20 255 " + _GREY, ImageTooSmall),
        (b"P5 0 0 255 " + _GREY, ImageTooSmall),
        (b"P5 12001 20 255 ", ImageTooLarge),
        (b"P5 999999 999999 255 ", ImageTooLarge),
        (b"P5" + b" " * (10 * 1024 * 1024), ImageTooLarge),
        (b"P5" + b"#\n" * 1_000_000 + b"24 20 255 " + _GREY, ImageUnsupported),
    ],
)
def test_what_is_refused(data: bytes, error: type[Error]) -> None:
    with pytest.raises(error):
        read_pnm(data)


def test_pnm_opens_nowhere_else() -> None:
    with pytest.raises(ImageUnsupported):
        Image.from_bytes(b"P5\n24 20\n255\n" + _GREY)


@given(st.binary(max_size=64), st.integers(0, 500))
def test_any_bytes_give_an_image_or_an_error(data: bytes, cut: int) -> None:
    outcome = judge(read_pnm, (b"P5 24 20 255 " + _GREY)[:cut] + data)
    assert outcome == "Image" or outcome.startswith("image.")
