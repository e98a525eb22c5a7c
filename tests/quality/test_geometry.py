from __future__ import annotations

import numpy as np
import pytest

from tests.quality.synthetic import face_at, frontal
from visavis.quality import Component, assess


def _natives(width: int, height: int, eyes: float, at: tuple[float, float]) -> dict[str, float]:
    face = frontal(np.zeros((height, width, 3), np.uint8), eyes=eyes, at=at)
    return {part.name: measure.native for part, measure in assess(face).components.items()}


def test_distances_are_those_of_the_standard() -> None:
    natives = _natives(640, 480, 100, (300, 200))
    to_the_chin = 1.7 * 1.045 * 100
    assert natives["INTER_EYE_DISTANCE"] == pytest.approx(100, rel=1e-5)
    assert natives["HEAD_SIZE"] == pytest.approx(to_the_chin / 480)
    assert natives["LEFTWARD_CROP"] == pytest.approx((300 - 50) / 100)
    assert natives["RIGHTWARD_CROP"] == pytest.approx((640 - 300 - 50) / 100)
    assert natives["MARGIN_ABOVE"] == pytest.approx(200 / to_the_chin)
    assert natives["MARGIN_BELOW"] == pytest.approx(280 / to_the_chin)
    assert natives["HEAD_POSE_YAW"] == pytest.approx(0, abs=1e-4)


def test_a_face_outside_has_negative_room() -> None:
    natives = _natives(100, 100, 40, (-10, 130))
    assert natives["LEFTWARD_CROP"] == pytest.approx(-30 / 40)
    assert natives["MARGIN_BELOW"] < 0


def test_a_picture_at_another_size_is_measured_alike() -> None:
    small, large = _natives(200, 150, 30, (90, 60)), _natives(800, 600, 120, (360, 240))
    for name in ("HEAD_SIZE", "LEFTWARD_CROP", "MARGIN_ABOVE", "MARGIN_BELOW", "HEAD_POSE_PITCH"):
        assert small[name] == pytest.approx(large[name], abs=1e-4)
    assert large["INTER_EYE_DISTANCE"] == pytest.approx(4 * small["INTER_EYE_DISTANCE"])


@pytest.mark.parametrize("component", [Component.HEAD_POSE_YAW, Component.HEAD_POSE_ROLL])
def test_a_mirror_image_looks_the_other_way(component: Component) -> None:
    picture = np.zeros((200, 300, 3), np.uint8)
    face = frontal(picture, eyes=50, at=(150, 80))
    points = face.landmarks + np.array([(0, 0), (0, 9), (6, 0), (0, 0), (0, 9)], np.float32)
    mirrored = points * (-1, 1) + (300, 0)
    one = assess(face_at(points, picture)).components[component].native
    other = assess(face_at(mirrored[[1, 0, 2, 4, 3]], picture)).components[component].native
    assert one == pytest.approx(-other, abs=1e-3)
    assert abs(one) > 3
