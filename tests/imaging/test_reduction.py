"""Large pictures are decoded smaller, and `Image.full` loses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import PIL.Image
import pytest

from tests.imaging.samples import colours, decode, encode, exif
from visavis.imaging import Image

if TYPE_CHECKING:
    from tests.imaging.samples import Pixels


@pytest.fixture(scope="module")
def large() -> Pixels:
    return colours(2000, 1920)


def mean_of_blocks(pixels: Pixels, size: int) -> Pixels:
    height, width = pixels.shape[0] // size, pixels.shape[1] // size
    blocks = pixels[: height * size, : width * size].reshape(height, size, width, size, 3)
    mean: Pixels = blocks.mean(axis=(1, 3)).round().astype(np.uint8)
    return mean


@pytest.mark.parametrize(
    ("width", "height", "reduction"),
    [(640, 480, 1), (4000, 1919, 1), (1920, 1920, 2), (2000, 6000, 2), (3839, 3839, 2)],
)
def test_the_shorter_side_stays_at_960_or_above(width: int, height: int, reduction: int) -> None:
    image = Image.from_bytes(encode(PIL.Image.new("L", (width, height)), "JPEG"))
    assert image.reduction == reduction
    assert (image.width, image.height) == (-(-width // reduction), -(-height // reduction))
    assert (image.full().width, image.full().height) == (width, height)


def test_a_quarter_of_forty_megapixels() -> None:
    image = Image.from_bytes(encode(PIL.Image.new("L", (7300, 5479)), "JPEG"))
    assert (image.width, image.height, image.reduction) == (1825, 1370, 4)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_same_picture_and_full_is_exact(large: Pixels, kind: str) -> None:
    options = {"JPEG": {"quality": 90}, "PNG": {"compress_level": 1}, "WEBP": {"method": 0}}
    data = encode(large, kind, **options[kind])
    image = Image.from_bytes(data)
    exact = decode(data)

    assert image.reduction == 2
    assert image.pixels.shape == (960, 1000, 3)
    difference = np.abs(image.pixels.astype(int) - mean_of_blocks(exact, 2))
    assert difference.mean() < 0.6
    assert difference.max() <= 4
    full = image.full()
    assert full.reduction == 1
    assert np.array_equal(full.pixels, exact)
    assert full.full() is full


def test_orientation_holds_for_both(large: Pixels) -> None:
    image = Image.from_bytes(encode(large, "JPEG", quality=90, exif=b"Exif\0\0" + exif(6)))
    assert image.pixels.shape == (1000, 960, 3)
    turned = np.rot90(large, k=-1)
    assert np.abs(image.full().pixels.astype(int) - turned).mean() < 2
    assert np.abs(image.pixels.astype(int) - mean_of_blocks(turned, 2)).mean() < 2


def test_points_map_as_the_docstring_says(large: Pixels) -> None:
    marked = large.copy()
    marked[1000:1040, 500:520] = 0  # its centre is at (509.5, 1019.5)
    image = Image.from_bytes(encode(marked, "JPEG", quality=95))
    rows, columns = np.nonzero(image.pixels.max(axis=2) < 30)
    x, y = (columns.mean() + 0.5) * 2 - 0.5, (rows.mean() + 0.5) * 2 - 0.5
    assert abs(x - 509.5) < 0.3
    assert abs(y - 1019.5) < 0.3


def test_encoded_bytes_are_kept_only_where_needed() -> None:
    small = Image.from_bytes(encode(colours(), "JPEG"))
    assert small._encoded is None
    assert small.full() is small


def test_transparency_is_reduced_without_dark_fringes() -> None:
    # Transparent black beside opaque red: the mean of the two is half red, half white.
    pixels = np.zeros((1920, 1920, 4), np.uint8)
    pixels[:, ::2] = (255, 0, 0, 255)
    image = Image.from_bytes(encode(PIL.Image.fromarray(pixels), "PNG", compress_level=1))
    assert image.reduction == 2
    assert np.abs(image.pixels.astype(int) - (255, 127, 127)).max() <= 1
