"""Two phases, delays, locks, and a hundred calls at once."""

from __future__ import annotations

import threading
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from tests.records.house import LIMITS, NOW, TODAY
from tests.records.statements import noted
from visavis.errors import InputInvalid
from visavis.records import (
    AttemptLimits,
    Delayed,
    Disabled,
    Reserved,
    Settlement,
    Unknown,
    accept_attempt,
    enable_enrolment,
    erase_failures,
    find_enrolment,
    forget_enrolment,
    reject_attempt,
    reserve_attempt,
    sweep_attempts,
)
from visavis.records._schema import failures, terminal_failures

if TYPE_CHECKING:
    from uuid import UUID

    from tests.records.house import House

_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


class Door:
    """Where one person tries, with a clock that is moved by hand."""

    def __init__(
        self, house: House, *, limits: AttemptLimits = LIMITS, terminal: str | None = None
    ) -> None:
        self.house = house
        self.enrolment_id = house.enrol().enrolment_id
        self.limits = limits
        self.terminal = terminal
        self.now = NOW

    def reserve(self, enrolment_id: UUID | None = None) -> Reserved | Delayed | Disabled | Unknown:
        with self.house.store.transaction() as t:
            return reserve_attempt(
                t,
                "default",
                enrolment_id or self.enrolment_id,
                limits=self.limits,
                now=self.now,
                terminal=self.terminal,
            )

    def accept(self, reserved: object) -> Settlement:
        assert isinstance(reserved, Reserved)
        with self.house.store.transaction() as t:
            return accept_attempt(t, reserved, limits=self.limits, now=self.now)

    def reject(self, reserved: object) -> Settlement:
        assert isinstance(reserved, Reserved)
        with self.house.store.transaction() as t:
            return reject_attempt(t, reserved, limits=self.limits, now=self.now)

    def fail(self, times: int) -> None:
        for _ in range(times):
            assert self.reject(self.reserve()) is Settlement.FAILED

    def wait(self, reserved: object) -> timedelta:
        assert isinstance(reserved, Delayed)
        return reserved.retry_after


def test_five_failures_are_free_and_then_the_delay_doubles(house: House) -> None:
    door = Door(house)
    door.fail(5)
    for seconds in (30, 60, 120):
        assert door.wait(door.reserve()) == seconds * _SECOND
        door.now += (seconds - 1) * _SECOND
        assert door.wait(door.reserve()) == _SECOND
        door.now += _SECOND
        door.fail(1)
    assert door.wait(door.reserve()) == 240 * _SECOND


def test_success_begins_anew(house: House) -> None:
    door = Door(house)
    door.fail(4)
    assert door.accept(door.reserve()) is Settlement.ACCEPTED
    with house.store.snapshot() as s:
        enrolment = find_enrolment(s, "default", door.enrolment_id)
    assert enrolment is not None
    assert enrolment.consecutive_failures == 0
    door.fail(5)
    assert door.wait(door.reserve()) == 30 * _SECOND


def test_an_accepted_attempt_is_its_last_use(house: House) -> None:
    door = Door(house)
    door.now = NOW + 3 * _DAY
    door.fail(1)
    door.now += _DAY
    door.accept(door.reserve())
    with house.store.snapshot() as s:
        enrolment = find_enrolment(s, "default", door.enrolment_id)
    assert enrolment is not None
    assert enrolment.last_used_on == TODAY + 4 * _DAY


def test_open_attempts_count_as_failed_until_they_are_accepted(house: House) -> None:
    door = Door(house)
    opened = [door.reserve() for _ in range(5)]
    assert isinstance(door.reserve(), Delayed)
    assert door.accept(opened.pop()) is Settlement.ACCEPTED
    one_more = door.reserve()  # four are open still
    assert isinstance(one_more, Reserved)
    assert isinstance(door.reserve(), Delayed)


def test_an_attempt_is_settled_once(house: House) -> None:
    door = Door(house)
    reserved = door.reserve()
    assert door.reject(reserved) is Settlement.FAILED
    assert door.accept(reserved) is Settlement.VOID
    assert door.reject(reserved) is Settlement.VOID
    reserved = door.reserve()
    assert door.accept(reserved) is Settlement.ACCEPTED
    assert door.accept(reserved) is Settlement.VOID


def test_an_abandoned_attempt_stays_counted_and_cannot_be_accepted(house: House) -> None:
    door = Door(house)
    opened = [door.reserve() for _ in range(5)]
    door.now += LIMITS.timeout
    assert door.accept(opened[0]) is Settlement.ACCEPTED  # just in time
    door.now += _SECOND
    assert door.accept(opened[1]) is Settlement.VOID
    with house.store.transaction() as t:
        swept = sweep_attempts(t, "default", limits=LIMITS, now=door.now)
    left = {one.attempt_id for one in opened[2:] if isinstance(one, Reserved)}
    assert {one.attempt_id for one in swept} == left
    assert {one.institution for one in swept} == {"default"}
    with house.store.transaction() as t:
        assert sweep_attempts(t, "default", limits=LIMITS, now=door.now) == ()
    assert door.accept(opened[2]) is Settlement.VOID
    with house.store.snapshot() as s:
        enrolment = find_enrolment(s, "default", door.enrolment_id)
    assert enrolment is not None
    assert enrolment.consecutive_failures == 4


def test_at_the_limit_the_enrolment_is_disabled(house: House) -> None:
    door = Door(house, limits=replace(LIMITS, free=2, disabled_at=3))
    door.fail(2)
    door.now += 30 * _SECOND
    late = door.reserve()
    assert door.reject(late) is Settlement.DISABLED
    door.now += 3600 * _SECOND
    assert door.reserve() == Disabled(newly=False)
    with house.store.transaction() as t:
        enable_enrolment(t, "default", door.enrolment_id)
    assert door.accept(door.reserve()) is Settlement.ACCEPTED


def test_nothing_is_accepted_once_the_enrolment_is_disabled(house: House) -> None:
    door = Door(house, limits=replace(LIMITS, free=2, disabled_at=2))
    first, second = door.reserve(), door.reserve()
    assert door.reserve() == Disabled(newly=True)
    assert door.accept(first) is Settlement.VOID
    assert door.reject(second) is Settlement.FAILED


def test_thirty_days_of_failures_disable_whatever_succeeded_between(house: House) -> None:
    door = Door(house, limits=replace(LIMITS, window=6))
    door.fail(4)
    door.accept(door.reserve())
    door.now += 29 * _DAY
    door.fail(1)
    door.accept(door.reserve())
    reserved = door.reserve()
    assert door.reject(reserved) is Settlement.DISABLED


def test_failures_are_forgotten_after_thirty_days(house: House) -> None:
    door = Door(house, limits=replace(LIMITS, window=6))
    door.fail(4)
    door.accept(door.reserve())
    door.now += 30 * _DAY
    door.fail(4)
    with house.store.transaction() as t:
        assert erase_failures(t, now=door.now) == 1
    with house.store.snapshot() as s:
        left = s.connection.execute(sa.select(failures.c.day, failures.c.count)).all()
    assert [tuple(row) for row in left] == [(TODAY + 30 * _DAY, 4)]


def test_a_terminal_waits_for_the_next_day(house: House) -> None:
    limits = replace(LIMITS, terminal=3)
    first = Door(house, limits=limits, terminal="till-7")
    second = Door(house, limits=limits, terminal="till-7")
    elsewhere = Door(house, limits=limits, terminal="till-8")
    first.fail(2)
    assert second.accept(second.reserve()) is Settlement.ACCEPTED  # which is taken back
    assert second.reserve(uuid.uuid4()) == Unknown()  # an unknown claim counts, too
    delayed = first.reserve()
    assert delayed == Delayed(retry_after=timedelta(hours=12), by_terminal=True)
    assert isinstance(second.reserve(), Delayed)
    elsewhere.fail(1)
    with house.store.snapshot() as s:
        enrolment = find_enrolment(s, "default", first.enrolment_id)
        counts = s.connection.execute(sa.select(terminal_failures.c.count)).scalars()
        assert sorted(counts) == [1, 3]
    assert enrolment is not None
    assert enrolment.consecutive_failures == 2
    first.now += timedelta(hours=12)
    first.fail(1)


def test_unknown_and_forgotten_enrolments_store_nothing(house: House) -> None:
    door = Door(house)
    reserved = door.reserve()
    with house.store.transaction() as t:
        forget_enrolment(t, "default", door.enrolment_id)
    assert door.accept(reserved) is Settlement.VOID
    assert door.reserve() == Unknown()
    with house.store.snapshot() as s:
        assert s.connection.scalar(sa.select(sa.func.count()).select_from(failures)) == 0


def test_the_same_statements_run_for_the_unknown(house: House) -> None:
    door = Door(house, terminal="till-7")
    assert _statements(door, door.enrolment_id) == _statements(door, uuid.uuid4())


def _statements(door: Door, enrolment_id: UUID) -> list[str]:
    with noted(door.house.store) as statements, door.house.store.transaction() as t:
        reserve_attempt(t, "default", enrolment_id, limits=LIMITS, now=NOW, terminal=door.terminal)
    assert len(statements) >= 6
    return statements


@pytest.mark.parametrize("free", [5, 10])
def test_of_a_hundred_at_once_exactly_the_free_ones_get_through(house: House, free: int) -> None:
    door = Door(house, limits=replace(LIMITS, free=free), terminal="till-7")
    answers: list[object] = []
    start = threading.Barrier(100)

    def attempt() -> None:
        start.wait()
        answer = door.reserve()
        if isinstance(answer, Reserved):
            door.reject(answer)
        answers.append(answer)

    threads = [threading.Thread(target=attempt) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 100
    assert sum(isinstance(answer, Reserved) for answer in answers) == free
    assert sum(isinstance(answer, Delayed) for answer in answers) == 100 - free
    with house.store.snapshot() as s:
        assert s.connection.scalar(sa.select(terminal_failures.c.count)) == free


def test_a_time_without_zone_is_refused(house: House) -> None:
    door = Door(house)
    door.now = datetime(2026, 11, 22, 12)  # noqa: DTZ001 - wrong on purpose
    with pytest.raises(InputInvalid):
        door.reserve()


def test_a_terminal_that_is_no_word_is_refused(house: House) -> None:
    door = Door(house, terminal="the till of Mrs Example")
    with pytest.raises(InputInvalid):
        door.reserve()


def test_days_are_those_of_utc(house: House) -> None:
    door = Door(house)
    door.now = datetime(2026, 11, 23, 1, tzinfo=UTC).astimezone(
        tz=datetime.now(UTC).astimezone().tzinfo
    )
    door.fail(1)
    with house.store.snapshot() as s:
        assert s.connection.scalar(sa.select(failures.c.day)) == TODAY + _DAY


@pytest.mark.parametrize(
    "wrong",
    [
        {"free": 0},
        {"terminal": -1},
        {"first_delay": timedelta()},
        {"disabled_at": 4},
        {"longest_delay": timedelta(seconds=29)},
    ],
)
def test_limits_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InputInvalid):
        replace(LIMITS, **wrong)  # type: ignore[arg-type]  # wrong on purpose
