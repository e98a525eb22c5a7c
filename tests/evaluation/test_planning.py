from __future__ import annotations

from fractions import Fraction

import pytest

from visavis.errors import InputInvalid
from visavis.evaluation import established, person_pairs, plan


@pytest.mark.parametrize(
    ("fmr", "people", "three", "thirty"),
    [
        ("1e-2", 46, 300, 3000),
        ("1e-3", 142, 3000, 30_000),
        ("1e-4", 448, 30_000, 300_000),
        ("1e-6", 4473, 3_000_000, 30_000_000),
    ],
)
def test_plan(fmr: str, people: int, three: int, thirty: int) -> None:
    found = plan(fmr)
    assert (found.people, found.rule_of_3, found.rule_of_30) == (people, three, thirty)
    assert found.pairs == person_pairs(people)
    assert established(Fraction(fmr), pairs=person_pairs(people))
    assert not established(Fraction(fmr), pairs=person_pairs(people - 1))


def test_nothing_proves_zero() -> None:
    with pytest.raises(InputInvalid):
        plan("0")
