from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from visavis.comparison import ATTENDED, PROFILES, SP800_63A_4, SP800_63B_4
from visavis.errors import OperatingPointAbsent, ProfileUnsatisfied
from visavis.models import find_pack

CELLS = find_pack("dlib").cells


def test_the_numbers_are_their_sources() -> None:
    numbers = [(p.name, p.max_fnmr, p.free, p.disabled_at) for p in PROFILES]
    assert numbers == [
        ("attended", None, 5, 50),
        ("sp800-63b-4", 0.05, 10, 100),
        ("sp800-63a-4", 0.01, 5, 50),
    ]
    assert {p.fmr for p in PROFILES} == {Decimal("1e-4")}
    assert {p.first_delay for p in PROFILES} == {timedelta(seconds=30)}


def test_a_point_is_the_cards_cell() -> None:
    point = ATTENDED.point(CELLS, reference_samples=3, probe_samples=2)
    assert (point.reference_samples, point.probe_samples, point.fmr) == (3, 2, ATTENDED.fmr)
    with pytest.raises(OperatingPointAbsent):
        ATTENDED.point(CELLS, reference_samples=1, probe_samples=5)


@pytest.mark.parametrize(("profile", "asked"), [(SP800_63B_4, "liveness"), (SP800_63A_4, "groups")])
def test_evidence_that_is_not_there_is_said(profile: object, asked: str) -> None:
    with pytest.raises(ProfileUnsatisfied, match=asked):
        profile.point(CELLS, reference_samples=1, probe_samples=1)  # type: ignore[attr-defined]


def test_a_card_that_misses_too_often_does_not_satisfy() -> None:
    with_liveness = replace(SP800_63B_4, evidence=frozenset())
    with pytest.raises(ProfileUnsatisfied, match=r"allows an FNMR of 0\.05"):
        with_liveness.point(CELLS, reference_samples=1, probe_samples=1)
