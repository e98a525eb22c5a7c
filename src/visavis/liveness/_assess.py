"""Observations of a session -> `Liveness`."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from visavis.errors import InputInvalid
from visavis.liveness._challenge import Challenge, Mode
from visavis.liveness._continuity import (
    MAX_GAP,
    MAX_PARALLAX_RATE,
    MAX_SCALE_RATE,
    MAX_SHIFT_RATE,
    ContinuityMeasure,
    measure_continuity,
    without_strays,
)
from visavis.liveness._light import LightMeasure, measure_light
from visavis.liveness._liveness import Liveness, Measures, Reason
from visavis.liveness._pad import Vote, majority_against
from visavis.liveness._parallax import NOSE
from visavis.liveness._turn import (
    FRONTAL,
    LEAST_ON_THE_WAY,
    MID_TURN,
    MOST_OFFSET,
    REACH,
    TurnMeasure,
    facing_points,
    measure_turns,
    parallaxes,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from visavis.face import Embedding
    from visavis.liveness._observation import Observation
    from visavis.liveness._reflection import Reflection

__all__ = [
    "Frames",
    "assess",
    "choose_frames",
    "continuity_reasons",
    "light_reasons",
    "reflection_reasons",
    "session_frames",
    "turn_reasons",
]

LEAST_RATE: Final = 8.0
"""Frames a second, on average: below, a change between two frames may hide anything."""

MOST_AS_GOOD: Final = 10
"""Of the 20,159 other sequences: 99.95 % must correlate worse. A replay of another nonce's session
has one chance in 1,800 then, as its sequence is as likely as any to be next to this one."""

LEAST_CORRELATION: Final = 0.75
"""With this sequence. Simulated faces had 0.8 or more in rooms up to 50 times as bright as the
screen; a weak reflection of the right colours on a screen that shows others seldom gets so far."""

MOST_UNEXPLAINED: Final = 0.3
"""Of what is more than noise: simulated faces left 0.25 or less. A replay whose colours lie askew
to ours leaves more."""

MOST_ADDED: Final = 0.33
"""A third of the way from reflecting the light to adding it: simulated faces had 0.25 or less, also
with shaded eyes, and glass has 1, of which noise takes something."""

LEAST_CONTRAST: Final = 2.0
"""Of what surrounds the eyes; simulated faces had 5 or more. Below, adding and reflecting cannot be
told apart."""

_BEFORE_LIGHT: Final = 0.5
"""Seconds before the first step in which the face must be there."""


@dataclass(frozen=True, slots=True)
class Frames:
    """Places of the observations whose faces are to be embedded.

    Attributes:
        frontal: up to four, from before the first step to after the last turn, all seen from the
            front. The probes of the comparison.
        turned: one in each turn, about half-way.
    """

    frontal: tuple[int, ...]
    turned: tuple[int, ...]

    @property
    def all(self) -> tuple[int, ...]:
        """Both."""
        return (*self.frontal, *self.turned)


@dataclass(frozen=True, slots=True)
class _Course:
    """A session's frames beside its times."""

    observations: Sequence[Observation]
    times: NDArray[np.float64]
    facing: NDArray[np.float64]
    parallax: NDArray[np.float64]
    colours_shown: Sequence[float]
    turns_shown: Sequence[float]
    ended: float


def choose_frames(
    observations: Sequence[Observation],
    *,
    challenge: Challenge,
    shown: Sequence[float],
    ended: float,
) -> Frames:
    """Which frames' faces `assess` must have embeddings of.

    Args:
        observations: as for `assess`.
        challenge: likewise.
        shown: likewise.
        ended: likewise.

    Returns:
        Empty where there is nothing to choose from; `assess` then refuses.

    Raises:
        InputInvalid: as `assess`.
    """
    course = _course(observations, challenge, shown, ended)
    return Frames((), ()) if course is None else _choose(course)


def assess(
    observations: Sequence[Observation],
    *,
    challenge: Challenge,
    shown: Sequence[float],
    ended: float,
    embeddings: Mapping[int, Embedding],
    same_person: float,
    same_person_turned: float,
    votes: Sequence[Vote] = (),
) -> Liveness:
    """Test a session. A missing or ambiguous measure refuses.

    Args:
        observations: one for each frame in which exactly one face was found, ascending in time, as
            `session_frames` gives them.
        challenge: of the session.
        shown: seconds at which each of its steps was revealed.
        ended: seconds at which the last was over.
        embeddings: of the faces that `choose_frames` names, by their place.
        same_person: cosine from which two faces seen from the front agree; the threshold of the
            pack's strictest operating point for one sample each.
        same_person_turned: the same for one of them in mid-turn; a laxer point's.
        votes: of PAD packs. A majority against makes the light test stricter (no other sequence may
            be as good); they decide nothing alone.

    Raises:
        InputInvalid: times that do not ascend or lie outside the session, other times than steps,
            an embedding is missing, or of another model than the rest.
    """
    course = _course(observations, challenge, shown, ended)
    mode = Mode.LIGHT_AND_TURNS if challenge.colours else Mode.TURNS_ONLY
    if course is None:
        nothing = Measures(None, (), None, None, None, tuple(votes))
        return Liveness(
            passed=False,
            reasons=(Reason.TOO_FEW_FRAMES,),
            mode=mode,
            probes=(),
            measures=nothing,
        )
    frames = _choose(course)
    agreement, turned_agreement = _agreements(frames, embeddings)
    light = _light(course, challenge)
    turns = measure_turns(
        course.times, course.parallax, challenge.turns, shown=course.turns_shown, ended=ended
    )
    continuity = measure_continuity(
        observations, course.parallax, start=shown[0] - _BEFORE_LIGHT, end=ended
    )
    reasons: list[Reason] = []
    if len(observations) < LEAST_RATE * (ended - shown[0]):
        reasons.append(Reason.TOO_FEW_FRAMES)
    if challenge.colours:
        reasons.extend(light_reasons(light, votes))
    reasons.extend(turn_reasons(course.facing, turns))
    reasons.extend(continuity_reasons(continuity))
    if not (_reaches(agreement, same_person) and _reaches(turned_agreement, same_person_turned)):
        reasons.append(Reason.CONTINUITY_OTHER_FACE)
    return Liveness(
        passed=not reasons,
        reasons=tuple(dict.fromkeys(reasons)),
        mode=mode,
        probes=frames.frontal,
        measures=Measures(
            light, tuple(turns), continuity, agreement, turned_agreement, tuple(votes)
        ),
    )


def _light(course: _Course, challenge: Challenge) -> LightMeasure | None:
    if not challenge.colours:
        return None
    return measure_light(
        course.observations,
        challenge.colours,
        shown=course.colours_shown,
        ended=course.turns_shown[0],
    )


def session_frames(
    observations: Sequence[Observation], *, shown: Sequence[float], ended: float
) -> tuple[Observation, ...]:
    """Those of a stream that belong to the session, from half a second before the first step.

    Without single frames in which the detector saw a face somewhere else; `assess` measures the
    gap that they leave.
    """
    start = shown[0] - _BEFORE_LIGHT
    return without_strays([seen for seen in observations if start <= seen.time < ended])


def _course(
    observations: Sequence[Observation],
    challenge: Challenge,
    shown: Sequence[float],
    ended: float,
) -> _Course | None:
    """The frames of the session, or None where there is no face before the turns."""
    if len(shown) != len(challenge.steps) or not (np.diff([*shown, ended]) > 0).all():
        raise InputInvalid("there is one ascending time for each step, and a later end")
    times = np.array([seen.time for seen in observations], np.float64)
    if not (np.diff(times) > 0).all():
        raise InputInvalid("frames come in ascending time")
    if len(times) and not shown[0] - _BEFORE_LIGHT <= times[0] <= times[-1] < ended:
        raise InputInvalid("a frame does not belong to the session: see session_frames")
    turns_shown = shown[len(challenge.colours) :]
    facing = facing_points(observations, before=turns_shown[0])
    if facing is None:
        return None
    return _Course(
        observations=observations,
        times=times,
        facing=facing,
        parallax=parallaxes(observations, facing),
        colours_shown=shown[: len(challenge.colours)],
        turns_shown=turns_shown,
        ended=ended,
    )


def _choose(course: _Course) -> Frames:
    """The frame nearest to each moment, if there is one."""
    frontal = np.flatnonzero(np.abs(course.parallax) <= FRONTAL)
    moments = [course.times[0], *course.turns_shown[:1], course.turns_shown[-1], course.ended]
    nearest = {
        int(frontal[np.abs(course.times[frontal] - moment).argmin()])
        for moment in moments
        if len(frontal)
    }
    edges = [*course.turns_shown, course.ended]
    turned = []
    for start, end in pairwise(edges):
        within = np.flatnonzero((course.times >= start) & (course.times < end))
        if len(within):
            off = np.abs(np.abs(course.parallax[within]) - MID_TURN)
            turned.append(int(within[off.argmin()]))
    return Frames(tuple(sorted(nearest)), tuple(turned))


def _agreements(
    frames: Frames, embeddings: Mapping[int, Embedding]
) -> tuple[float | None, float | None]:
    """The least cosines with the first frontal face, of the other frontal and the turned ones."""
    if any(place not in embeddings for place in frames.all):
        raise InputInvalid("an embedding is missing: see choose_frames")
    if not frames.frontal:
        return None, None
    first, *others = (embeddings[place] for place in frames.frontal)
    turned = [embeddings[place] for place in frames.turned]
    if any(other.model != first.model for other in (*others, *turned)):
        raise InputInvalid("the embeddings are of different models")
    return _least_cosine(first, others), _least_cosine(first, turned)


def _least_cosine(first: Embedding, others: Sequence[Embedding]) -> float | None:
    return min((float(first.vector @ other.vector) for other in others), default=None)


def light_reasons(light: LightMeasure | None, votes: Sequence[Vote]) -> Iterator[Reason]:
    """What the light test objects to."""
    if light is None:
        yield Reason.LIGHT_UNUSABLE
        return
    if light.correlation < LEAST_CORRELATION:
        yield Reason.LIGHT_WEAK
    if light.as_good > (0 if majority_against(votes) else MOST_AS_GOOD):
        yield Reason.LIGHT_OTHER_SEQUENCE
    yield from reflection_reasons(light.reflection)


def reflection_reasons(reflection: Reflection) -> Iterator[Reason]:
    """What it objects to where the light was not reflected, or not all of it is ours."""
    if reflection.contrast < LEAST_CONTRAST:
        yield Reason.LIGHT_UNUSABLE
    if reflection.unexplained > MOST_UNEXPLAINED:
        yield Reason.LIGHT_UNEXPLAINED
    if reflection.added > MOST_ADDED:
        yield Reason.LIGHT_ADDED


def turn_reasons(facing: NDArray[np.float64], turns: Sequence[TurnMeasure]) -> Iterator[Reason]:
    """What the turn test objects to."""
    if abs(float(facing[NOSE, 0])) > MOST_OFFSET:
        yield Reason.TURN_NOT_FACING
    for turn in turns:
        if turn.reached < REACH:
            yield Reason.TURN_MISSING
        elif turn.on_the_way < LEAST_ON_THE_WAY:
            yield Reason.TURN_ABRUPT
        if turn.opposite >= REACH:
            yield Reason.TURN_OTHER_SIDE


def continuity_reasons(measured: ContinuityMeasure) -> Iterator[Reason]:
    """What continuity of the landmarks objects to."""
    if measured.gap > MAX_GAP:
        yield Reason.CONTINUITY_GAP
    if (
        measured.parallax_rate > MAX_PARALLAX_RATE
        or measured.shift_rate > MAX_SHIFT_RATE
        or measured.scale_rate > MAX_SCALE_RATE
    ):
        yield Reason.CONTINUITY_JUMP


def _reaches(agreement: float | None, threshold: float) -> bool:
    return agreement is not None and agreement >= threshold
