"""The outcome of a liveness session."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from visavis.liveness._challenge import Mode
    from visavis.liveness._continuity import ContinuityMeasure
    from visavis.liveness._light import LightMeasure
    from visavis.liveness._pad import Vote
    from visavis.liveness._turn import TurnMeasure

__all__ = ["Liveness", "Measures", "Reason"]


class Reason(StrEnum):
    """Why a session did not pass. Stable words for the operator; the person is told pass or fail.

    Who learns the reason learns which test an attack has still to get past.
    """

    TOO_FEW_FRAMES = "frames.too_few"
    LIGHT_UNUSABLE = "light.unusable"
    LIGHT_WEAK = "light.weak"
    LIGHT_OTHER_SEQUENCE = "light.other_sequence"
    LIGHT_UNEXPLAINED = "light.unexplained"
    LIGHT_ADDED = "light.added"
    TURN_NOT_FACING = "turn.not_facing"
    TURN_MISSING = "turn.missing"
    TURN_ABRUPT = "turn.abrupt"
    TURN_OTHER_SIDE = "turn.other_side"
    CONTINUITY_GAP = "continuity.gap"
    CONTINUITY_JUMP = "continuity.jump"
    CONTINUITY_OTHER_FACE = "continuity.other_face"


@dataclass(frozen=True, slots=True)
class Measures:
    """What the tests measured. For the operator and for evaluation.

    Attributes:
        light: None without colours, or where too few frames could be used.
        turns: one for each turn asked for.
        continuity: of landmarks; None without a face.
        agreement: the least cosine of a face seen from the front with the first one, -1 to 1.
        turned_agreement: the same of a face in mid-turn.
        votes: of the PAD packs asked.
    """

    light: LightMeasure | None
    turns: tuple[TurnMeasure, ...]
    continuity: ContinuityMeasure | None
    agreement: float | None
    turned_agreement: float | None
    votes: tuple[Vote, ...]


@dataclass(frozen=True, slots=True)
class Liveness:
    """Whether a session passed.

    Passing means that what was simulated in ``docs/liveness.md`` was not seen. It is no certificate
    of presentation attack detection, and says nothing of masks, of faces that a computer renders
    while it watches the challenge, or of what is put in the place of the camera.

    Attributes:
        passed: all that the person is told.
        reasons: why not; empty if it passed.
        mode: ``turns-only`` is the weaker one, and is to be named where this result is used.
        probes: places among the observations, seen from the front: the comparison takes its probes
            from these frames and no others.
        measures: behind it.
    """

    passed: bool
    reasons: tuple[Reason, ...]
    mode: Mode
    probes: tuple[int, ...]
    measures: Measures = field(repr=False)

    def __bool__(self) -> NoReturn:
        raise TypeError("ask for .passed: a result is no truth value")
