"""Where eyes, nose and mouth are, and which way the head is turned.

The head is taken to be a rigid body with five points, seen from far away (scaled orthography). Its
shape was measured on the 102 people of the Face Research Lab London Set (CC BY 4.0, DeBruine and
Jones 2017): across and down as the mean of their neutral and smiling pictures from the front, depth
from how far the nose and the mouth move between these and the views at 45 degrees.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.face import Face

__all__ = ["Pose", "five_points", "head_pose"]

# Right, down and towards the camera, in distances between the eyes, from the point between them.
_HEAD = np.array([
    (-0.5, 0.0, 0.0),  # the eyes' centres
    (0.5, 0.0, 0.0),
    (0.0, 0.535, 0.48),  # the tip of the nose
    (-0.43, 1.045, 0.09),  # the corners of the mouth
    (0.43, 1.045, 0.09),
])  # fmt: skip

# The same head by the points of dlib's predictor, in its order.
_HEAD_BY_DLIB = np.array([
    (0.70, 0.0, -0.044),  # outer and inner corner of the eye on the right
    (0.30, 0.0, 0.044),
    (-0.70, 0.0, -0.044),
    (-0.30, 0.0, 0.044),
    (0.0, 0.705, 0.40),  # where the nose meets the lip
])  # fmt: skip

_TO_CENTRE = 0.5
"""Detections count from the outer corner of the first pixel, everything here from its centre."""


@dataclass(frozen=True, slots=True)
class Pose:
    """How a head is turned, in degrees; (0, 0, 0) looks straight at the camera.

    Attributes:
        yaw: positive to the holder's left, -90 to 90.
        pitch: positive down.
        roll: positive towards the holder's right shoulder.
    """

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True, slots=True)
class _View:
    """A scaled orthographic view: model point X comes to lie at ``scale * rotation[:2] @ X + at``.

    Attributes:
        scale: picture pixels for one unit of the model.
        rotation: [3, 3].
        at: [2], where the model's origin comes to lie.
    """

    scale: float
    rotation: NDArray[np.float64]
    at: NDArray[np.float64]


def five_points(face: Face) -> NDArray[np.float64]:
    """Eyes, tip of the nose and corners of the mouth, those on the left of the picture first.

    The detector's own where it has them, else what dlib's predictor says of the eyes and the nose,
    the mouth being where a head seen like that has it.

    Returns:
        float64 [5, 2], x and y in pixels of the face's picture from the centre of its first one.
    """
    if face.detection.landmarks is not None:
        return face.detection.landmarks.astype(np.float64) - _TO_CENTRE
    view = _fit(_HEAD_BY_DLIB, face.landmarks.astype(np.float64))
    return view.scale * _HEAD @ view.rotation[:2].T + view.at


def head_pose(points: NDArray[np.float64]) -> Pose:
    """Which way a head looks whose `five_points` are these.

    People's noses differ: between people who look straight at the camera, pitch varies by about 6
    and yaw by about 3 degrees (standard deviation). Beyond about 60 degrees the points are guesses.
    """
    rotation = _fit(_HEAD, points).rotation
    return Pose(
        yaw=float(np.degrees(np.arcsin(np.clip(-rotation[2, 0], -1, 1)))),
        pitch=float(-np.degrees(np.arctan2(rotation[2, 1], rotation[2, 2]))),
        roll=float(-np.degrees(np.arctan2(rotation[1, 0], rotation[0, 0]))),
    )


def _fit(model: NDArray[np.float64], points: NDArray[np.float64]) -> _View:
    """The affine view that is nearest in least squares, then the rotation nearest to that."""
    centre, at = model.mean(axis=0), points.mean(axis=0)
    affine = (np.linalg.pinv(model - centre) @ (points - at)).T
    left, stretches, right = np.linalg.svd(affine, full_matrices=False)
    across, down = left @ right
    rotation = np.stack([across, down, np.cross(across, down)])
    scale = float(stretches.mean())
    return _View(scale, rotation, at - scale * rotation[:2] @ centre)
