"""Rotation of a million records: interrupted, resumed, in bounded memory. `make evidence`."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

import pytest

from tests.records.house import House
from visavis.records import Rotation, count_enrolments, rotate

if TYPE_CHECKING:
    from visavis.records import Store

_TOGETHER = 500  # enrolments in one transaction
_ROOM = 64 * 1024  # KiB; reading all wraps of a million records would take four times that


@pytest.mark.parametrize(
    "size", [2_000, pytest.param(1_000_000, marks=pytest.mark.evidence)], ids="{:,}".format
)
def test_rotation_is_resumed_and_leaves_no_record_behind(store: Store, size: int) -> None:
    house = House(store).furnish()
    for _ in range(0, size, _TOGETHER):
        with store.transaction() as t:
            for _ in range(_TOGETHER):
                last = house.enrol_in(t)  # all other claims are gone
    house.table = house.table.with_epoch("default")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def interrupt(rotated: int) -> None:
        if rotated >= size // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate(store, key_ring=house.key_ring, institution="default", progress=interrupt)
    rest = rotate(store, key_ring=house.key_ring, institution="default")
    assert rest == Rotation(rotated=size - size // 2, refused=0, remaining=0)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < _ROOM
    house.table = house.table.without_key("default", epoch=1)
    assert house.opens(last.claim)
    with store.snapshot() as s:
        assert count_enrolments(s, "default") == size
