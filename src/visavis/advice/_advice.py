"""One thing to do at a time, and for which error."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from visavis.errors import (
    FaceNone,
    FaceSeveral,
    FaceTooSmall,
    QualityBlurred,
    QualityCropped,
    QualityTooBright,
    QualityTooDark,
    QualityTurnedAway,
    QualityUnevenLight,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from visavis.errors import Error

__all__ = ["ADVICE", "Advice", "advice_for"]


class Advice(enum.StrEnum):
    """Keys of the catalogues in ``locale``: stable, for programs; their words may change."""

    SHOW_FACE = "show_face"
    ONE_PERSON = "one_person"
    COME_CLOSER = "come_closer"
    WHOLE_FACE = "whole_face"
    LOOK_STRAIGHT = "look_straight"
    MORE_LIGHT = "more_light"
    LESS_LIGHT = "less_light"
    LIGHT_FROM_THE_FRONT = "light_from_the_front"
    HOLD_STILL = "hold_still"


ADVICE: Mapping[type[Error], Advice] = {
    FaceNone: Advice.SHOW_FACE,
    FaceSeveral: Advice.ONE_PERSON,
    FaceTooSmall: Advice.COME_CLOSER,
    QualityCropped: Advice.WHOLE_FACE,
    QualityTurnedAway: Advice.LOOK_STRAIGHT,
    QualityTooDark: Advice.MORE_LIGHT,
    QualityTooBright: Advice.LESS_LIGHT,
    QualityUnevenLight: Advice.LIGHT_FROM_THE_FRONT,
    QualityBlurred: Advice.HOLD_STILL,
}
"""The errors that the person in front of the camera can do something about."""


def advice_for(error: Error) -> Advice | None:
    """What the person in front of the camera can do about an error; None where nothing."""
    return ADVICE.get(type(error))
