from __future__ import annotations

import numpy as np
import pytest

from tests.liveness.synthetic import CHALLENGE, Course, observe_course
from visavis.liveness import Colour, Reason, Reflection, measure_light
from visavis.liveness._assess import reflection_reasons

_COURSE = Course()
_OTHERS = (*CHALLENGE.colours[3:], Colour.ORANGE, Colour.BLUE, Colour.RED)


def _reflection(**session: object) -> Reflection:
    seen = observe_course(_COURSE, **session)  # type: ignore[arg-type]
    measured = measure_light(
        seen, CHALLENGE.colours, shown=_COURSE.shown[:6], ended=_COURSE.shown[6]
    )
    assert measured is not None
    return measured.reflection


@pytest.mark.parametrize("ratio", [1, 10, 50])
def test_skin_reflects(ratio: float) -> None:
    found = _reflection(ratio=ratio)
    assert found.contrast == pytest.approx(6, abs=0.1)
    assert found.added == pytest.approx(0, abs=0.02)
    assert found.unexplained < 0.02
    assert not list(reflection_reasons(found))


@pytest.mark.parametrize("strength", [0.01, 0.1])
def test_glass_adds(strength: float) -> None:
    mirrored = strength * _COURSE.light(CHALLENGE.colours)
    found = _reflection(screen=np.ones_like(mirrored), added=mirrored)
    assert found.added == pytest.approx(1, abs=0.35)  # to first order in the strength
    assert Reason.LIGHT_ADDED in set(reflection_reasons(found))


def test_a_recording_behind_glass_leaves_its_own_colours() -> None:
    screen = _COURSE.light(_OTHERS)
    found = _reflection(screen=screen, ratio=3, added=0.05 * _COURSE.light(CHALLENGE.colours))
    assert set(reflection_reasons(found)) >= {Reason.LIGHT_ADDED, Reason.LIGHT_UNEXPLAINED}


def test_a_washed_out_face_shows_neither() -> None:
    found = _reflection(added=np.full((len(_COURSE.times), 3), 3.0))
    assert found.contrast < 2
    assert Reason.LIGHT_UNUSABLE in set(reflection_reasons(found))


def test_noise_is_not_held_against_anybody() -> None:
    quiet, noisy = (_reflection(ratio=50, noise=noise) for noise in (0.0002, 0.01))
    assert quiet.unexplained < 0.02
    assert noisy.unexplained < 0.3
