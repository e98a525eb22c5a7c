"""Attempts in two phases: reserved before anything is compared, settled afterwards.

A reserved attempt counts as failed at once; being accepted takes that back. So whatever happens in
between (a crash, a lost connection, a hundred calls at the same time), no attempt is free: it stays
counted. The enrolment's row is locked while its counters change.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from visavis.errors import InputInvalid

from . import _attempt_statements as sql
from ._enrolments import EnrolmentState, disable_enrolment
from ._limits import WINDOW_DAYS
from ._words import check_word

if TYPE_CHECKING:
    from uuid import UUID

    from ._limits import AttemptLimits
    from ._transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """The attempt may go on, once the transaction has ended."""

    institution: str
    enrolment_id: UUID
    attempt_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Delayed:
    """Not now.

    Attributes:
        retry_after: how long from now.
        by_terminal: whether it is the terminal that has to wait, and not the enrolment.
    """

    retry_after: timedelta
    by_terminal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Disabled:
    """Not before somebody has enabled the enrolment.

    Attributes:
        newly: whether this call disabled it; then the log should say so.
    """

    newly: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """The institution has no such enrolment. The same statements ran as for ``Reserved``."""


class Settlement(Enum):
    """What became of a reserved attempt."""

    ACCEPTED = "accepted"
    FAILED = "failed"
    DISABLED = "disabled"
    """Failed, and the enrolment was disabled by it; the log should say so."""
    VOID = "void"
    """Settled before, abandoned, forgotten, or disabled meanwhile: it cannot be accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AbandonedAttempt:
    """An attempt that was reserved and never settled; the log should say so."""

    institution: str
    enrolment_id: UUID
    attempt_id: UUID


def reserve_attempt(
    transaction: Transaction,
    institution: str,
    enrolment_id: UUID,
    *,
    limits: AttemptLimits,
    now: datetime,
    terminal: str | None = None,
) -> Reserved | Delayed | Disabled | Unknown:
    """Count an attempt, if it may go on. End the transaction before anything is compared.

    Args:
        transaction: what to write with.
        institution: whose enrolment.
        enrolment_id: which; for an unknown claim any random id, so that the answer takes as long.
        limits: the profile's.
        now: with a time zone.
        terminal: a word of the institution's for where the attempt is made, if it has one.

    Raises:
        InputInvalid: the time has no zone, or the terminal is no word.
    """
    seconds, day = seconds_of(now), day_of(now)
    values = {"enrolment": enrolment_id, "institution": institution, "day": day}
    found = sql.LOCK.run(transaction, values)
    since = day - timedelta(days=WINDOW_DAYS - 1)
    ((recent,),) = sql.COUNT_RECENT.run(transaction, {**values, "since": since})
    for state, consecutive, last_attempt_at in found:
        if state != EnrolmentState.ACTIVE:
            return Disabled(newly=False)
        if consecutive >= limits.disabled_at or recent >= limits.window:
            return Disabled(newly=disable_enrolment(transaction, institution, enrolment_id))
        delay = limits.delay(consecutive)
        wait = (last_attempt_at or 0) + delay.total_seconds() - seconds
        if delay and wait > 0:
            return Delayed(retry_after=timedelta(seconds=wait), by_terminal=False)
    if terminal is not None:
        word = check_word(terminal, what="terminal")
        at_terminal = {**values, "terminal": word, "limit": limits.terminal}
        if not sql.COUNT_TERMINAL.run(transaction, at_terminal):
            return Delayed(retry_after=_until_tomorrow(now), by_terminal=True)
    attempt_id = uuid.uuid4()
    values |= {"attempt": attempt_id, "terminal": terminal, "seconds": seconds}
    for statement in (sql.COUNT_ATTEMPT, sql.COUNT_FAILURE, sql.OPEN_ATTEMPT):
        statement.run(transaction, values)
    if not found:
        return Unknown()
    return Reserved(institution=institution, enrolment_id=enrolment_id, attempt_id=attempt_id)


def accept_attempt(
    transaction: Transaction, reserved: Reserved, *, limits: AttemptLimits, now: datetime
) -> Settlement:
    """It was a match: take back that the attempt counts as failed. ``ACCEPTED`` or ``VOID``.

    Only ``ACCEPTED`` may be answered as a match.
    """
    state, reserved_at, terminal = _close(transaction, reserved)
    if reserved_at is None or state != EnrolmentState.ACTIVE:
        return Settlement.VOID
    if seconds_of(now) - reserved_at > limits.timeout.total_seconds():
        return Settlement.VOID
    values = {
        "enrolment": reserved.enrolment_id,
        "institution": reserved.institution,
        "terminal": terminal,
        "counted": day_of(datetime.fromtimestamp(reserved_at, UTC)),
        "day": day_of(now),
    }
    sql.BEGIN_ANEW.run(transaction, values)
    sql.TAKE_BACK_FAILURE.run(transaction, values)
    if terminal is not None:
        sql.TAKE_BACK_TERMINAL.run(transaction, values)
    return Settlement.ACCEPTED


def reject_attempt(
    transaction: Transaction, reserved: Reserved, *, limits: AttemptLimits, now: datetime
) -> Settlement:
    """It was no match, or nothing that could be compared. ``FAILED``, ``DISABLED`` or ``VOID``."""
    state, reserved_at, _ = _close(transaction, reserved)
    if reserved_at is None:
        return Settlement.VOID
    since = day_of(now) - timedelta(days=WINDOW_DAYS - 1)
    values = {"enrolment": reserved.enrolment_id, "since": since}
    ((consecutive, recent),) = sql.COUNT_BOTH.run(transaction, values)
    too_many = consecutive >= limits.disabled_at or recent >= limits.window
    if state == EnrolmentState.ACTIVE and too_many:
        disable_enrolment(transaction, reserved.institution, reserved.enrolment_id)
        return Settlement.DISABLED
    return Settlement.FAILED


def sweep_attempts(
    transaction: Transaction,
    institution: str,
    *,
    limits: AttemptLimits,
    now: datetime,
    limit: int = 1000,
) -> tuple[AbandonedAttempt, ...]:
    """Close up to ``limit`` abandoned attempts and say which. They were counted all along."""
    before = seconds_of(now) - limits.timeout.total_seconds()
    connection = transaction.connection
    found = connection.execute(
        sql.FIND_ABANDONED, {"institution": institution, "before": int(before), "limit": limit}
    ).all()
    return tuple(
        AbandonedAttempt(**row._mapping)  # noqa: SLF001 - public there
        for row in found
        # Another sweep may have been here since the attempts were read.
        if connection.execute(sql.DROP_ATTEMPT, {"attempt": row.attempt_id}).rowcount
    )


def erase_failures(transaction: Transaction, *, now: datetime) -> int:
    """Erase counts that no limit looks at any more; return how many."""
    since = {"since": day_of(now) - timedelta(days=WINDOW_DAYS - 1)}
    statements = (sql.ERASE_FAILURES, sql.ERASE_TERMINAL_FAILURES)
    return sum(transaction.connection.execute(one, since).rowcount for one in statements)


def _close(
    transaction: Transaction, reserved: Reserved
) -> tuple[str | None, int | None, str | None]:
    """State of the enrolment; time and terminal of the attempt, which is open no longer."""
    values = {"enrolment": reserved.enrolment_id, "institution": reserved.institution}
    enrolment = sql.LOCK.run(transaction, values)
    attempt = sql.CLOSE_ATTEMPT.run(transaction, {**values, "attempt": reserved.attempt_id})
    for (state, _, _), (reserved_at, terminal) in zip(enrolment, attempt, strict=False):
        return state, reserved_at, terminal
    return None, None, None


def seconds_of(now: datetime) -> int:
    """Whole seconds since 1970.

    Raises:
        InputInvalid: the time has no zone.
    """
    if now.tzinfo is None:
        raise InputInvalid("a time needs its time zone")
    return int(now.timestamp())


def day_of(now: datetime) -> date:
    """The day (UTC)."""
    return now.astimezone(UTC).date()


def _until_tomorrow(now: datetime) -> timedelta:
    tomorrow = datetime.combine(day_of(now) + timedelta(days=1), datetime.min.time(), UTC)
    return tomorrow - now
