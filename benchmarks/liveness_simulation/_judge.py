"""The detector under test, on what was kept of simulated sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.liveness_simulation._species import Part
from visavis.face import Embedding
from visavis.liveness import (
    LightMeasure,
    Liveness,
    Reason,
    assess,
    choose_frames,
    facing_points,
    measure_continuity,
    measure_light,
    measure_turns,
    parallaxes,
    session_frames,
)
from visavis.liveness._assess import continuity_reasons, light_reasons, turn_reasons
from visavis.liveness._continuity import without_strays

if TYPE_CHECKING:
    from benchmarks.liveness_simulation._kept import Kept
    from visavis.liveness import Challenge

__all__ = ["AFTER_COLOURS", "BEFORE_TURN", "Judged", "judge"]

BEFORE_TURN: Final = 0.6
"""Seconds before a first turn that say how the face looks from the front."""

AFTER_COLOURS: Final = 0.6
"""Seconds after the last colour that the light test looks at."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What became of a session.

    Attributes:
        reasons: why it was refused; empty if it passed.
        light: what the light test measured, if it was looked at.
        liveness: None where a part of it refused it already.
        scores: the best of its probes' with the person's reference and with somebody else's: the
            best of several tries.
    """

    reasons: tuple[Reason, ...]
    light: LightMeasure | None
    liveness: Liveness | None
    scores: dict[str, float]


def judge(
    kept: Kept, challenge: Challenge, *, thresholds: tuple[float, float], first: Part
) -> Judged | None:
    """Test a session: all of it, or the part that there is.

    Args:
        kept: the session.
        challenge: as it was asked.
        thresholds: `same_person` and `same_person_turned` of `assess`.
        first: the part that there is if it is not whole.

    Returns:
        None where what was kept does not decide it: it is to be rendered, whole.
    """
    if not kept.whole:
        light, reasons = _look_at(kept, challenge, first)
        return Judged(reasons, light, None, {}) if reasons else None
    seen = session_frames(kept.observations, shown=kept.shown, ended=kept.ended)
    chosen = choose_frames(seen, challenge=challenge, shown=kept.shown, ended=kept.ended)
    agreements = kept.agreements
    where = {
        place: int(np.abs(agreements.times - seen[place].time).argmin()) for place in chosen.all
    }
    if any(agreements.times[row] != seen[place].time for place, row in where.items()):
        return None
    frontal, turned = thresholds
    liveness = assess(
        seen,
        challenge=challenge,
        shown=kept.shown,
        ended=kept.ended,
        embeddings={place: _at(float(agreements.first[row])) for place, row in where.items()},
        same_person=frontal,
        same_person_turned=turned,
    )
    rows = [where[place] for place in liveness.probes]
    scores = {
        name: float(cosines[rows].max())
        for name, cosines in (("own", agreements.own), ("other", agreements.other))
        if rows
    }
    return Judged(liveness.reasons, liveness.measures.light, liveness, scores)


def _at(cosine: float) -> Embedding:
    """What has this cosine with the first face, which lies along the first axis."""
    along = min(cosine, 1.0)
    return Embedding.of(np.array([along, np.sqrt(1 - along**2)]), model="simulation")


def _look_at(
    kept: Kept, challenge: Challenge, part: Part
) -> tuple[LightMeasure | None, tuple[Reason, ...]]:
    """Why the whole session would be refused, for all that is seen in this part."""
    shown, count, seen = kept.shown, len(challenge.colours), kept.observations
    if part is Part.COLOURS:
        light = measure_light(seen, challenge.colours, shown=shown[:count], ended=shown[count])
        return light, tuple(light_reasons(light, ()))
    seen = without_strays(seen)
    facing = facing_points(seen, before=shown[count])
    if facing is None:
        return None, (Reason.TOO_FEW_FRAMES,)
    found = parallaxes(seen, facing)
    turns = measure_turns(
        np.array([one.time for one in seen]),
        found,
        challenge.turns[:1],
        shown=shown[count : count + 1],
        ended=shown[count + 1],
    )
    continuity = measure_continuity(seen, found, start=seen[0].time, end=seen[-1].time)
    return None, (*turn_reasons(facing, turns), *continuity_reasons(continuity))
