from __future__ import annotations

from decimal import Decimal

import pytest

from visavis.models import OperatingPoint


@pytest.mark.parametrize(
    ("fmr", "people", "established"),
    [
        ("1e-3", 142, True),
        ("1e-3", 141, False),
        ("1e-4", 448, True),
        ("1e-4", 447, False),
        ("1e-2", 46, True),
        ("1e-2", 45, False),
    ],
)
def test_an_fmr_is_established_by_ten_expected_pairs_of_people(
    fmr: str, people: int, *, established: bool
) -> None:
    cell = OperatingPoint(
        reference_samples=1,
        probe_samples=1,
        fmr=Decimal(fmr),
        threshold=0.9,
        fnmr=0.1,
        fmr_interval=(0, 1),
        data_set="made up",
        comparisons=10**9,
        people=people,
        person_pairs=people * (people - 1) // 2,
        note="made up",
    )
    assert cell.established is established
