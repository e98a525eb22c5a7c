from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from visavis.face._mipmap import Mipmap

if TYPE_CHECKING:
    import numpy.typing as npt


def slope(height: int, width: int) -> npt.NDArray[np.uint8]:
    """A picture whose value at (x, y) is linear: red x / 4, green y / 4, blue (x + y) / 8."""
    y, x = np.mgrid[:height, :width] + 0.5
    colours = np.stack([x / 4, y / 4, (x + y) / 8], axis=2)
    rounded: npt.NDArray[np.uint8] = np.rint(colours).astype(np.uint8)
    return rounded


@pytest.mark.parametrize(
    ("size", "long_side", "reduction", "first"),
    [
        ((480, 640), 320, 2, (320, 240)),
        ((480, 640), 640, 1, (640, 480)),
        ((112, 92), 320, 1, (92, 112)),
        ((639, 100), 320, 1, (100, 639)),
        ((4000, 3000), 320, 12, (250, 334)),
    ],
)
def test_the_first_level_is_a_whole_reduction(
    size: tuple[int, int], long_side: int, reduction: int, first: tuple[int, int]
) -> None:
    mipmap = Mipmap(np.zeros((*size, 3), np.uint8), long_side=long_side)
    assert (mipmap.reduction, mipmap.size) == (reduction, first)


@pytest.mark.parametrize(("left", "top", "side"), [(100, 60, 24), (31.5, 7.25, 40), (10, 20, 400)])
@pytest.mark.parametrize("size", [24, 48])
def test_patches_of_a_slope_are_slopes(left: float, top: float, side: float, size: int) -> None:
    mipmap = Mipmap(slope(480, 640), long_side=640)
    square = np.array([(left, top, left + side, top + side)], np.float32)
    (patch,) = mipmap.patches(square, size=size)
    steps = (np.arange(size) + 0.5) * side / size
    x, y = np.meshgrid(left + steps, top + steps)
    expected = np.stack([x / 4, y / 4, (x + y) / 8], axis=2)
    assert np.abs(patch - expected).max() < 1.5


def test_a_patch_of_whole_pixels_is_those_pixels() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    mipmap = Mipmap(pixels, long_side=80)
    squares = np.array([(10, 20, 34, 44), (0, 0, 24, 24), (56, 36, 80, 60)], np.float32)
    patches = mipmap.patches(squares, size=24)
    for patch, (left, top, right, bottom) in zip(patches, squares.astype(int), strict=True):
        np.testing.assert_array_equal(patch, pixels[top:bottom, left:right])


def test_the_edge_goes_on_beyond_the_picture() -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    mipmap = Mipmap(pixels, long_side=40)
    (patch,) = mipmap.patches(np.array([(-12, -12, 12, 12)], np.float32), size=24)
    np.testing.assert_array_equal(patch[12:, 12:], pixels[:12, :12])
    np.testing.assert_array_equal(patch[:12, :12], np.broadcast_to(pixels[0, 0], (12, 12, 3)))
    (patch,) = mipmap.patches(np.array([(900, 900, 924, 924)], np.float32), size=24)
    np.testing.assert_array_equal(patch, np.broadcast_to(pixels[-1, -1], (24, 24, 3)))


def test_large_squares_are_averaged_not_sampled() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (480, 480, 3), dtype=np.uint8)
    mipmap = Mipmap(noise, long_side=480)
    (patch,) = mipmap.patches(np.array([(0, 0, 480, 480)], np.float32), size=24)
    assert patch.std() < 10  # a pixel in 20 x 20; sampled noise would have 74


def test_order_and_number_of_the_squares_do_not_matter() -> None:
    pixels = np.random.default_rng(4).integers(0, 256, (200, 300, 3), dtype=np.uint8)
    rng = np.random.default_rng(5)
    corners, sides = rng.uniform(-20, 180, (9, 2)), rng.uniform(20, 150, (9, 1))
    squares = np.concatenate([corners, corners + sides], axis=1).astype(np.float32)
    together = Mipmap(pixels, long_side=300).patches(squares, size=48)
    mipmap = Mipmap(pixels, long_side=300)
    for index in np.argsort(-sides[:, 0]):
        alone = mipmap.patches(squares[index : index + 1], size=48)
        np.testing.assert_array_equal(alone[0], together[index])


def test_resized_is_the_whole_picture() -> None:
    mipmap = Mipmap(slope(480, 640), long_side=320)
    small = np.asarray(mipmap.resized(107, 80)).astype(float)
    y, x = np.mgrid[:80, :107] + 0.5
    expected = np.stack([x * 640 / 107 / 4, y * 6 / 4, (x * 640 / 107 + y * 6) / 8], axis=2)
    assert np.abs(small - expected)[1:-1, 1:-1].max() < 2
