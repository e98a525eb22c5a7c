from __future__ import annotations

import math

import numpy as np
import pytest

from tests.liveness.synthetic import HEAD, seen_at
from visavis.errors import InputInvalid
from visavis.liveness import observe

_POINTS = seen_at(HEAD, yaw=0)  # eyes 80 pixels apart, between them (300, 200)


def _frame(*, face: int = 128, background: int = 64) -> np.typing.NDArray[np.uint8]:
    frame = np.full((400, 600, 3), background, np.uint8)
    frame[100:350, 200:400] = face
    return frame


def test_means_are_of_linear_light() -> None:
    seen = observe(_frame(), _POINTS, time=1.5)
    # IEC 61966-2-1: 128 is 0.2159, 64 is 0.0513.
    assert seen.face == pytest.approx(np.full((4, 3), 0.21586), abs=1e-5)
    assert seen.background == pytest.approx(np.full(3, 0.05127), abs=1e-5)
    assert seen.time == 1.5
    assert seen.points.dtype == np.float64


def test_channels_keep_their_order() -> None:
    frame = _frame()
    frame[..., 0] = 200
    red, green, blue = observe(frame, _POINTS, time=0.0).face[0]
    assert red > 2 * green
    assert green == blue


def test_the_darkest_tenth_and_the_brighter_half_about_each_eye() -> None:
    frame = _frame()
    for column in (260, 340):  # the eyes; 67 x 46 pixels about each are looked at
        frame[185:205, column - 10 : column + 10] = 30
        frame[195, column : column + 10] = 255  # a glint
    seen = observe(frame, _POINTS, time=0.0)
    # IEC 61966-2-1: 30 is 0.0130.
    assert seen.eyes[:, 0] == pytest.approx(np.full((2, 3), 0.01298), abs=1e-5)
    assert seen.eyes[:, 1] == pytest.approx(np.full((2, 3), 0.21586), abs=1e-5)


def test_what_is_black_about_the_eyes_still_has_a_logarithm() -> None:
    assert observe(_frame(face=0), _POINTS, time=0.0).eyes == pytest.approx(
        np.full((2, 2, 3), 1e-4)
    )


def test_eyes_that_are_clipped_are_not_measured() -> None:
    assert np.isnan(observe(_frame(face=255), _POINTS, time=0.0).eyes).all()


def test_clipped_and_dark_regions_are_not_measured() -> None:
    assert np.isnan(observe(_frame(face=255), _POINTS, time=0.0).face).all()
    assert np.isnan(observe(_frame(background=2), _POINTS, time=0.0).background).all()


def test_a_region_may_lose_some_pixels() -> None:
    frame = _frame()
    frame[100:350:3, 200:400] = 255
    assert observe(frame, _POINTS, time=0.0).face == pytest.approx(
        np.full((4, 3), 0.21586), abs=1e-5
    )


def test_a_face_that_fills_the_frame_has_no_background() -> None:
    near = (_POINTS - [300, 200]) * 3 + [300, 200]
    assert np.isnan(observe(_frame(), near, time=0.0).background).all()


@pytest.mark.parametrize(
    ("frame", "points", "time"),
    [
        (np.zeros((10, 10), np.uint8), _POINTS, 0.0),
        (np.zeros((10, 10, 3), np.float32), _POINTS, 0.0),
        (_frame(), _POINTS[:4], 0.0),
        (_frame(), np.full((5, 2), math.nan), 0.0),
        (_frame(), np.zeros((5, 2)), 0.0),
        (_frame(), _POINTS, math.inf),
    ],
)
def test_other_input_is_refused(
    frame: np.typing.NDArray[np.uint8], points: np.typing.NDArray[np.float64], time: float
) -> None:
    with pytest.raises(InputInvalid):
        observe(frame, points, time=time)


def test_its_repr_shows_no_colour() -> None:
    assert repr(observe(_frame(), _POINTS, time=2.0)) == "Observation(time=2.0)"
