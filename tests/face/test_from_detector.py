"""A detector's own points through ArcFace's template: a picture of five spots, aligned."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.face import yunet_network
from visavis.face import Detection, Template, template
from visavis.face._alignment import Similarity
from visavis.face._assembly import _detected_landmarks
from visavis.face._chip import extract_chip

if TYPE_CHECKING:
    from numpy.typing import NDArray

_COLOURS = np.array([[250, 0, 0], [0, 250, 0], [0, 0, 250], [250, 250, 0], [0, 250, 250]])
_SIDE = 500
_OPENCV = Path(__file__).parents[1] / "vectors" / "opencv_4_14_0.json"


def _spots(points: NDArray[np.float64], *, width: float) -> NDArray[np.uint8]:
    """Blurred spots, each of its own colour, at continuous places of a black picture."""
    places = np.arange(_SIDE) + 0.5  # the centres of the pixels
    picture = np.zeros((_SIDE, _SIDE, 3))
    for (x, y), colour in zip(points, _COLOURS, strict=True):
        across, down = (np.exp(-((places - at) ** 2) / (2 * width**2)) for at in (x, y))
        picture += np.outer(down, across)[..., np.newaxis] * colour
    return picture.round().astype(np.uint8)


def _centre(chip: NDArray[np.uint8], colour: NDArray[np.int_]) -> NDArray[np.float64]:
    """Where the spot of one colour lies, in whole pixels."""
    present = (chip[..., colour > 0] > 20).all(axis=2) & (chip[..., colour == 0] < 20).all(axis=2)
    weights = chip.sum(axis=2) * present
    y, x = np.mgrid[: chip.shape[0], : chip.shape[1]]
    return np.array([(weights * x).sum() / weights.sum(), (weights * y).sum() / weights.sum()])


def _chip(
    shape: Template, picture: NDArray[np.uint8], landmarks: NDArray[np.float32]
) -> NDArray[np.uint8]:
    placement = shape.place(landmarks)
    shift = shape.halving_shift
    return extract_chip(
        picture, placement, width=shape.width, height=shape.height, halving_shift=shift
    )


@pytest.mark.parametrize("name", ["arcface-112", "arcface-112x96"])
@pytest.mark.parametrize("turn", [0.0, 20.0])
@pytest.mark.parametrize("scale", [0.8, 1.0, 1.7, 2.6])
def test_points_come_to_lie_on_the_template(name: str, turn: float, scale: float) -> None:
    """Within a tenth of a pixel: half a pixel would be a mistaken convention."""
    shape = template(name)
    cos, sin = scale * np.cos(np.radians(turn)), scale * np.sin(np.radians(turn))
    placement = Similarity(cos, sin, 110.3, 60.8)
    centres = np.array([placement(x, y) for x, y in shape.points])
    # Whole numbers are centres of pixels in the template, and corners in a detection.
    picture = _spots(centres + 0.5, width=3.0 * scale)
    detection = Detection(0, 0, 1, 1, 1.0, (centres + 0.5).astype(np.float32))
    chip = _chip(shape, picture, _detected_landmarks(picture, detection))
    for point, colour in zip(shape.points, _COLOURS, strict=True):
        np.testing.assert_allclose(_centre(chip, colour), point, atol=0.1)


def test_opencv_aligns_the_same() -> None:
    """Within one of 255: chips are truncated here, and rounded there."""
    expected = json.loads(_OPENCV.read_text())
    points = np.array(expected["aligned_points"], np.float32)
    chip = _chip(template("arcface-112"), yunet_network.scene(), points)
    means = chip.reshape(14, 8, 14, 8, 3).mean(axis=(1, 3)).reshape(14, -1)
    np.testing.assert_allclose(means, expected["aligned_means"], atol=1)
