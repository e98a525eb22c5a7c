from __future__ import annotations

from dataclasses import replace

import pytest

from visavis.errors import InputInvalid
from visavis.evaluation import Estimate, Method, false_match_in_attempts

ONE = Estimate(
    value=1e-4,
    low=5e-5,
    high=2e-4,
    confidence=0.95,
    method=Method.SUBJECT_BOOTSTRAP,
    n=10**6,
    people=1500,
)


@pytest.mark.parametrize(
    ("attempts", "value"), [(1, 1e-4), (5, 4.9990e-4), (10, 9.9955e-4), (100, 9.9507e-3)]
)
def test_attempts_add_up(attempts: int, value: float) -> None:
    found = false_match_in_attempts(ONE, attempts)
    assert found.value == pytest.approx(value, rel=1e-4)
    assert found.low == ONE.low
    assert found.high == pytest.approx(attempts * ONE.high)


def test_a_chance_is_at_most_one() -> None:
    sure = false_match_in_attempts(replace(ONE, value=1.0, high=1.0), 10)
    assert (sure.value, sure.high) == (1.0, 1.0)
    assert false_match_in_attempts(ONE, 100_000).high == 1.0


def test_no_attempts_is_no_question() -> None:
    with pytest.raises(InputInvalid):
        false_match_in_attempts(ONE, 0)
