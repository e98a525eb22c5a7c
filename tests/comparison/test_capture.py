from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from visavis.comparison import OperatingPoint, cosine, fuse, fuse_capture
from visavis.errors import FramesDisagree, InputInvalid
from visavis.face import Embedding


def _point(threshold: float = 0.9, *, references: int = 1, probes: int = 1) -> OperatingPoint:
    return OperatingPoint(
        reference_samples=references,
        probe_samples=probes,
        fmr=Decimal("1e-4"),
        threshold=threshold,
        fnmr=0.1,
        fmr_interval=(0.0, 2e-4),
        data_set="none",
        comparisons=100_128,
        people=448,
        person_pairs=100_128,
        note="made up",
    )


def _at(*degrees: float, model: str = "m") -> list[Embedding]:
    """Embeddings of two numbers at these angles: 0.9 is the cosine of 25.8 degrees."""
    angles = np.deg2rad(degrees)
    return [Embedding.of(np.array([np.cos(a), np.sin(a)]), model=model) for a in angles]


def test_one_frame_stays_as_it_is() -> None:
    (frame,) = _at(10)
    assert fuse_capture([frame], point=_point()) is frame


def test_frames_that_agree_are_fused_to_the_direction_of_their_mean() -> None:
    (middle,) = _at(10)
    np.testing.assert_allclose(
        fuse_capture(_at(0, 10, 20), point=_point()).vector, middle.vector, rtol=1e-6
    )


@pytest.mark.parametrize("place", range(4))
def test_the_frame_that_disagrees_with_the_rest_is_left_out(place: int) -> None:
    frames = _at(0, 5, 10)
    (odd,) = _at(60)
    fused = fuse_capture([*frames[:place], odd, *frames[place:]], point=_point())
    assert cosine(fused, fuse(frames)) == pytest.approx(1)
    assert cosine(fused, fuse([*frames, odd])) < 0.99


def test_a_frame_between_two_that_disagree_is_not_the_odd_one() -> None:
    fused = fuse_capture(_at(0, 20, 45), point=_point())
    np.testing.assert_allclose(fused.vector, fuse(_at(0, 20)).vector)


@pytest.mark.parametrize(
    "degrees", [(0, 60), (0, 1, 60, 61), (0, 60, 120)], ids=["two", "half and half", "nobody"]
)
def test_frames_of_two_people_are_no_sample(degrees: tuple[float, ...]) -> None:
    with pytest.raises(FramesDisagree):
        fuse_capture(_at(*degrees), point=_point())


def test_frames_on_the_threshold_agree() -> None:
    first, second = _at(0, 25)
    least = cosine(first, second)
    fuse_capture([first, second], point=_point(least))
    with pytest.raises(FramesDisagree):
        fuse_capture([first, second], point=_point(float(np.nextafter(np.float32(least), 2))))


def test_what_cannot_be_fused_is_refused() -> None:
    for frames, point in (
        ([], _point()),
        ([*_at(0), *_at(0, model="other")], _point()),
        (_at(0, 1), _point(references=2)),
        (_at(0, 1), _point(probes=3)),
    ):
        with pytest.raises(InputInvalid):
            fuse_capture(frames, point=point)
