"""A request with a key is done once, and answered alike for a day."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.records.house import NOW, House
from visavis.errors import IdempotencyConflict, IdempotencyInProgress, IdempotencySpent
from visavis.records import (
    ANSWERS_KEPT,
    KeptAnswer,
    RequestMark,
    begin_answer,
    drop_answer,
    erase_answers,
    find_answer,
    finish_answer,
    forget_enrolment,
)

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from visavis.records import Store

_MARK = RequestMark(key=b"k" * 32, body=b"b" * 32)
_OTHER_BODY = replace(_MARK, body=b"c" * 32)


def _begin(store: Store, mark: RequestMark = _MARK, *, now: datetime = NOW) -> KeptAnswer | None:
    with store.transaction() as t:
        return begin_answer(t, mark, now=now)


def _find(store: Store, mark: RequestMark = _MARK, *, now: datetime = NOW) -> KeptAnswer | None:
    with store.snapshot() as s:
        return find_answer(s, mark, now=now)


def _finish(store: Store, answer: bytes | None, enrolment_id: uuid.UUID | None = None) -> None:
    with store.transaction() as t:
        finish_answer(t, _MARK, answer=answer, enrolment_id=enrolment_id)


def test_the_same_request_gets_the_same_answer(house: House) -> None:
    assert _find(house.store) is None
    assert _begin(house.store) is None
    for ask in (_find, _begin):
        with pytest.raises(IdempotencyInProgress):
            ask(house.store)
        with pytest.raises(IdempotencyConflict):
            ask(house.store, _OTHER_BODY)
    _finish(house.store, b"yes")
    for ask in (_find, _begin):
        assert ask(house.store) == KeptAnswer(answer=b"yes", enrolment_id=None)
        with pytest.raises(IdempotencyConflict):
            ask(house.store, _OTHER_BODY)


def test_after_a_day_the_key_is_free(house: House) -> None:
    _begin(house.store)
    _finish(house.store, b"yes")
    assert _find(house.store, now=NOW + ANSWERS_KEPT) is not None
    later = NOW + ANSWERS_KEPT + timedelta(seconds=1)
    assert _find(house.store, _OTHER_BODY, now=later) is None
    assert _begin(house.store, _OTHER_BODY, now=later) is None
    with house.store.transaction() as t:
        assert erase_answers(t, now=later + ANSWERS_KEPT) == 0
        assert erase_answers(t, now=later + ANSWERS_KEPT + timedelta(seconds=1)) == 1


def test_an_abandoned_request_may_be_made_again(house: House) -> None:
    _begin(house.store)
    assert _begin(house.store, now=NOW + timedelta(minutes=6)) is None
    with pytest.raises(IdempotencyInProgress):
        _begin(house.store, now=NOW + timedelta(minutes=7))


def test_what_was_dropped_may_be_made_again(house: House) -> None:
    _begin(house.store)
    with house.store.transaction() as t:
        drop_answer(t, _MARK)
    assert _begin(house.store, _OTHER_BODY) is None
    _finish(house.store, b"yes")
    with house.store.transaction() as t:
        drop_answer(t, _MARK)  # an answer is not dropped
    assert _find(house.store, _OTHER_BODY) is not None


def test_forgetting_spends_the_answers(house: House) -> None:
    person = house.enrol()
    _begin(house.store)
    _finish(house.store, None, person.enrolment_id)
    assert _begin(house.store) == KeptAnswer(answer=None, enrolment_id=person.enrolment_id)
    with house.store.transaction() as t:
        forget_enrolment(t, "default", person.enrolment_id)
    for ask in (_find, _begin):
        with pytest.raises(IdempotencySpent):
            ask(house.store)


def test_of_many_at_once_one_goes_on(house: House) -> None:
    gone_on: list[str] = []

    def ask() -> None:
        try:
            with house.store.transaction() as t:
                gone_on.append("new" if begin_answer(t, _MARK, now=NOW) is None else "kept")
        except IdempotencyInProgress:
            gone_on.append("in progress")

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(gone_on) == ["in progress"] * 11 + ["new"]
