from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from visavis.face._reduce import reduced

if TYPE_CHECKING:
    import numpy.typing as npt


def pillows(pixels: npt.NDArray[np.uint8], factor: int) -> npt.NDArray[np.uint8]:
    return np.asarray(Image.fromarray(pixels).reduce(factor))


@pytest.mark.parametrize("factor", range(1, 18))
@pytest.mark.parametrize("lowest", [0, 254, 255])
def test_to_the_bit_what_pillow_gives(factor: int, lowest: int) -> None:
    rng = np.random.default_rng(factor)
    pixels = rng.integers(lowest, 256, (12 * factor, 20 * factor, 3), dtype=np.uint8)
    np.testing.assert_array_equal(np.asarray(reduced(pixels, factor)), pillows(pixels, factor))


@pytest.mark.parametrize(
    "size", [(480, 640), (479, 640), (480, 641), (2, 30000), (1000, 2), (1, 2)]
)
@pytest.mark.parametrize("factor", [2, 3, 4])
def test_whatever_the_size(size: tuple[int, int], factor: int) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (*size, 3), dtype=np.uint8)
    np.testing.assert_array_equal(np.asarray(reduced(pixels, factor)), pillows(pixels, factor))


def test_the_picture_may_be_turned() -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (120, 160, 3), dtype=np.uint8)
    for turn in range(4):
        turned = np.rot90(pixels, turn)
        np.testing.assert_array_equal(np.asarray(reduced(turned, 2)), pillows(turned, 2))
