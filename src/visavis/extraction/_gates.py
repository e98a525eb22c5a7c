"""Which samples are good enough, by what they are used for.

The limits come from the curves of ``benchmarks.robustness`` (``docs/robustness.md``): where errors
leave what unaltered pictures give. Where no fall was seen there is no gate, and each limit leaves
room: a gate that sends people away for nothing costs more than a non-match, after which they try
again. The light gates pass the people with the darkest skin of the London Set in a fraction of its
light: what is refused is darkness, not skin.
"""

from __future__ import annotations

from visavis.errors import (
    QualityBlurred,
    QualityCropped,
    QualityTooBright,
    QualityTooDark,
    QualityTurnedAway,
)
from visavis.quality import Component, Gate, GateSet

__all__ = ["ENROL_GATES", "VERIFY_GATES"]

_CROPPED = (
    Gate(component=Component.LEFTWARD_CROP, error=QualityCropped, at_least=-0.05),
    Gate(component=Component.RIGHTWARD_CROP, error=QualityCropped, at_least=-0.05),
    Gate(component=Component.MARGIN_ABOVE, error=QualityCropped, at_least=0.1),
    Gate(component=Component.MARGIN_BELOW, error=QualityCropped, at_least=0.55),
)
_TURNED_AWAY = Gate(
    component=Component.HEAD_POSE_YAW, error=QualityTurnedAway, at_least=-55, at_most=55
)


def _too_dark(luminance: float) -> Gate:
    return Gate(component=Component.LUMINANCE_MEAN, error=QualityTooDark, at_least=luminance)


def _too_bright(share: float) -> Gate:
    component = Component.OVER_EXPOSURE_PREVENTION
    return Gate(component=component, error=QualityTooBright, at_most=share)


def _blurred(sharpness: float) -> Gate:
    return Gate(component=Component.SHARPNESS, error=QualityBlurred, at_least=sharpness)


VERIFY_GATES = GateSet(
    eyes=32, gates=(*_CROPPED, _TURNED_AWAY, _too_dark(0.002), _too_bright(0.8), _blurred(0.18))
)
ENROL_GATES = GateSet(
    eyes=60, gates=(*_CROPPED, _TURNED_AWAY, _too_dark(0.012), _too_bright(0.5), _blurred(0.25))
)
