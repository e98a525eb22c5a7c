from __future__ import annotations

from typing import Any

import pytest

from visavis.errors import InputInvalid
from visavis.evaluation import INDEPENDENCE_ASSUMED, Estimate, Method, Uncertainty

GOOD: dict[str, Any] = {
    "value": 0.01,
    "low": 0.005,
    "high": 0.02,
    "confidence": 0.95,
    "method": Method.CLOPPER_PEARSON,
    "n": 1234,
    "people": None,
}


def test_reads_as_a_sentence_part() -> None:
    assert str(Estimate(**GOOD, label=INDEPENDENCE_ASSUMED)) == (
        "0.01 (0.005 to 0.02, 95 % Clopper-Pearson, n 1,234; independence assumed: too narrow)"
    )
    assert str(Estimate(**(GOOD | {"people": 50}))).endswith("n 1,234, 50 people)")


@pytest.mark.parametrize(
    "wrong",
    [
        {"low": 0.02},
        {"high": 0.001},
        {"value": float("nan")},
        {"low": float("nan")},
        {"confidence": 0.0},
        {"confidence": 1.0},
    ],
)
def test_refuses_nonsense(wrong: dict[str, float]) -> None:
    with pytest.raises(InputInvalid):
        Estimate(**(GOOD | wrong))


def test_uncertainty_is_checked() -> None:
    with pytest.raises(InputInvalid):
        Uncertainty(confidence=95.0)
    with pytest.raises(InputInvalid):
        Uncertainty(resamples=10)
