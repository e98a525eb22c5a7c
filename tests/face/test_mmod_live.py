"""From photograph to chip as dlib does it, where dlib is installed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image as PillowImage

from visavis.face import Extractor
from visavis.face._dlib_square import whole_pixels
from visavis.imaging import Image
from visavis.models import DetectorKind, find_pack

if TYPE_CHECKING:
    from pathlib import Path

dlib = pytest.importorskip("dlib")

_PICTURES = ("neutral_001_03", "smiling_left_3quarter_07", "neutral_right_profile_05")


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor.load(find_pack("dlib"), detector=DetectorKind.MMOD)


@pytest.mark.parametrize("size", [(640, 640), (333, 417)])
@pytest.mark.parametrize("name", _PICTURES)
def test_detections_and_chips_are_dlibs(
    dlib_weights: Path, faces: Path, extractor: Extractor, name: str, size: tuple[int, int]
) -> None:
    detector = dlib.cnn_face_detection_model_v1(str(dlib_weights / "mmod_human_face_detector.dat"))
    predictor = dlib.shape_predictor(str(dlib_weights / "shape_predictor_5_face_landmarks.dat"))
    photograph = PillowImage.open(faces / "frll" / "001" / f"{name}.jpg").convert("RGB")
    pixels = np.array(photograph.resize(size))

    expected = detector(pixels, 0)
    found, turns = extractor.detect(Image.from_pixels(pixels))
    if not expected:
        assert turns or not found
        return
    assert len(found) == len(expected)
    for mine, theirs in zip(found, expected, strict=True):
        box = theirs.rect
        assert whole_pixels(mine) == (box.left(), box.top(), box.right(), box.bottom())
        confidence = math.log(mine.score / (1 - mine.score))
        assert confidence == pytest.approx(theirs.confidence, abs=1e-4)

        shape = predictor(pixels, box)
        landmarks = extractor.landmarks(pixels, mine)
        np.testing.assert_array_equal(landmarks, [[point.x, point.y] for point in shape.parts()])
        chip = dlib.get_face_chip(pixels, shape, size=150, padding=0.25)
        np.testing.assert_array_equal(extractor.chip(pixels, landmarks), chip)
