"""Faces of nobody: any pixels, and landmarks wherever they may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from visavis.face import Detection, Face

if TYPE_CHECKING:
    from numpy.typing import NDArray

FRONTAL = np.array([(-0.5, 0.0), (0.5, 0.0), (0.0, 0.535), (-0.43, 1.045), (0.43, 1.045)])
"""Eyes, nose, corners of the mouth, in distances between the eyes."""


def face_at(points: NDArray[np.floating], picture: NDArray[np.uint8]) -> Face:
    """A face with these five points, in pixels from the picture's outer corner."""
    landmarks = np.asarray(points, np.float32)
    (left, top), (right, bottom) = landmarks.min(axis=0).tolist(), landmarks.max(axis=0).tolist()
    return Face(
        detection=Detection(left, top, right, bottom, 1.0, landmarks),
        landmarks=landmarks,
        eye_distance=float(np.linalg.norm(landmarks[0] - landmarks[1])),
        quarter_turns=0,
        picture=picture,
        chip=np.zeros((150, 150, 3), np.uint8),
    )


def frontal(
    picture: NDArray[np.uint8], *, eyes: float = 60.0, at: tuple[float, float] | None = None
) -> Face:
    """A face that looks straight at the camera, the point between its eyes in the middle."""
    middle = np.array(at or (picture.shape[1] / 2, picture.shape[0] * 0.4))
    return face_at(middle + eyes * FRONTAL, picture)
