"""The astronaut through the landmark predictor and the chip, against what dlib itself gave."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as PillowImage

from visavis.errors import ModelCorrupt
from visavis.face import LandmarkPredictor, template
from visavis.face._alignment import Similarity
from visavis.face._chip import extract_chip
from visavis.models import (
    build_resnet,
    build_shape_predictor,
    load_shape_predictor,
    open_session,
)

_EXPECTED = json.loads((Path(__file__).parents[1] / "vectors" / "dlib_20_0_1.json").read_text())
_FACES: list[dict[str, Any]] = _EXPECTED["astronaut_faces"]


@pytest.fixture(scope="module")
def predictor(dlib_weights: Path) -> LandmarkPredictor:
    data = (dlib_weights / "shape_predictor_5_face_landmarks.dat").read_bytes()
    return LandmarkPredictor(load_shape_predictor(build_shape_predictor(data)))


@pytest.fixture(scope="module")
def pixels(astronaut: Path) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.array(PillowImage.open(astronaut).convert("RGB"))


@pytest.mark.parametrize("face", _FACES)
def test_points_and_pixels_are_dlibs(
    predictor: LandmarkPredictor,
    pixels: np.ndarray[Any, np.dtype[np.uint8]],
    face: dict[str, Any],
) -> None:
    left, top, right, bottom = face["box"]
    landmarks = predictor.predict(pixels, (left, top, right, bottom))
    np.testing.assert_array_equal(landmarks, face["landmarks"])
    placement = template("dlib-150").place(landmarks)
    chip = extract_chip(pixels, placement, width=150, height=150)
    assert hashlib.sha256(chip.tobytes()).hexdigest() == face["chip_sha256"]


def test_her_descriptor_lies_where_dlib_put_it(
    dlib_weights: Path, pixels: np.ndarray[Any, np.dtype[np.uint8]]
) -> None:
    data = (dlib_weights / "dlib_face_recognition_resnet_model_v1.dat").read_bytes()
    session = open_session(build_resnet(data))
    others = np.array(_EXPECTED["synthetic_descriptors"])
    for face in _FACES:
        placement = template("dlib-150").place(np.array(face["landmarks"], np.float32))
        chip = extract_chip(pixels, placement, width=150, height=150)
        (descriptor,) = session.run(None, {"chips": chip[None]})
        distances = np.linalg.norm(others - descriptor, axis=1)
        np.testing.assert_allclose(distances, face["distances"], atol=1e-5)


def test_a_chip_far_outside_is_black(pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> None:
    for shift in (-5000.0, 5000.0):
        for scale in (0.3, 1.0, 7.0):
            placement = Similarity(scale, 0.0, shift, shift)
            chip = extract_chip(pixels, placement, width=150, height=150)
            assert chip.shape == (150, 150, 3)
            assert not chip.any()


def test_points_may_lie_outside(
    predictor: LandmarkPredictor, pixels: np.ndarray[Any, np.dtype[np.uint8]]
) -> None:
    for box in ((-900, -900, -700, -700), (500, 500, 900, 900), (10, 10, 10, 10)):
        landmarks = predictor.predict(pixels, box)
        assert landmarks.shape == (5, 2)
        assert np.isfinite(landmarks).all()


def test_more_pixels_than_an_index_counts_are_refused(dlib_weights: Path) -> None:
    data = (dlib_weights / "shape_predictor_5_face_landmarks.dat").read_bytes()
    weights = load_shape_predictor(build_shape_predictor(data))
    more = 65_536 - weights.anchors.shape[1]
    anchors = np.pad(weights.anchors, ((0, 0), (0, more)))
    deltas = np.pad(weights.deltas, ((0, 0), (0, 0), (0, more)))
    with pytest.raises(ModelCorrupt):
        LandmarkPredictor(replace(weights, anchors=anchors, deltas=deltas))
