from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.liveness.synthetic import CHALLENGE, Course, observe_course
from visavis.errors import InputInvalid
from visavis.liveness import Colour, LightMeasure, measure_light, signal_of
from visavis.liveness._light import Correlator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visavis.liveness import Observation

_COURSE = Course()


def _measure(
    seen: Sequence[Observation], colours: tuple[Colour, ...] = CHALLENGE.colours
) -> LightMeasure:
    measured = measure_light(seen, colours, shown=_COURSE.shown[:6], ended=_COURSE.shown[6])
    assert measured is not None
    return measured


def test_a_face_follows_its_own_sequence_best() -> None:
    measured = _measure(observe_course(_COURSE))
    assert measured.as_good == 0
    assert measured.others == 20159
    assert measured.correlation > 0.95
    assert measured.lag == pytest.approx(0.15, abs=0.06)
    assert measured.frames == 41  # half a second on both sides


@pytest.mark.parametrize("ratio", [1, 10, 50])
def test_however_bright_the_room(ratio: float) -> None:
    assert _measure(observe_course(_COURSE, ratio=ratio)).as_good == 0


def test_another_sequence_is_no_better_than_others() -> None:
    signal = signal_of(observe_course(_COURSE)[:41])
    correlator = Correlator(signal.times, np.array(_COURSE.shown[:7]))
    ranks = [
        correlator.as_good(signal, colours)
        for colours in itertools.islice(itertools.permutations(Colour, 6), 7, 20160, 97)
    ]
    # Uniform over 20,160: of 208, those among the best 20.
    assert sum(rank <= 20 for rank in ranks) <= 2
    assert 0.4 < np.mean(ranks) / 20159 < 0.6


def test_white_balance_alone_says_nothing() -> None:
    tinted = observe_course(_COURSE, ratio=3, on_background=1.0, noise=0.0005)
    # A camera that tints face and background alike: as a photograph that fills the picture does.
    signal = signal_of(tinted)
    against_background = signal.chroma[0] - signal.chroma[0].mean(axis=0)
    assert np.abs(against_background).max() < 0.01


def test_the_signal_is_free_of_gains_and_of_reflectance() -> None:
    (one,) = observe_course(_COURSE, noise=0)[:1]
    gains = np.array([2, 1, 0.5])
    other = replace(
        one, face=one.face * gains, background=one.background * gains, eyes=one.eyes * gains
    )
    darker = replace(one, face=one.face / 8)
    signal = signal_of([one, other, darker])
    for frame in (1, 2):
        assert signal.chroma[0, frame] == pytest.approx(signal.chroma[0, 0], abs=1e-12)
        assert signal.darkness[frame] == pytest.approx(signal.darkness[0], abs=1e-12)


def test_unusable_frames_are_left_out() -> None:
    seen = observe_course(_COURSE)
    nothing = np.full(3, math.nan)
    dark = [replace(one, background=nothing) for one in seen]
    shown, ended = _COURSE.shown[:6], _COURSE.shown[6]
    assert measure_light(dark, CHALLENGE.colours, shown=shown, ended=ended) is None
    assert measure_light([], CHALLENGE.colours, shown=shown, ended=ended) is None
    assert measure_light(seen[:17], CHALLENGE.colours, shown=shown, ended=ended) is None
    assert _measure([*dark[:3], *seen[3:]]).frames == 38


def test_a_constant_face_has_no_sequence() -> None:
    (one,) = observe_course(_COURSE, noise=0)[:1]
    still = [replace(one, time=float(t), background=one.face[0]) for t in np.arange(0, 4, 0.1)]
    measured = measure_light(
        still, CHALLENGE.colours, shown=_COURSE.shown[:6], ended=_COURSE.shown[6]
    )
    assert measured is None or measured.correlation < 0.5


@pytest.mark.parametrize(
    ("colours", "shown"),
    [
        (CHALLENGE.colours[:5], _COURSE.shown[:5]),
        ((Colour.RED,) * 6, _COURSE.shown[:6]),
        (CHALLENGE.colours, _COURSE.shown[:5]),
        (CHALLENGE.colours, _COURSE.shown[5::-1]),
    ],
)
def test_six_colours_and_their_times(colours: tuple[Colour, ...], shown: tuple[float, ...]) -> None:
    with pytest.raises(InputInvalid):
        measure_light([], colours, shown=shown, ended=9.0)


def test_norms_are_those_of_the_detrended_courses() -> None:
    times = np.linspace(0.0, 3.9, 40)
    correlator = Correlator(times, np.array([0.5 + 0.5 * step for step in range(7)]))
    chroma = np.array([np.array(colour.rgb) / 255 for colour in Colour]) ** 2.2
    chroma -= chroma.mean(axis=1, keepdims=True)
    for row, sequence in enumerate(itertools.permutations(range(len(Colour)), 6)):
        if row % 2000 == 0:
            courses = correlator._shown.transpose(0, 2, 1) @ chroma[list(sequence)]
            direct = np.linalg.norm(courses, axis=(1, 2))
            np.testing.assert_allclose(correlator._norms[:, row], direct, rtol=1e-12)
