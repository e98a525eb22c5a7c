"""Rotation of outer keys: interrupted, beside other changes, and before a key is destroyed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from tests.records.house import TODAY
from tests.records.test_enrolments import renew, rows, use
from visavis.errors import KeyringEpochDestroyed, StoreConflict, StoreKeyInUse
from visavis.records import (
    Rotation,
    _rotation,
    add_key,
    forget_enrolment,
    list_keys,
    remove_key,
    rotate,
)
from visavis.records._schema import records

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.records.house import House


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_rotation, "_BATCH", 3)


def _rotate(house: House, progress: Callable[[int], None] | None = None) -> Rotation:
    return rotate(house.store, key_ring=house.key_ring, institution="default", progress=progress)


def test_every_record_gets_the_new_key_and_opens_as_before(house: House) -> None:
    people = [house.enrol() for _ in range(7)]
    pending = renew(house, people[0])
    house.table = house.table.with_epoch("default")
    seen: list[int] = []
    assert _rotate(house, seen.append) == Rotation(rotated=8, refused=0, remaining=0)
    assert seen == [3, 6, 8]
    house.table = house.table.without_key("default", epoch=1)
    assert all(house.opens(person.claim) for person in people)
    assert house.opens(pending)
    assert _rotate(house) == Rotation(rotated=0, refused=0, remaining=0)


def test_it_goes_on_where_it_was_interrupted(house: House) -> None:
    people = [house.enrol() for _ in range(7)]
    house.table = house.table.with_epoch("default")

    def interrupt(rotated: int) -> None:
        if rotated == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _rotate(house, interrupt)
    assert all(house.opens(person.claim) for person in people)
    assert _rotate(house) == Rotation(rotated=1, refused=0, remaining=0)


def test_a_record_that_was_forgotten_or_changed_meanwhile_is_left_alone(house: House) -> None:
    forgotten, renewed, stays = (house.enrol() for _ in range(3))
    new = renew(house, renewed)
    house.table = house.table.with_epoch("default")
    read = _rotation._rewrapped

    def meanwhile(*arguments: object, **others: object) -> object:
        result = read(*arguments, **others)  # type: ignore[arg-type]  # handed through
        with house.store.transaction() as t:
            forget_enrolment(t, "default", forgotten.enrolment_id)
        use(house, new)
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_rotation, "_rewrapped", meanwhile)
        patch.setattr(_rotation, "_BATCH", 10)
        first = _rotate(house)
    assert first == Rotation(rotated=1, refused=0, remaining=1)
    assert not house.opens(forgotten.claim)
    assert not house.opens(renewed.claim)
    assert house.opens(new)
    assert house.opens(stays.claim)
    assert _rotate(house) == Rotation(rotated=1, refused=0, remaining=0)
    assert rows(house.store)["records"] == 2


def test_forgetting_and_rotating_at_once_bring_nothing_back(house: House) -> None:
    people = [house.enrol() for _ in range(24)]
    house.table = house.table.with_epoch("default")

    def forget() -> None:
        for person in people[::2]:
            with house.store.transaction() as t:
                assert forget_enrolment(t, "default", person.enrolment_id)

    forgetting = threading.Thread(target=forget)
    forgetting.start()
    first = _rotate(house)
    forgetting.join()
    assert first.refused == 0
    assert _rotate(house).remaining == 0
    assert [house.opens(person.claim) for person in people] == [False, True] * 12


def test_a_damaged_record_stops_nothing_and_is_counted(house: House) -> None:
    broken, *people = (house.enrol() for _ in range(4))
    house.table = house.table.with_epoch("default")
    with house.store.transaction() as t:
        t.connection.execute(
            sa.update(records)
            .where(records.c.locator == broken.binding.locator)
            .values(wrap=bytes(233))
        )
    assert _rotate(house) == Rotation(rotated=3, refused=1, remaining=1)
    assert all(house.opens(person.claim) for person in people)


def test_a_key_that_is_missing_stops_it(house: House) -> None:
    house.enrol()
    house.table = house.table.with_epoch("default").without_key("default", epoch=1)
    with pytest.raises(KeyringEpochDestroyed):
        _rotate(house)


def test_a_key_that_two_bring_at_once_is_listed_by_the_first(house: House) -> None:
    house.table = house.table.with_epoch("default")
    kek, added = house.key_ring.current("default"), []

    def add() -> None:
        with house.store.transaction() as t:
            added.append(add_key(t, kek, on=TODAY))

    second = threading.Thread(target=add)
    with house.store.transaction() as t:
        assert add_key(t, kek, on=TODAY)
        second.start()
        second.join(timeout=0.2)  # it waits for this transaction
    second.join()
    assert added == [False]


def test_a_key_is_taken_off_the_list_only_when_no_record_has_it(house: House) -> None:
    old = house.key_ring.current("default")
    person = house.enrol()
    house.table = house.table.with_epoch("default")
    with house.store.transaction() as t:
        assert add_key(t, house.key_ring.current("default"), on=TODAY)
        assert not add_key(t, old, on=TODAY)
    with pytest.raises(StoreKeyInUse), house.store.transaction() as t:
        remove_key(t, "default", old.kek_id)
    _rotate(house)
    with house.store.transaction() as t:
        remove_key(t, "default", old.kek_id)
        assert [key.epoch for key in list_keys(t, "default")] == [2]
    with pytest.raises(StoreConflict), house.store.transaction() as t:
        remove_key(t, "default", old.kek_id)
    assert house.opens(person.claim)
    house.table = house.table.without_key("default", epoch=1)
    assert house.opens(person.claim)
