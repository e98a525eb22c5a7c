from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from visavis.errors import InputInvalid
from visavis.face._mtcnn import Mtcnn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from visavis.face._detection import Detection
    from visavis.models import Session

    Pixels = npt.NDArray[np.uint8]


def read(path: Path) -> Pixels:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def corners(face: Detection) -> tuple[float, float, float, float]:
    return face.left, face.top, face.right, face.bottom


def test_the_astronauts_face(mtcnn: Mtcnn, astronaut: Path) -> None:
    (face,) = mtcnn.detect(read(astronaut), long_side=320, min_face=48)
    # Measured with this detector and looked at; a pixel of 320 is 1.6 of this picture.
    assert corners(face) == pytest.approx((180.8, 61.8, 267.0, 173.0), abs=0.5)
    assert face.score == pytest.approx(0.998, abs=0.001)
    assert face.side == pytest.approx(111.2, abs=0.5)
    assert face.landmarks is not None
    expected = [(203.7, 100.8), (247.1, 103.6), (224.2, 128.1), (202.1, 139.6), (245.2, 141.5)]
    np.testing.assert_allclose(face.landmarks, expected, atol=0.5)
    assert face.landmarks.dtype == np.float32


def test_scale_and_smallest_face_hardly_move_the_answer(mtcnn: Mtcnn, astronaut: Path) -> None:
    pixels = read(astronaut)
    (reference,) = mtcnn.detect(pixels, long_side=320, min_face=48)
    for long_side, min_face in ((640, 20), (320, 20), (160, 12), (320, 60), (512, 150)):
        (face,) = mtcnn.detect(pixels, long_side=long_side, min_face=min_face)
        assert corners(face) == pytest.approx(corners(reference), abs=4)


def test_a_moved_face_moves_the_answer(mtcnn: Mtcnn, astronaut: Path) -> None:
    pixels = read(astronaut)
    (reference,) = mtcnn.detect(pixels, long_side=512, min_face=60)
    (face,) = mtcnn.detect(pixels[20:, 80:], long_side=512, min_face=60)
    left, top, right, bottom = corners(face)
    moved = (left + 80, top + 20, right + 80, bottom + 20)
    assert moved == pytest.approx(corners(reference), abs=6)


def test_nothing_smaller_than_asked_is_found(mtcnn: Mtcnn, astronaut: Path) -> None:
    assert mtcnn.detect(read(astronaut), long_side=320, min_face=160) == []


def test_several_faces_the_best_first(mtcnn: Mtcnn, astronaut: Path) -> None:
    with Image.open(astronaut) as image:
        head = image.convert("RGB").crop((130, 20, 310, 260))
    picture = Image.new("RGB", (640, 480), "gray")
    picture.paste(head, (30, 100))
    picture.paste(head.resize((117, 156)), (300, 60))
    picture.paste(head.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (440, 200))
    faces = mtcnn.detect(np.asarray(picture), long_side=320, min_face=30)
    assert len(faces) == 3
    scores = [face.score for face in faces]
    assert scores == sorted(scores, reverse=True)
    sides = sorted(face.side for face in faces)
    assert sides[0] / sides[2] == pytest.approx(0.65, abs=0.05)


@pytest.mark.parametrize("size", [(480, 640), (11, 400), (12, 12), (1, 1), (13, 5000), (2, 3)])
def test_a_picture_without_a_face(mtcnn: Mtcnn, size: tuple[int, int]) -> None:
    pixels = np.full((*size, 3), 128, np.uint8)
    assert mtcnn.detect(pixels, long_side=320, min_face=20) == []


class Counting:
    """Passes everything on, and counts the pictures."""

    def __init__(self, session: Session) -> None:
        self.session, self.seen = session, 0

    def run(self, names: Sequence[str] | None, feed: Mapping[str, npt.NDArray[Any]]) -> list[Any]:
        self.seen += len(feed["pixels"])
        return self.session.run(names, feed)


@pytest.mark.parametrize("blur", [1, 2, 4, 8])
def test_noise_gives_a_bounded_number_of_candidates(mtcnn: Mtcnn, blur: int) -> None:
    rng = np.random.default_rng(blur)
    small = rng.integers(0, 256, (480 // blur, 640 // blur, 3), dtype=np.uint8)
    resized = Image.fromarray(small).resize((640, 480), Image.Resampling.BICUBIC)
    pnet, rnet, onet = Counting(mtcnn._pnet), Counting(mtcnn._rnet), Counting(mtcnn._onet)
    counted = Mtcnn(pnet=pnet, rnet=rnet, onet=onet)
    assert counted.detect(np.asarray(resized), long_side=640, min_face=20) == []
    assert pnet.seen == 2
    assert rnet.seen <= 200
    assert onet.seen <= 80


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((40, 40), np.uint8),
        np.zeros((40, 40, 4), np.uint8),
        np.zeros((40, 40, 3), np.float32),
        np.zeros((0, 40, 3), np.uint8),
        np.zeros((1, 40, 40, 3), np.uint8),
    ],
)
def test_other_pixels_are_refused(mtcnn: Mtcnn, pixels: Pixels) -> None:
    with pytest.raises(InputInvalid):
        mtcnn.detect(pixels, long_side=320, min_face=48)


@pytest.mark.parametrize(("long_side", "min_face"), [(0, 20), (-1, 20), (320, 0), (320, np.nan)])
def test_other_scales_are_refused(mtcnn: Mtcnn, long_side: int, min_face: float) -> None:
    with pytest.raises(InputInvalid):
        mtcnn.detect(np.zeros((40, 40, 3), np.uint8), long_side=long_side, min_face=min_face)


def test_repr_shows_no_landmarks(mtcnn: Mtcnn, astronaut: Path) -> None:
    (face,) = mtcnn.detect(read(astronaut), long_side=320, min_face=48)
    assert "landmarks" not in repr(face)
