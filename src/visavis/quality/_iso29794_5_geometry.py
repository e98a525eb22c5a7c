"""ISO/IEC 29794-5: size of the face, room around it, and pose."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from visavis.quality._component import Component
from visavis.quality._five_points import head_pose

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.face import Face

__all__ = ["geometry"]

_TO_THE_CHIN = 1.7
"""From the eyes to the chin, in distances from the eyes to the mouth. OFIQ has landmarks on the
chin, we have none: read off the mean face of the London Set (see `_five_points`)."""

_MOST_YAW = 75.0
"""Degrees by which a distance between eyes is made up for yaw; beyond, the points are guesses."""

_LEAST = 1e-3
"""Pixels; stands in for a distance of 0, so that nothing is divided by it."""


def geometry(face: Face, points: NDArray[np.float64]) -> dict[Component, float]:
    """Native values.

    Inter-eye distance in pixels of the picture at full resolution, over the cosine of the yaw; head
    size, from the eyes to the chin over the picture's height; from the eyes to the picture's edges,
    sidewards in distances between the eyes and from the outer eye, up and down in heights from the
    eyes to the chin; pose in degrees (`Pose`).

    Args:
        face: in its picture.
        points: its `five_points`.
    """
    height, width = face.picture.shape[:2]
    left, right = points[:2] + 0.5  # edges are counted from where the first pixel begins
    middle = (left + right) / 2
    between = max(float(np.linalg.norm(right - left)), _LEAST)
    mouth = (points[3] + points[4]) / 2 + 0.5
    to_the_chin = max(_TO_THE_CHIN * float(np.linalg.norm(mouth - middle)), _LEAST)
    pose = head_pose(points)
    yaw = min(abs(pose.yaw), _MOST_YAW)
    return {
        Component.INTER_EYE_DISTANCE: face.eye_distance / math.cos(math.radians(yaw)),
        Component.HEAD_SIZE: to_the_chin / height,
        Component.LEFTWARD_CROP: float(left[0]) / between,
        Component.RIGHTWARD_CROP: (width - float(right[0])) / between,
        Component.MARGIN_ABOVE: float(middle[1]) / to_the_chin,
        Component.MARGIN_BELOW: (height - float(middle[1])) / to_the_chin,
        Component.HEAD_POSE_YAW: pose.yaw,
        Component.HEAD_POSE_PITCH: pose.pitch,
        Component.HEAD_POSE_ROLL: pose.roll,
    }
