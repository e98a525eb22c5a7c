from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.quality.synthetic import face_at
from visavis.face import Detection, Face
from visavis.quality import Component, assess
from visavis.quality._five_points import _HEAD, _HEAD_BY_DLIB, five_points, head_pose


def _rotation(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """Of a head that looks to its left, down, and leans to its right shoulder, in that order."""
    y, p, r = np.radians((yaw, -pitch, -roll))
    about_down = np.array([(np.cos(y), 0, np.sin(y)), (0, 1, 0), (-np.sin(y), 0, np.cos(y))])
    about_right = np.array([(1, 0, 0), (0, np.cos(p), -np.sin(p)), (0, np.sin(p), np.cos(p))])
    about_sight = np.array([(np.cos(r), -np.sin(r), 0), (np.sin(r), np.cos(r), 0), (0, 0, 1)])
    rotation: np.ndarray = about_sight @ about_down @ about_right
    return rotation


@given(
    yaw=st.floats(-80, 80),
    pitch=st.floats(-60, 60),
    roll=st.floats(-170, 170),
    scale=st.floats(1, 500),
)
def test_a_pose_is_found_again(yaw: float, pitch: float, roll: float, scale: float) -> None:
    points = scale * _HEAD @ _rotation(yaw, pitch, roll)[:2].T + (320, 240)
    pose = head_pose(points)
    assert (pose.yaw, pose.pitch, pose.roll) == pytest.approx((yaw, pitch, roll), abs=1e-5)


def test_the_signs_are_those_of_the_docstring() -> None:
    nose_to_the_right = _HEAD[:, :2] + np.array([(0, 0)] * 2 + [(0.2, 0)] + [(0, 0)] * 2)
    assert head_pose(nose_to_the_right).yaw > 10, "to the holder's left"
    nose_down = _HEAD[:, :2] + np.array([(0, 0)] * 2 + [(0, 0.2)] + [(0, 0)] * 2)
    assert head_pose(nose_down).pitch > 10
    leaning = _HEAD[:, :2] @ np.array([(0.9, -0.2), (0.2, 0.9)])
    assert head_pose(leaning).roll > 10, "the eye on the left of the picture is the lower one"


def test_dlibs_points_show_the_same_head() -> None:
    rotation = _rotation(20, -10, 5)
    by_dlib = 60 * _HEAD_BY_DLIB @ rotation[:2].T + (100, 80)
    face = Face(
        detection=Detection(0, 0, 200, 200, 1.0),  # a detector without landmarks
        landmarks=by_dlib.astype(np.float32),
        eye_distance=60,
        quarter_turns=0,
        picture=np.zeros((200, 200, 3), np.uint8),
        chip=np.zeros((150, 150, 3), np.uint8),
    )
    expected = 60 * _HEAD @ rotation[:2].T + (100, 80)
    assert five_points(face) == pytest.approx(expected, abs=1e-3)


def test_the_detectors_points_count_from_the_corner_of_the_first_pixel() -> None:
    points = np.array([(10.5, 20), (30, 20), (20, 30), (12, 40), (28, 40)])
    face = face_at(points, np.zeros((60, 60, 3), np.uint8))
    assert five_points(face).tolist() == (points - 0.5).tolist()


def test_a_head_turned_to_the_side_is_measured_wider() -> None:
    straight = face_at(60 * _HEAD[:, :2] + 100, np.zeros((200, 200, 3), np.uint8))
    turned = face_at(
        60 * _HEAD @ _rotation(60, 0, 0)[:2].T + 100, np.zeros((200, 200, 3), np.uint8)
    )
    component = Component.INTER_EYE_DISTANCE
    assert turned.eye_distance == pytest.approx(30, abs=1e-3)
    assert assess(turned).components[component].native == pytest.approx(
        assess(straight).components[component].native, rel=1e-4
    )
