"""Webhooks are written with the leaf of what they tell, taken once, and given up in the end."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.records.house import NOW, TODAY, House
from visavis.errors import InputInvalid, StoreConflict
from visavis.records import (
    append_leaf,
    count_messages,
    drop_message,
    find_endpoint,
    forget_enrolment,
    list_dead_messages,
    postpone_message,
    register_endpoint,
    remove_endpoint,
    revive_messages,
    take_messages,
)
from visavis.transparency import Event, EventKind

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from visavis.records import Message

_URL = "https://bank.example/visavis"


def _register(house: House) -> None:
    with house.store.transaction() as t:
        register_endpoint(t, "default", url=_URL, on=TODAY)


def _tell(house: House, kind: EventKind, enrolment_id: UUID, *, reason: str | None = None) -> None:
    event = Event(kind=kind, institution="default", enrolment_id=enrolment_id, reason=reason)
    with house.store.transaction() as t:
        append_leaf(t, event, on=TODAY)


def _take(house: House, *, now: datetime = NOW) -> list[Message]:
    with house.store.transaction() as t:
        taken = take_messages(t, now=now, until=now + timedelta(minutes=1), limit=10)
    return [message for message, _ in taken]


def _waiting(house: House) -> int:
    with house.store.snapshot() as s:
        return count_messages(s, "default")


def test_what_is_told_and_what_is_not(house: House) -> None:
    person = house.enrol()
    told = {
        EventKind.ENROLMENT_DISABLED: None,
        EventKind.ENROLMENT_RENEWED: None,
        EventKind.VERIFICATION_DENIED: "enrolment.delayed",
    }
    for kind, reason in told.items():
        _tell(house, kind, person.enrolment_id, reason=reason)
    assert _waiting(house) == 0  # nobody wants to know
    _register(house)
    for kind, reason in told.items():
        _tell(house, kind, person.enrolment_id, reason=reason)
    _tell(house, EventKind.VERIFICATION_DENIED, person.enrolment_id, reason="verification.refused")
    _tell(house, EventKind.ENROLMENT_ENABLED, person.enrolment_id)
    taken = _take(house)
    assert sorted(message.kind for message in taken) == [
        "enrolment.delayed", "enrolment.disabled", "enrolment.renewed",
    ]  # fmt: skip
    assert {message.enrolment_id for message in taken} == {person.enrolment_id}
    assert {message.tries for message in taken} == {1}


def test_a_change_that_is_undone_is_not_told(house: House) -> None:
    _register(house)
    person = house.enrol()
    event = Event(
        kind=EventKind.ENROLMENT_DISABLED, institution="default", enrolment_id=person.enrolment_id
    )

    def fail() -> None:
        with house.store.transaction() as t:
            append_leaf(t, event, on=TODAY)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert _waiting(house) == 0


def test_the_same_is_not_told_again_while_it_waits(house: House) -> None:
    _register(house)
    person, other = house.enrol(), house.enrol()
    for _ in range(3):
        for one in (person, other):
            _tell(house, EventKind.ENROLMENT_DISABLED, one.enrolment_id)
    assert _waiting(house) == 2
    for message in _take(house):
        with house.store.transaction() as t:
            drop_message(t, message.message_id)
    _tell(house, EventKind.ENROLMENT_DISABLED, person.enrolment_id)
    assert _waiting(house) == 1


def test_what_was_taken_comes_again_later(house: House) -> None:
    _register(house)
    _tell(house, EventKind.ENROLMENT_DISABLED, house.enrol().enrolment_id)
    (first,) = _take(house)
    assert _take(house) == []
    (second,) = _take(house, now=NOW + timedelta(minutes=1))
    assert (second.message_id, second.tries) == (first.message_id, 2)


def test_given_up_and_tried_again(house: House) -> None:
    _register(house)
    _tell(house, EventKind.ENROLMENT_DISABLED, house.enrol().enrolment_id)
    (message,) = _take(house)
    with house.store.transaction() as t:
        postpone_message(t, message.message_id, until=None)
    assert _take(house, now=NOW + timedelta(days=9)) == []
    with house.store.snapshot() as s:
        assert list_dead_messages(s, "default") == (message,)
        assert list_dead_messages(s, "other") == ()
    with house.store.transaction() as t:
        assert revive_messages(t, "other", now=NOW) == 0
        assert revive_messages(t, "default", now=NOW, message_id=uuid.uuid4()) == 0
        assert revive_messages(t, "default", now=NOW) == 1
    (again,) = _take(house)
    assert (again.message_id, again.tries) == (message.message_id, 1)


def test_forgetting_leaves_one_message(house: House) -> None:
    _register(house)
    person = house.enrol()
    _tell(house, EventKind.ENROLMENT_DISABLED, person.enrolment_id)
    event = Event(
        kind=EventKind.ENROLMENT_FORGOTTEN, institution="default", enrolment_id=person.enrolment_id
    )
    with house.store.transaction() as t:
        forget_enrolment(t, "default", person.enrolment_id)
        append_leaf(t, event, on=TODAY)
    assert [message.kind for message in _take(house)] == ["enrolment.forgotten"]


def test_the_endpoint(house: House) -> None:
    with house.store.snapshot() as s:
        assert find_endpoint(s, "default") is None
    _register(house)
    with house.store.snapshot() as s:
        before = find_endpoint(s, "default")
    _register(house)
    with house.store.snapshot() as s:
        after = find_endpoint(s, "default")
    assert before is not None
    assert after is not None
    assert (after.url, after.registered_on) == (_URL, TODAY)
    assert after.endpoint_id != before.endpoint_id
    _tell(house, EventKind.ENROLMENT_DISABLED, house.enrol().enrolment_id)
    with house.store.transaction() as t:
        assert remove_endpoint(t, "default")
        assert not remove_endpoint(t, "default")
    assert _waiting(house) == 0
    with pytest.raises(InputInvalid), house.store.transaction() as t:
        register_endpoint(t, "default", url="https://" + "x" * 512, on=TODAY)
    with pytest.raises(StoreConflict), house.store.transaction() as t:
        register_endpoint(t, "other", url=_URL, on=TODAY)
