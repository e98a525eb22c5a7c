"""The chain from pictures of real faces, by the renderer that the evidence is made with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from benchmarks.liveness_simulation._person import load
from benchmarks.liveness_simulation._scene import Lit, Room, head_albedo
from benchmarks.liveness_simulation._sessions import Asked, print_held
from benchmarks.liveness_simulation._surface import Pose

from visavis.face import Extractor
from visavis.imaging import Image
from visavis.liveness import observe, parallax
from visavis.models import find_pack

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor.load(find_pack("dlib"))


def _points(extractor: Extractor, pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    (found,), _ = extractor.detect(Image.from_pixels(pixels))
    assert found.landmarks is not None
    return found.landmarks.astype(np.float64)


def test_a_portrait_has_four_regions_and_a_background(
    extractor: Extractor, astronaut: Path
) -> None:
    pixels = Image.open(astronaut).pixels
    seen = observe(pixels, _points(extractor, pixels), time=0.0)
    assert np.isfinite(seen.face).all()
    assert (seen.face[:, 0] > seen.face[:, 2]).all()  # skin is redder than blue
    assert np.isfinite(seen.background).all()


def test_three_quarter_views_stand_out_of_the_plane(extractor: Extractor, faces: Path) -> None:
    for number in ("001", "004", "061"):
        folder = faces / "frll" / number
        front, *sides = (
            _points(extractor, Image.open(next(folder.glob(name))).pixels)
            for name in ("neutral_*_03.jpg", "neutral_left_3*.jpg", "neutral_right_3*.jpg")
        )
        found = [parallax(side, front) for side in sides]
        assert min(found) < -0.2
        assert max(found) > 0.2


def test_a_rendered_head_turns_and_a_rendered_print_does_not(
    extractor: Extractor, faces: Path
) -> None:
    person = load(faces, 4, extractor)
    rng = np.random.default_rng(1)
    room = Room.drawn(rng, ratio=5.0)

    def seen(yaw: float) -> NDArray[np.float64]:
        light = Lit.of(head_albedo(person, Pose(yaw=np.radians(yaw))), room).under(
            np.ones(3, np.float32)
        )
        return _points(extractor, np.rint(255 * np.clip(light, 0, 1) ** 0.45).astype(np.uint8))

    assert parallax(seen(35), seen(0)) > 0.22
    take = print_held(person, Asked((), (1,)), rng)
    asked = take.script.shown[0]
    frames = [_points(extractor, frame) for _, frame in take.frames(asked - 0.3, asked + 1.5)]
    turned = [abs(parallax(points, frames[0])) for points in frames]
    assert max(turned) < 0.22
