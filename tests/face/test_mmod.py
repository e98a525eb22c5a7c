"""dlib's CNN detector against what dlib itself gave, and around the edges."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image as PillowImage

from visavis.errors import InputInvalid
from visavis.face._boxes import distinct, intersection_over_enclosing, intersection_over_union
from visavis.face._dlib_square import whole_pixels
from visavis.face._find import find_faces
from visavis.face._mmod import Mmod
from visavis.models import MMOD_OPTIONS, build_mmod, open_session

if TYPE_CHECKING:
    from visavis.face._detection import Detection

_EXPECTED = json.loads((Path(__file__).parents[1] / "vectors" / "dlib_20_0_1.json").read_text())
_FACES: list[dict[str, Any]] = _EXPECTED["astronaut_mmod"]


@pytest.fixture(scope="module")
def mmod(dlib_weights: Path) -> Mmod:
    data = (dlib_weights / "mmod_human_face_detector.dat").read_bytes()
    return Mmod(open_session(build_mmod(data), plan_memory=False))


@pytest.fixture(scope="module")
def pixels(astronaut: Path) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.array(PillowImage.open(astronaut).convert("RGB"))


def detect(mmod: Mmod, pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> list[Detection]:
    return mmod.detect(pixels, long_side=320, min_face=20)


def confidence(detection: Detection) -> float:
    return math.log(detection.score / (1 - detection.score))


def test_boxes_and_confidences_are_dlibs(
    mmod: Mmod, pixels: np.ndarray[Any, np.dtype[np.uint8]]
) -> None:
    found = detect(mmod, pixels)
    assert [list(whole_pixels(face)) for face in found] == [face["box"] for face in _FACES]
    expected = [face["confidence"] for face in _FACES]
    np.testing.assert_allclose([confidence(face) for face in found], expected, atol=1e-5)


def test_scale_and_smallest_face_change_nothing(
    mmod: Mmod, pixels: np.ndarray[Any, np.dtype[np.uint8]]
) -> None:
    (one,) = mmod.detect(pixels, long_side=320, min_face=300)
    (other,) = mmod.detect(pixels, long_side=640, min_face=20)
    assert whole_pixels(one) == whole_pixels(other)


def test_a_large_picture_is_reduced(
    mmod: Mmod, pixels: np.ndarray[Any, np.dtype[np.uint8]]
) -> None:
    (small,) = detect(mmod, np.array(PillowImage.fromarray(pixels).resize((768, 768))))
    (large,) = detect(mmod, np.array(PillowImage.fromarray(pixels).resize((1536, 1536))))
    assert all(side % 2 == 0 for side in (large.left, large.top, large.right, large.bottom))
    for side in ("left", "top", "right", "bottom"):
        assert abs(getattr(large, side) - 2 * getattr(small, side)) <= 16


@pytest.mark.parametrize("sides", [(1, 1), (20, 20), (22, 22), (22, 300), (300, 22), (79, 79)])
def test_small_grey_pictures_show_no_face(mmod: Mmod, sides: tuple[int, int]) -> None:
    assert detect(mmod, np.full((*sides, 3), 127, np.uint8)) == []


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((90, 0, 3), np.uint8),
        np.zeros((90, 90), np.uint8),
        np.zeros((90, 90, 4), np.uint8),
        np.zeros((90, 90, 3), np.float32),
    ],
)
def test_what_is_no_picture_is_refused(
    mmod: Mmod, pixels: np.ndarray[Any, np.dtype[np.uint8]]
) -> None:
    with pytest.raises(InputInvalid):
        detect(mmod, pixels)


def test_suppression_divides_by_the_rectangle_around_both() -> None:
    # two squares of side 10, moved by 3 in both directions: 7 * 7 shared, 13 * 13 around them,
    # 10 * 10 + 10 * 10 - 7 * 7 covered; dlib's limit lies between the two quotients
    boxes = np.array([[0.0, 0, 10, 10], [3, 3, 13, 13], [20, 0, 30, 10]])
    around = intersection_over_enclosing(boxes)
    np.testing.assert_allclose(around[0], [1, 49 / 169, 0])
    np.testing.assert_array_equal(around, around.T)
    assert intersection_over_union(boxes)[0, 1] == pytest.approx(49 / 151)
    moved = np.array([[0.0, 0, 10, 10], [2.8, 2.8, 12.8, 12.8]])
    union, around = intersection_over_union(moved), intersection_over_enclosing(moved)
    assert around[0, 1] < MMOD_OPTIONS.overlap < union[0, 1]
    assert distinct(around, limit=MMOD_OPTIONS.overlap).tolist() == [0, 1]


def test_an_upside_down_picture_is_turned_upright(
    mmod: Mmod, pixels: np.ndarray[Any, np.dtype[np.uint8]]
) -> None:
    # This detector finds her on her side as well, less surely.
    upside_down = np.rot90(pixels, 2)
    assert detect(mmod, np.ascontiguousarray(np.rot90(upside_down)))
    (face,), turns = find_faces(mmod, upside_down)
    assert turns == 2
    assert list(whole_pixels(face)) == _FACES[0]["box"]


def test_a_picture_without_a_face_is_not_turned(mmod: Mmod) -> None:
    assert find_faces(mmod, np.zeros((100, 100, 3), np.uint8)) == ([], 0)
