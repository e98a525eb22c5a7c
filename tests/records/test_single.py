"""The short way of an attempt does what the long way does, on both databases."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from tests.records.house import LIMITS, NOW, House, Person
from visavis.errors import InputInvalid
from visavis.records import (
    Begun,
    Delayed,
    Disabled,
    Presented,
    Reserved,
    Settlement,
    Unknown,
    accept_attempt,
    append_leaf,
    begin_at_once,
    begin_attempt,
    disable_enrolment,
    enable_enrolment,
    reject_attempt,
    settle_at_once,
    withdraw_consent,
)
from visavis.records._schema import (
    attempts,
    enrolments,
    failures,
    leaves,
    openings,
    terminal_failures,
)
from visavis.transparency import Event, EventKind, Opening

if TYPE_CHECKING:
    from uuid import UUID

# The second: low, so that a short walk comes to all of them.
_LIMITS = [
    LIMITS,
    LIMITS.__class__(
        free=2,
        disabled_at=4,
        window=20,
        terminal=3,
        first_delay=timedelta(seconds=30),
        longest_delay=timedelta(minutes=1),
        timeout=timedelta(minutes=5),
    ),
]


class Walker:
    """Somebody with an enrolment, and the attempts that are open."""

    def __init__(self, house: House, *, terminal: str) -> None:
        self.house = house
        self.person: Person = house.enrol()
        self.terminal = terminal
        self.open: list[Reserved] = []

    def presented(self, *, terminal: bool, **other: Any) -> Presented:  # noqa: ANN401 - any field
        given: dict[str, Any] = {
            "institution": "default",
            "locator": self.person.binding.locator,
            "enrolment_id": None,
            "purpose": "payment",
            "terminal": self.terminal if terminal else None,
        }
        return Presented(**(given | other))

    def event(self) -> Event:
        return Event(
            kind=EventKind.VERIFICATION_DECIDED,
            institution="default",
            enrolment_id=self.person.enrolment_id,
        )

    def begin_long(self, presented: Presented, now: datetime, limits: Any) -> Begun:  # noqa: ANN401
        with self.house.store.transaction() as t:
            return begin_attempt(t, presented, limits=limits, now=now)

    def begin(self, presented: Presented, now: datetime, limits: Any) -> Begun:  # noqa: ANN401
        return self.begin_long(presented, now, limits)

    def settle(self, reserved: Reserved, wanted: Settlement, now: datetime, limits: Any) -> object:  # noqa: ANN401
        with self.house.store.transaction() as t:
            settle = accept_attempt if wanted is Settlement.ACCEPTED else reject_attempt
            settlement = settle(t, reserved, limits=limits, now=now)
            append_leaf(t, self.event(), on=now.date())
        return settlement

    def state(self) -> list[list[tuple[object, ...]]]:
        """All that counts, without ids."""
        mine = self.person.enrolment_id
        wanted = (
            sa.select(
                enrolments.c.state,
                enrolments.c.consecutive_failures,
                enrolments.c.last_attempt_at,
                enrolments.c.last_used_on,
            ).where(enrolments.c.enrolment_id == mine),
            sa.select(failures.c.day, failures.c.count)
            .where(failures.c.enrolment_id == mine)
            .order_by(failures.c.day),
            sa.select(attempts.c.reserved_at, attempts.c.terminal.is_(None))
            .where(attempts.c.enrolment_id == mine)
            .order_by(attempts.c.reserved_at, attempts.c.terminal.is_(None)),
            sa.select(terminal_failures.c.day, terminal_failures.c.count)
            .where(terminal_failures.c.terminal == self.terminal)
            .order_by(terminal_failures.c.day),
            sa.select(sa.func.count())
            .select_from(openings)
            .join(leaves, leaves.c.leaf == openings.c.leaf)
            .where(openings.c.enrolment_id == mine),
        )
        with self.house.store.snapshot() as s:
            return [[tuple(row) for row in s.connection.execute(one)] for one in wanted]


class Hurrier(Walker):
    """Takes the short way wherever it is open."""

    def __init__(self, house: House, *, terminal: str) -> None:
        super().__init__(house, terminal=terminal)
        self.short = 0

    def begin(self, presented: Presented, now: datetime, limits: Any) -> Begun:  # noqa: ANN401
        begun = begin_at_once(self.house.store, presented, limits=limits, now=now)
        if begun is None:
            return self.begin_long(presented, now, limits)
        self.short += 1
        return begun

    def settle(self, reserved: Reserved, wanted: Settlement, now: datetime, limits: Any) -> object:  # noqa: ANN401
        opening = Opening.of(self.event())
        if settle_at_once(
            self.house.store, reserved, opening, settlement=wanted, limits=limits, now=now
        ):
            self.short += 1
            return wanted
        return super().settle(reserved, wanted, now, limits)


def _set_state(house: House, enrolment_id: UUID, *, active: bool) -> None:
    with house.store.transaction() as t:
        change = enable_enrolment if active else disable_enrolment
        change(t, "default", enrolment_id)


@pytest.mark.parametrize("limits", _LIMITS)
@pytest.mark.parametrize("seed", [1, 2])
def test_both_ways_lead_to_the_same_place(house: House, seed: int, limits: Any) -> None:  # noqa: ANN401
    dice, now = random.Random(seed), NOW  # noqa: S311 - no secret
    walkers = [Walker(house, terminal="till-1"), Hurrier(house, terminal="till-2")]
    for _ in range(100):
        now += timedelta(seconds=dice.choice([0, 1, 31, 70, 400, 4 * 86400]))
        what = dice.random()
        if what < 0.5 or not walkers[0].open:
            terminal = dice.random() < 0.4
            answers = []
            for walker in walkers:
                begun = walker.begin(walker.presented(terminal=terminal), now, limits)
                if isinstance(begun.answer, Reserved):
                    assert begun.record is not None
                    assert begun.record.binding == walker.person.binding
                    walker.open.append(begun.answer)
                answers.append((type(begun.answer), getattr(begun.answer, "retry_after", None)))
            assert answers[0] == answers[1]
        elif what < 0.88:
            which = dice.randrange(len(walkers[0].open))
            wanted = dice.choice([Settlement.ACCEPTED, Settlement.FAILED])
            settled = [
                walker.settle(walker.open.pop(which), wanted, now, limits) for walker in walkers
            ]
            assert settled[0] == settled[1]
        else:
            active = dice.random() < 0.9
            for walker in walkers:
                _set_state(house, walker.person.enrolment_id, active=active)
        assert walkers[0].state() == walkers[1].state()
    assert walkers[1].short >= 3  # type: ignore[attr-defined]


def test_a_claim_of_nobodys_opens_nothing(house: House) -> None:
    walker, other = Hurrier(house, terminal="till-1"), Hurrier(house, terminal="till-2")
    before = walker.state()
    for presented, known in (
        (walker.presented(terminal=False, locator=bytes(32)), None),
        (walker.presented(terminal=False, institution="other"), None),
        (walker.presented(terminal=False, enrolment_id=other.person.enrolment_id), None),
        (walker.presented(terminal=False, purpose="boarding"), walker.person.enrolment_id),
    ):
        for begin in (walker.begin, walker.begin_long):
            begun = begin(presented, NOW, LIMITS)
            assert begun == Begun(answer=Unknown(), record=None, enrolment_id=known)
    with house.store.transaction() as t:
        withdraw_consent(t, "default", walker.person.consent.consent_id, on=NOW.date())
    for purpose in ("payment", None):
        begun = walker.begin(walker.presented(terminal=False, purpose=purpose), NOW, LIMITS)
        assert (begun.answer, begun.record) == (Unknown(), None)
    assert walker.state() == before


def test_any_consent_will_do_where_no_purpose_is_named(house: House) -> None:
    walker = Hurrier(house, terminal="till-1")
    begun = walker.begin(walker.presented(terminal=False, purpose=None), NOW, LIMITS)
    assert isinstance(begun.answer, Reserved)


def test_what_is_denied_changes_nothing(house: House) -> None:
    walker = Hurrier(house, terminal="till-1")
    presented = walker.presented(terminal=True)
    for _ in range(LIMITS.free):
        walker.begin(presented, NOW, LIMITS)
    before = walker.state()
    assert begin_at_once(house.store, presented, limits=LIMITS, now=NOW) is None
    assert walker.state() == before
    assert isinstance(walker.begin(presented, NOW, LIMITS).answer, Delayed)
    _set_state(house, walker.person.enrolment_id, active=False)
    assert begin_at_once(house.store, presented, limits=LIMITS, now=NOW) is None
    assert isinstance(walker.begin(presented, NOW, LIMITS).answer, Disabled)


def test_a_terminal_is_a_word(house: House) -> None:
    walker = Hurrier(house, terminal="till 1")
    with pytest.raises(InputInvalid):
        walker.begin(walker.presented(terminal=True), NOW, LIMITS)
