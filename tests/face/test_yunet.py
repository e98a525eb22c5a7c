"""YuNet's reading of answers that made-up networks give; nobody here has the real one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.face.yunet_network import ANSWERS, network, red_heads, scene, wild_heads
from visavis.errors import ModelCorrupt
from visavis.face._yunet import YuNet
from visavis.models import PictureGraph, open_session

_EXPECTED = json.loads((Path(__file__).parents[1] / "vectors" / "opencv_4_14_0.json").read_text())

_BOX = (0.25, 0.5, np.log(3.0), np.log(4.0))
_POINTS = ((-0.75, -0.5), (1.25, -0.25), (0.25, 0.5), (-0.5, 1.25), (1.0, 1.5))
_RED, _MAGENTA = (255, 0, 0), (255, 0, 255)


def _yunet(model: bytes) -> YuNet:
    return YuNet(PictureGraph.of(open_session(model), file="yunet.onnx"))


def _picture(
    height: int, width: int, *, cell: tuple[int, int, int], colour: tuple[int, int, int] = _RED
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A black picture with one cell of a grid: its column, its row, its side in pixels."""
    column, row, side = cell
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[row * side : (row + 1) * side, column * side : (column + 1) * side] = colour
    return pixels


def test_opencv_reads_the_same() -> None:
    picture = scene()
    found = _yunet(network(wild_heads())).detect(picture, long_side=150, min_face=1)
    faces = np.array(_EXPECTED["faces"])
    boxes = [[d.left, d.top, d.right - d.left, d.bottom - d.top] for d in found]
    np.testing.assert_allclose(boxes, faces[:, :4], atol=1e-3)
    points = np.array([d.landmarks for d in found]).reshape(-1, 10)
    np.testing.assert_allclose(points - 0.5, faces[:, 4:14], atol=1e-3)
    np.testing.assert_allclose([d.score for d in found], faces[:, 14], atol=1e-4)


@pytest.mark.parametrize("stride", [8, 16, 32])
@pytest.mark.parametrize("size", [None, (128, 192)])
@pytest.mark.parametrize("times", [1, 3])
def test_one_face_where_the_network_says(
    stride: int, size: tuple[int, int] | None, times: int
) -> None:
    """Also in a picture three times as large as the network gets to see."""
    yunet = _yunet(network(red_heads(stride=stride, box=_BOX, points=_POINTS), size=size))
    picture = _picture(100 * times, 160 * times, cell=(3, 1, stride * times))
    (face,) = yunet.detect(picture, long_side=160, min_face=20)
    side = stride * times
    assert (face.left, face.right) == pytest.approx((1.75 * side, 4.75 * side))
    assert (face.top, face.bottom) == pytest.approx((-0.5 * side, 3.5 * side))
    assert face.score == pytest.approx(1, abs=0.03)  # reducing has blurred the cell a little
    centres = (
        np.array(_POINTS) + np.array([3, 1])
    ) * stride + 0.5  # whole numbers are OpenCV's centres
    assert face.landmarks is not None
    assert face.landmarks.dtype == np.float32
    np.testing.assert_allclose(face.landmarks, centres * times, rtol=1e-6)


def test_a_picture_is_reduced_to_fit_a_network_of_one_size() -> None:
    yunet = _yunet(network(red_heads(stride=8, box=_BOX, points=_POINTS), size=(64, 96)))
    (face,) = yunet.detect(_picture(200, 300, cell=(2, 4, 25)), long_side=640, min_face=1)
    # 200 pixels become 64, so a side of 25 is one of 8.
    assert (face.left, face.right) == pytest.approx((0.75 * 25, 3.75 * 25))
    assert (face.top, face.bottom) == pytest.approx((2.5 * 25, 6.5 * 25))


def test_the_network_gets_blue_first() -> None:
    yunet = _yunet(network(red_heads(stride=8, box=_BOX, points=_POINTS)))
    for colour in ((0, 0, 255), (0, 255, 0), _MAGENTA):
        picture = _picture(100, 160, cell=(3, 1, 8), colour=colour)
        assert yunet.detect(picture, long_side=160, min_face=1) == []


def test_a_face_that_is_too_small_is_none() -> None:
    yunet = _yunet(network(red_heads(stride=8, box=_BOX, points=_POINTS)))
    picture = _picture(100, 160, cell=(3, 1, 8))  # its face is 32 pixels high
    for long_side, least in ((160, 32.1), (320, 64.1)):
        assert yunet.detect(picture, long_side=long_side, min_face=least) == []
        assert yunet.detect(picture, long_side=long_side, min_face=least - 0.2)


@pytest.mark.parametrize(
    ("box", "points"),
    [
        ((0, 0, 1000, 1), _POINTS),
        ((0, 0, 30, 30), _POINTS),
        ((1e30, 0, 1, 1), _POINTS),
        ((0, 0, -1000, 1), _POINTS),
        (_BOX, ((1e30, 0), *_POINTS[1:])),
    ],
)
def test_impossible_faces_are_refused(
    box: tuple[float, ...], points: tuple[tuple[float, float], ...]
) -> None:
    yunet = _yunet(network(red_heads(stride=8, box=box, points=points)))
    with pytest.raises(ModelCorrupt, match="far away"):
        yunet.detect(_picture(64, 64, cell=(3, 1, 8)), long_side=64, min_face=1)


def test_another_network_is_refused_at_once() -> None:
    heads = red_heads(stride=8, box=_BOX, points=_POINTS)
    with pytest.raises(ModelCorrupt, match="multiples of 32"):
        _yunet(network(heads, size=(100, 160)))
    with pytest.raises(ModelCorrupt, match="kps_32"):
        _yunet(network({8: heads[8], 16: heads[16]}))
    with pytest.raises(ModelCorrupt, match="where YuNet gives 1 x 64 x 10"):
        _yunet(network(heads, size=(64, 64), answers=ANSWERS | {"kps": 8}))
