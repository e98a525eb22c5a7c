from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import ImageFilter
from scipy.ndimage import uniform_filter1d

from tests.pictures import as_image, portrait
from tests.quality.synthetic import frontal
from visavis.face import Extractor
from visavis.models import find_pack
from visavis.quality import Component, assess
from visavis.quality._sharpness import _smoothed_away

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image as PillowImage


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor.load(find_pack("dlib"))


def _sharpness(extractor: Extractor, picture: PillowImage.Image) -> float:
    quality = assess(extractor.find(as_image(picture)))
    return quality.components[Component.SHARPNESS].native


def test_more_blur_is_less_sharp(extractor: Extractor, astronaut: Path) -> None:
    picture = portrait(astronaut, scale=2)
    measured = [
        _sharpness(extractor, picture.filter(ImageFilter.GaussianBlur(radius)))
        for radius in (0, 1, 2, 3, 5, 8)
    ]
    assert measured == sorted(measured, reverse=True)
    assert measured[0] > 0.45
    assert measured[-1] < 0.2


def test_light_and_contrast_do_not_count(extractor: Extractor, astronaut: Path) -> None:
    picture = portrait(astronaut, scale=2)
    dimmed = picture.point([round(20 + level * 0.7) for level in range(256)] * 3)
    assert _sharpness(extractor, dimmed) == pytest.approx(_sharpness(extractor, picture), abs=0.02)


def test_a_small_face_is_less_sharp(extractor: Extractor, astronaut: Path) -> None:
    large, small = portrait(astronaut, scale=1.5), portrait(astronaut, scale=0.6)
    assert _sharpness(extractor, small) < _sharpness(extractor, large) - 0.1


def test_a_plain_area_has_none() -> None:
    face = frontal(np.full((320, 320, 3), 90, np.uint8))
    assert assess(face).components[Component.SHARPNESS].native == 0


def test_the_measure_is_that_of_the_paper() -> None:
    """Crete et al. 2007, formulas 1 to 9, written down again with SciPy's filter."""
    levels = np.random.default_rng(1).integers(0, 256, (40, 30)).astype(np.float64)
    smooth = uniform_filter1d(levels, 9, axis=0)
    changes = np.abs(np.diff(levels, axis=0))[4:-4]
    changes_smoothed = np.abs(np.diff(smooth, axis=0))[4:-4]
    variation = np.maximum(0, changes - changes_smoothed)
    blur = (changes.sum() - variation.sum()) / changes.sum()
    inside = np.ones(levels.shape, np.bool_)
    assert _smoothed_away(levels, inside) == pytest.approx(1 - blur, abs=1e-9)
