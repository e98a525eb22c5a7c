from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from skimage.color import rgb2lab, rgb2xyz

from tests.quality.synthetic import frontal
from visavis.quality import Component, assess
from visavis.quality._iso29794_5_colour import _a_b

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _natives(picture: NDArray[np.uint8]) -> dict[str, float]:
    face = frontal(picture, eyes=56.5)
    return {part.name: measure.native for part, measure in assess(face).components.items()}


def _plain(*rgb: int) -> NDArray[np.uint8]:
    return np.full((320, 320, 3), rgb, np.uint8)


@pytest.mark.parametrize("rgb", [(128, 128, 128), (224, 172, 105), (10, 200, 30)])
def test_luminance_is_that_of_ciexyz(rgb: tuple[int, int, int]) -> None:
    luminance = float(rgb2xyz(np.array([[rgb]], np.uint8))[0, 0, 1])
    natives = _natives(_plain(*rgb))
    assert natives["LUMINANCE_MEAN"] == pytest.approx(luminance, abs=0.5 / 255 + 1e-3)
    assert natives["LUMINANCE_VARIANCE"] == pytest.approx(0, abs=1e-9)
    assert natives["DYNAMIC_RANGE"] == 0
    assert natives["ILLUMINATION_UNIFORMITY"] == 1


@pytest.mark.parametrize(
    ("level", "under", "over"), [(0, 1, 0), (88, 1, 0), (92, 0, 0), (250, 0, 0), (253, 0, 1)]
)
def test_exposure_counts_luminance_not_levels(level: int, under: float, over: float) -> None:
    # sRGB level 89 is luminance 25 of 255, sRGB level 252 is 248
    natives = _natives(_plain(level, level, level))
    assert natives["UNDER_EXPOSURE_PREVENTION"] == pytest.approx(under)
    assert natives["OVER_EXPOSURE_PREVENTION"] == pytest.approx(over)


def test_two_levels_in_equal_parts_are_one_bit() -> None:
    picture = _plain(100, 100, 100)
    picture[:, 160:] = 200
    natives = _natives(picture)
    assert natives["DYNAMIC_RANGE"] == pytest.approx(1, abs=0.1)
    assert natives["ILLUMINATION_UNIFORMITY"] == 0
    assert 0.03 < natives["LUMINANCE_VARIANCE"] < 0.1


def test_grey_is_not_natural() -> None:
    assert _natives(_plain(128, 128, 128))["NATURAL_COLOUR"] == 100
    assert _natives(_plain(0, 0, 0))["NATURAL_COLOUR"] == pytest.approx(50**0.5)


def test_skin_is_natural_and_green_is_not() -> None:
    assert _natives(_plain(224, 172, 130))["NATURAL_COLOUR"] == 0
    assert _natives(_plain(96, 65, 50))["NATURAL_COLOUR"] == 0
    assert _natives(_plain(60, 180, 60))["NATURAL_COLOUR"] == 100
    assert _natives(_plain(90, 90, 200))["NATURAL_COLOUR"] == 100
    assert _natives(_plain(255, 60, 40))["NATURAL_COLOUR"] == pytest.approx(53, abs=1)


@pytest.mark.parametrize("rgb", [(194, 150, 130), (115, 82, 68), (150, 100, 90), (5, 5, 9)])
def test_a_and_b_are_those_of_cielab(rgb: tuple[int, int, int]) -> None:
    """scikit-image's under D65; ours under D50, adapted from D65, is nearly the same."""
    _, a, b = rgb2lab(np.array([[rgb]], np.uint8))[0, 0]
    assert _a_b(np.array(rgb, np.float64)) == pytest.approx((a, b), abs=1.6, rel=0.07)


def test_what_lies_outside_the_picture_does_not_count() -> None:
    whole, cut = _plain(150, 120, 100), _plain(150, 120, 100)[:, :150]
    at = (160.0, 128.0)
    one = assess(frontal(whole, eyes=56.5, at=at)).components
    other = assess(frontal(np.ascontiguousarray(cut), eyes=56.5, at=at)).components
    for component in (
        Component.LUMINANCE_MEAN,
        Component.LUMINANCE_VARIANCE,
        Component.UNDER_EXPOSURE_PREVENTION,
        Component.NATURAL_COLOUR,
    ):
        assert one[component] == other[component]
    assert other[Component.RIGHTWARD_CROP].native < 0
    assert other[Component.ILLUMINATION_UNIFORMITY].native == 0, "one cheek is missing"
