from __future__ import annotations

import numpy as np
import pytest

from tests.quality.synthetic import frontal
from visavis.errors import FaceTooSmall, QualityBlurred, QualityTooDark, QualityTurnedAway
from visavis.quality import Component, Gate, GateSet, _gates, assess

_DARK = Gate(component=Component.LUMINANCE_MEAN, error=QualityTooDark, at_least=0.1)
_BLURRED = Gate(component=Component.SHARPNESS, error=QualityBlurred, at_least=0.2)
_TURNED = Gate(component=Component.HEAD_POSE_YAW, error=QualityTurnedAway, at_least=-30, at_most=30)
_GATES = GateSet(eyes=50, gates=(_DARK, _BLURRED, _TURNED))
_BLACK = np.zeros((300, 300, 3), np.uint8)


@pytest.mark.parametrize(
    ("native", "passes"), [(-30.001, False), (-30, True), (0, True), (30, True), (30.001, False)]
)
def test_limits_pass(native: float, passes: bool) -> None:  # noqa: FBT001 - a table's column
    refusal = _TURNED.refusal(native)
    assert (refusal is None) is passes


def test_a_refusal_says_what_was_measured_and_what_is_needed() -> None:
    refusal = _TURNED.refusal(41.26)
    assert isinstance(refusal, QualityTurnedAway)
    assert refusal.detail == "head pose yaw is 41.3; -30 to 30 is needed"
    dark = _DARK.refusal(0.0213)
    assert str(dark) == "quality.too_dark: luminance mean is 0.0213; at least 0.1 is needed"
    bright = Gate(component=Component.LUMINANCE_MEAN, error=QualityTooDark, at_most=0.9)
    assert str(bright.refusal(1)).endswith("luminance mean is 1; at most 0.9 is needed")


def test_every_gate_that_refuses_is_listed_in_order() -> None:
    face = frontal(_BLACK, eyes=40)
    refusals = _GATES.refusals(face, assess(face))
    assert [type(error) for error in refusals] == [FaceTooSmall, QualityTooDark, QualityBlurred]


def test_the_first_is_raised() -> None:
    with pytest.raises(QualityTooDark):
        _GATES.require(frontal(_BLACK, eyes=60))
    GateSet(eyes=60, gates=(_TURNED,)).require(frontal(_BLACK, eyes=60.01))


def test_what_is_too_small_is_not_assessed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        pytest.fail("assessed")

    monkeypatch.setattr(_gates, "native_values", fail)
    with pytest.raises(FaceTooSmall, match="the eyes are 40 pixels apart; at least 50 are needed"):
        _GATES.require(frontal(_BLACK, eyes=40))
