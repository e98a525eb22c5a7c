from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pytest
from PIL import Image

from visavis.errors import FaceNone, FaceSeveral
from visavis.face._detection import Detection
from visavis.face._dominant import dominant, only
from visavis.face._find import find_faces, find_upright

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy.typing as npt

    from visavis.face._mtcnn import Mtcnn

    Pixels = npt.NDArray[np.uint8]


def read(path: Path) -> Pixels:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def face(side: float, *, score: float = 0.999, lying: bool = False) -> Detection:
    eyes = [(0, 0), (0, 10)] if lying else [(0, 0), (10, 0)]
    landmarks = np.array([*eyes, (5, 5), (2, 8), (8, 8)], np.float32)
    return Detection(10, 20, 10 + side, 20 + side, score, landmarks)


@dataclass
class Scripted:
    """Answers by the top left pixel, which says how the picture was turned, and the look."""

    one_scale: ClassVar[bool] = False
    convincing: ClassVar[float] = 0.98

    answer: Callable[[int, int, float], list[Detection]]
    looks: list[tuple[int, int, float]] = field(default_factory=list)

    def detect(self, pixels: Pixels, *, long_side: int, min_face: float) -> list[Detection]:
        look = (int(pixels[0, 0, 0]), long_side, round(min_face, 3))
        self.looks.append(look)
        return self.answer(*look)


def marked(height: int = 480, width: int = 640) -> Pixels:
    """A picture whose top left pixel says by how many quarter turns it was turned."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[0, -1], pixels[-1, -1], pixels[-1, 0] = 1, 2, 3
    return pixels


def test_one_look_is_enough_for_a_convincing_face() -> None:
    detector = Scripted(lambda *_: [face(200)])
    found, turns = find_faces(detector, marked())
    assert (len(found), turns) == (1, 0)
    assert detector.looks == [(0, 320, 36.0)]


def test_nothing_found_is_looked_at_closely_then_turned() -> None:
    detector = Scripted(lambda *_: [])
    assert find_faces(detector, marked()) == ([], 0)
    assert detector.looks == [(0, 320, 36.0), *((turn, 640, 20.0) for turn in range(4))]


def test_a_close_look_may_find_a_small_face() -> None:
    detector = Scripted(lambda _turn, long_side, _: [face(60)] if long_side == 640 else [])
    found, turns = find_faces(detector, marked())
    assert (found[0].side, turns) == (60, 0)


@pytest.mark.parametrize("upright", [1, 2, 3])
def test_the_turn_with_the_best_face_is_chosen(upright: int) -> None:
    detector = Scripted(
        lambda turn, *_: [face(200, score=0.999 if turn == upright else 0.9 + turn / 100)]
    )
    found, turns = find_faces(detector, marked())
    assert (found[0].score, turns) == (0.999, upright)
    assert [long_side for _, long_side, _ in detector.looks] == [320] * 4


def test_a_face_lying_on_its_side_is_believed_less() -> None:
    detector = Scripted(
        lambda turn, *_: [face(200, score=0.999 - turn / 100, lying=turn in {0, 2})]
    )
    assert find_faces(detector, marked())[1] == 1


def test_an_unconvincing_face_is_taken_where_no_turn_has_a_better_one() -> None:
    detector = Scripted(lambda turn, *_: [face(200, score=0.9)] if turn in {0, 3} else [])
    found, turns = find_faces(detector, marked())
    assert (len(found), turns) == (1, 0)


def test_what_stands_upright_is_not_turned() -> None:
    detector = Scripted(lambda turns, *_: [face(100, score=0.9 + turns / 100)])
    assert find_faces(detector, marked())[1] == 3
    detector.looks.clear()
    found, turns = find_upright(detector, marked())
    assert (found[0].score, turns) == (0.9, 0)
    assert {look[0] for look in detector.looks} == {0}


def test_an_upright_picture_is_looked_at_closely_too() -> None:
    detector = Scripted(lambda _, side, __: [face(30)] if side == 640 else [])
    assert len(find_upright(detector, marked())[0]) == 1
    assert find_upright(Scripted(lambda *_: []), marked()) == ([], 0)


def test_a_second_look_is_for_faces_half_as_large_as_a_small_one() -> None:
    detector = Scripted(
        lambda _turn, _, min_face: [face(100), face(60)] if min_face < 30 else [face(100)]
    )
    found, _ = find_faces(detector, marked())
    assert detector.looks == [(0, 320, 36.0), (0, 320, 25.0)]
    with pytest.raises(FaceSeveral):
        only(found)


def test_what_the_second_look_loses_is_kept() -> None:
    detector = Scripted(lambda _turn, _, min_face: [] if min_face < 30 else [face(100)])
    assert len(find_faces(detector, marked())[0]) == 1


def test_whose_face_is_meant() -> None:
    assert only([face(100), face(49)]).side == 100
    assert dominant([face(60), face(100), face(100, score=0.9)]).score == 0.999
    for several in ([face(100), face(50)], [face(50), face(100), face(99)]):
        with pytest.raises(FaceSeveral):
            only(several)
        assert dominant(several).side == 100
    for choose in (only, dominant):
        with pytest.raises(FaceNone):
            choose([])


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_the_astronaut_turned(mtcnn: Mtcnn, astronaut: Path, turn: int) -> None:
    pixels = read(astronaut)
    (expected,) = find_faces(mtcnn, pixels)[0]
    (found,), turns = find_faces(mtcnn, np.rot90(pixels, turn))
    assert turns == -turn % 4
    assert found.left == pytest.approx(expected.left, abs=4)
    assert found.bottom == pytest.approx(expected.bottom, abs=4)


def test_a_small_portrait_on_a_large_page(mtcnn: Mtcnn, astronaut: Path) -> None:
    page = Image.new("RGB", (640, 480), "white")
    with Image.open(astronaut) as image:
        page.paste(image.convert("RGB").crop((130, 20, 310, 260)).resize((60, 80)), (500, 300))
    (found,), turns = find_faces(mtcnn, np.asarray(page))
    assert turns == 0
    assert found.side < 0.15 * 480
    assert 500 < found.left < found.right < 560
    assert 300 < found.top < found.bottom < 380


# Regression bars on the shared photographs (faces found, not accuracy of recognition).


def test_every_front_face_of_frll_is_found_alone(mtcnn: Mtcnn, faces: Path) -> None:
    paths = [*faces.glob("frll/*/neutral_*_03.jpg"), *faces.glob("frll/*/smiling_*_08.jpg")]
    assert len(paths) == 204
    for path in paths:
        pixels = read(path)
        found, turns = find_faces(mtcnn, pixels)
        assert turns == 0, path.name
        one = only(found)
        centre = (one.left + one.right) / 2 / pixels.shape[1]
        assert abs(centre - 0.5) < 0.1, path.name


def test_turned_faces_of_frll_are_turned_back(mtcnn: Mtcnn, faces: Path) -> None:
    right = total = 0
    for path in sorted(faces.glob("frll/*/neutral_*_03.jpg"))[::12]:
        for turn in (1, 2, 3):
            _, turns = find_faces(mtcnn, np.rot90(read(path), turn))
            right += turns == -turn % 4
            total += 1
    assert right >= 0.9 * total


def test_nearly_every_face_of_orl_is_found(mtcnn: Mtcnn, faces: Path) -> None:
    paths = list(faces.glob("orl/s*/*.pgm"))
    assert len(paths) == 400
    assert sum(bool(find_faces(mtcnn, read(path))[0]) for path in paths) >= 398


def test_faces_of_lfw_are_found_near_the_centre(mtcnn: Mtcnn, faces: Path) -> None:
    paths = sorted(faces.glob("lfw-a/*/*.jpg"))[::48]
    central = 0
    for path in paths:
        one = dominant(find_faces(mtcnn, read(path))[0])
        x, y = (one.left + one.right) / 2, (one.top + one.bottom) / 2
        central += max(abs(x - 125), abs(y - 125)) < 0.15 * 250
    assert central >= 0.95 * len(paths)
