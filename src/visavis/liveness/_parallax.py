"""Parallax of the nose: how far it moves against the plane of eyes and mouth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from visavis.errors import InputInvalid

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["NOSE", "parallax"]

NOSE: Final = 2
_PLANE: Final = np.array([0, 1, 3, 4])
"""The eyes and the corners of the mouth lie near one plane, in front of which the nose stands."""


def parallax(points: NDArray[np.float64], facing: NDArray[np.float64]) -> float:
    """How far the tip of the nose is from where a plane would have carried it.

    Seen from afar, turning, tilting, moving and scaling a plane maps its points affinely, so that
    four of them say where the fifth must be; 0 for every picture on a plane, however it is held.
    On a head, the tip of the nose stands d in front of the plane of eyes and mouth, and a turn by
    the angle a moves it by d sin(a). (Nose offset along the eye axis over the distance of the eyes
    is simpler, but a plane that turns about a slanted axis fakes it.)

    Args:
        points: [5, 2], as `Observation.points`.
        facing: the same, of the face seen from the front.

    Returns:
        Along the line of the eyes, in distances between the eyes; above 0 where the nose goes to
        the right of the picture, which is a turn to the holder's left. On 26 people of FRLL the
        three-quarter views gave 0.25 to 0.41.

    Raises:
        InputInvalid: eyes and mouth lie on one line.
    """
    known = np.column_stack([facing[_PLANE], np.ones(len(_PLANE))])
    place, _, rank, _ = np.linalg.lstsq(known, points[_PLANE], rcond=1e-6)
    if rank < known.shape[1] or _height(points) == 0.0:
        raise InputInvalid("eyes and mouth lie on one line")
    carried = np.append(facing[NOSE], 1.0) @ place
    eyes = points[1] - points[0]
    # The height of the face scales with its distance from the camera, and a turn leaves it.
    scale = _height(points) / _height(facing)
    unit = float(np.linalg.norm(facing[1] - facing[0])) * scale
    return float((points[NOSE] - carried) @ eyes / (np.linalg.norm(eyes) * unit))


def _height(points: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(points[3:].mean(axis=0) - points[:2].mean(axis=0)))
