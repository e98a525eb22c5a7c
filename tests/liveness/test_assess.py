from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.liveness.synthetic import (
    CHALLENGE,
    PICTURE,
    Course,
    embedding,
    observe_course,
)
from visavis.errors import InputInvalid
from visavis.liveness import (
    Challenge,
    Colour,
    Liveness,
    Mode,
    Reason,
    Turn,
    Vote,
    assess,
    choose_frames,
    session_frames,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visavis.face import Embedding
    from visavis.liveness import Observation

_COURSE = Course()


def _assess(
    seen: Sequence[Observation],
    *,
    course: Course = _COURSE,
    faces: dict[int, Embedding] | None = None,
    votes: Sequence[Vote] = (),
) -> Liveness:
    chosen = choose_frames(seen, challenge=course.challenge, shown=course.shown, ended=course.ended)
    return assess(
        seen,
        challenge=course.challenge,
        shown=course.shown,
        ended=course.ended,
        embeddings={place: embedding() for place in chosen.all} | (faces or {}),
        same_person=0.94,
        same_person_turned=0.91,
        votes=votes,
    )


def test_somebody_who_does_as_asked_passes() -> None:
    result = _assess(observe_course(_COURSE))
    assert result.passed
    assert result.reasons == ()
    assert result.mode is Mode.LIGHT_AND_TURNS
    assert [round(_COURSE.times[place], 1) for place in result.probes] == [0.0, 3.5, 7.5, 9.4]
    assert result.measures.agreement == pytest.approx(1.0)


def test_a_result_is_no_truth_value() -> None:
    with pytest.raises(TypeError):
        bool(_assess(observe_course(_COURSE)))


def test_a_printed_photograph_passes_the_light_test_and_fails_the_turns() -> None:
    result = _assess(observe_course(_COURSE, solid=PICTURE))
    assert not result.passed
    assert result.reasons == (Reason.TURN_MISSING,) or set(result.reasons) == {
        Reason.TURN_MISSING,
        Reason.CONTINUITY_OTHER_FACE,
    }


def test_a_recording_of_another_session_fails_the_light_test() -> None:
    others = (*CHALLENGE.colours[3:], Colour.ORANGE, Colour.BLUE, Colour.RED)
    result = _assess(observe_course(_COURSE, screen=_COURSE.light(others)))
    assert Reason.LIGHT_OTHER_SEQUENCE in result.reasons


def test_no_light_at_all() -> None:
    result = _assess(observe_course(_COURSE, ratio=1e6))
    assert Reason.LIGHT_WEAK in result.reasons


def test_turns_in_another_order() -> None:
    turns = (Turn.RIGHT, Turn.RIGHT, Turn.LEFT)
    result = _assess(observe_course(_COURSE, yaws=_COURSE.yaws(turns)))
    assert set(result.reasons) == {Reason.TURN_MISSING, Reason.TURN_OTHER_SIDE}


def test_another_face_in_between() -> None:
    seen = observe_course(_COURSE)
    chosen = choose_frames(seen, challenge=CHALLENGE, shown=_COURSE.shown, ended=_COURSE.ended)
    for place in (*chosen.frontal[1:], *chosen.turned):
        result = _assess(seen, faces={place: embedding(30.0)})
        assert result.reasons == (Reason.CONTINUITY_OTHER_FACE,)
    nearly = {place: embedding(23.0) for place in chosen.turned}  # cosine 0.92
    assert _assess(seen, faces=nearly).passed


def test_a_face_that_was_turned_from_the_start() -> None:
    aside = observe_course(_COURSE, yaws=_COURSE.yaws(CHALLENGE.turns) + 35)
    assert Reason.TURN_NOT_FACING in _assess(aside).reasons


def test_too_few_frames() -> None:
    slow = Course(rate=6.0)
    assert Reason.TOO_FEW_FRAMES in _assess(observe_course(slow), course=slow).reasons
    assert _assess([]).reasons == (Reason.TOO_FEW_FRAMES,)
    late = [one for one in observe_course(_COURSE) if one.time > 4]
    assert _assess(late).reasons == (Reason.TOO_FEW_FRAMES,)


def test_a_gap_and_a_jump() -> None:
    seen = observe_course(_COURSE)
    assert Reason.CONTINUITY_GAP in _assess(seen[:30] + seen[33:]).reasons
    moved = [replace(one, points=one.points + np.array([400, 0])) for one in seen[30:]]
    assert Reason.CONTINUITY_JUMP in _assess(seen[:30] + moved).reasons


def test_without_flashing_the_result_says_so() -> None:
    challenge = Challenge((), (Turn.LEFT, Turn.RIGHT, Turn.RIGHT, Turn.LEFT, Turn.LEFT))
    course = Course(challenge)
    result = _assess(observe_course(course), course=course)
    assert result.passed
    assert result.mode is Mode.TURNS_ONLY
    assert result.measures.light is None
    still = observe_course(course, yaws=np.zeros(len(course.times)))
    assert Reason.TURN_MISSING in _assess(still, course=course).reasons


def test_packs_make_the_light_test_stricter_and_decide_nothing() -> None:
    against = Vote("one", 0.1, against=True)
    assert _assess(observe_course(_COURSE), votes=[against]).passed
    # Two colours that are nearly alike in chroma, taken for each other: among the best, not first.
    challenge = replace(CHALLENGE, colours=(Colour.RED, *CHALLENGE.colours[1:5], Colour.ORANGE))
    asked = Course(challenge)
    swapped = (Colour.ORANGE, *CHALLENGE.colours[1:5], Colour.RED)
    seen = observe_course(_COURSE, screen=_COURSE.light(swapped))
    light = _assess(seen, course=asked).measures.light
    assert light is not None
    assert 0 < light.as_good <= 10
    assert _assess(seen, course=asked).passed
    refused = _assess(seen, course=asked, votes=[against])
    assert refused.reasons == (Reason.LIGHT_OTHER_SEQUENCE,)
    assert _assess(seen, course=asked, votes=[against, Vote("two", 0.9, against=False)]).passed


def test_only_the_session_s_frames_count() -> None:
    seen = observe_course(_COURSE)
    early = replace(seen[0], time=-3.0)
    late = replace(seen[0], time=_COURSE.ended)
    kept = session_frames([early, *seen, late], shown=_COURSE.shown, ended=_COURSE.ended)
    assert kept == tuple(seen)
    for stream in ([early, *seen], [*seen, late], [seen[1], seen[0]], [seen[0], seen[0]]):
        with pytest.raises(InputInvalid):
            _assess(stream)


def test_what_was_not_embedded_or_by_another_model() -> None:
    seen = observe_course(_COURSE)
    with pytest.raises(InputInvalid):
        assess(
            seen,
            challenge=CHALLENGE,
            shown=_COURSE.shown,
            ended=_COURSE.ended,
            embeddings={},
            same_person=0.94,
            same_person_turned=0.91,
        )
    with pytest.raises(InputInvalid):
        _assess(seen, faces={0: embedding(model="another")})
    with pytest.raises(InputInvalid):
        choose_frames(seen, challenge=CHALLENGE, shown=_COURSE.shown[:5], ended=_COURSE.ended)
