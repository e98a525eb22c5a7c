"""The detector under test, on simulated frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.liveness_simulation._sessions import Asked
from benchmarks.liveness_simulation._species import Part
from visavis.imaging import Image
from visavis.liveness import (
    Challenge,
    LightMeasure,
    Liveness,
    Observation,
    Reason,
    Turn,
    assess,
    choose_frames,
    facing_points,
    measure_continuity,
    measure_light,
    measure_turns,
    observe,
    parallaxes,
    session_frames,
)
from visavis.liveness._assess import continuity_reasons, light_reasons, turn_reasons
from visavis.liveness._continuity import without_strays

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from benchmarks.liveness_simulation._sessions import Take
    from visavis.face import Embedding, Extractor

__all__ = ["SAME_PERSON", "Judged", "asked_of", "judge"]

SAME_PERSON: Final = ("1e-4", "1e-2")
"""FMR of the default pack's points for one sample each: both frontal, and one in mid-turn."""

_BEFORE: Final = 0.6
"""Seconds before a first turn that say how the face looks from the front."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What became of a session.

    Attributes:
        reasons: why it was refused; empty if it passed.
        light: what the light test measured, if it was looked at.
        liveness: None where a part of it refused it already.
        probes: embeddings of the frames that the comparison would take.
    """

    reasons: tuple[Reason, ...]
    light: LightMeasure | None
    liveness: Liveness | None
    probes: tuple[Embedding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Watched:
    observations: tuple[Observation, ...]
    frames: dict[float, NDArray[np.uint8]]


def asked_of(challenge: Challenge) -> Asked:
    """In the simulator's terms."""
    turns = tuple(1 if turn is Turn.LEFT else -1 for turn in challenge.turns)
    return Asked(tuple(colour.rgb for colour in challenge.colours), turns)


def judge(
    take: Callable[[], Take],
    challenge: Challenge,
    extractor: Extractor,
    *,
    thresholds: tuple[float, float],
    mirror: bool,
    first: Part,
) -> Judged:
    """Test a session, the telling part first.

    Args:
        take: the session, from its start each time.
        challenge: as it was asked.
        extractor: finds faces and embeds them.
        thresholds: `same_person` and `same_person_turned` of `assess`.
        mirror: of `Extractor.embed`.
        first: the part to look at first.
    """
    if first is not Part.ALL:
        light, reasons = _look_at(take(), challenge, extractor, first)
        if reasons:
            return Judged(reasons, light, None, ())
    made = take()
    script = made.script
    watched = _watch(made, extractor, 0.0, script.ended)
    seen = session_frames(watched.observations, shown=script.shown, ended=script.ended)
    chosen = choose_frames(seen, challenge=challenge, shown=script.shown, ended=script.ended)
    faces = [
        extractor.find(Image.from_pixels(watched.frames[seen[place].time])) for place in chosen.all
    ]
    embeddings = dict(zip(chosen.all, extractor.embed(faces, mirror=mirror), strict=True))
    frontal, turned = thresholds
    liveness = assess(
        seen,
        challenge=challenge,
        shown=script.shown,
        ended=script.ended,
        embeddings=embeddings,
        same_person=frontal,
        same_person_turned=turned,
    )
    probes = tuple(embeddings[place] for place in liveness.probes)
    return Judged(liveness.reasons, liveness.measures.light, liveness, probes)


def _look_at(
    take: Take, challenge: Challenge, extractor: Extractor, part: Part
) -> tuple[LightMeasure | None, tuple[Reason, ...]]:
    """Why the whole session would be refused, for all that is seen in this part."""
    shown, count = take.script.shown, len(challenge.colours)
    if part is Part.COLOURS:
        seen = _watch(take, extractor, 0.0, shown[count] + 0.6).observations
        light = measure_light(seen, challenge.colours, shown=shown[:count], ended=shown[count])
        return light, tuple(light_reasons(light, ()))
    start, end = shown[count] - _BEFORE, shown[count + 1]
    seen = without_strays(_watch(take, extractor, start, end).observations)
    facing = facing_points(seen, before=shown[count])
    if facing is None:
        return None, (Reason.TOO_FEW_FRAMES,)
    found = parallaxes(seen, facing)
    turns = measure_turns(
        np.array([one.time for one in seen]),
        found,
        challenge.turns[:1],
        shown=shown[count : count + 1],
        ended=end,
    )
    continuity = measure_continuity(seen, found, start=seen[0].time, end=seen[-1].time)
    return None, (*turn_reasons(facing, turns), *continuity_reasons(continuity))


def _watch(take: Take, extractor: Extractor, start: float, end: float) -> _Watched:
    """What the service would keep of a stream: a frame with no face or several is none."""
    observations, frames = [], {}
    for time, frame in take.frames(start, end):
        detections, _ = extractor.detect(Image.from_pixels(frame))
        if len(detections) != 1 or detections[0].landmarks is None:
            continue
        observations.append(observe(frame, detections[0].landmarks, time=time))
        frames[time] = frame
    return _Watched(tuple(observations), frames)
