"""The statements behind attempts. As text, because both databases take them as they are.

Inserts select from ``enrolments``, so that for an unknown enrolment the same statements run and
store nothing.
"""

from __future__ import annotations

import sqlalchemy as sa

from ._schema import attempts, enrolments, failures, terminal_failures
from ._statement import Statement


def _text(text: str) -> Statement:
    """The statement, with the types of its parameters that the databases keep differently."""
    used = [name for name in (*_IDS, *_DAYS) if f":{name}" in text]
    return Statement(sa.text(text).bindparams(*(_parameter(name) for name in used)))


def _parameter(name: str) -> sa.BindParameter[object]:
    return sa.bindparam(name, type_=sa.Uuid() if name in _IDS else sa.Date())


_IDS = ("enrolment", "attempt")
_DAYS = ("day", "counted", "since")

_RECENT = (
    sa.select(sa.func.coalesce(sa.func.sum(failures.c.count), 0))
    .where(
        failures.c.enrolment_id == sa.bindparam("enrolment"),
        failures.c.day >= sa.bindparam("since", type_=sa.Date()),
    )
    .scalar_subquery()
)

# Locks the row before anything is read of it that others may be changing.
LOCK = Statement(
    sa.select(enrolments.c.state, enrolments.c.consecutive_failures, enrolments.c.last_attempt_at)
    .where(
        enrolments.c.enrolment_id == sa.bindparam("enrolment"),
        enrolments.c.institution == sa.bindparam("institution"),
    )
    .with_for_update()
)

# In a statement of its own: one that had to wait for the lock would count what it saw before.
COUNT_RECENT = Statement(sa.select(_RECENT))
COUNT_BOTH = Statement(
    sa.select(enrolments.c.consecutive_failures, _RECENT).where(
        enrolments.c.enrolment_id == sa.bindparam("enrolment")
    )
)

# Locks, compares and counts in one statement; no row comes back where the limit is reached.
COUNT_TERMINAL = _text(
    "INSERT INTO terminal_failures (institution, terminal, day, count)"
    " VALUES (:institution, :terminal, :day, 1)"
    " ON CONFLICT (institution, terminal, day)"
    " DO UPDATE SET count = terminal_failures.count + 1 WHERE terminal_failures.count < :limit"
    " RETURNING count"
)

COUNT_ATTEMPT = _text(
    "UPDATE enrolments"
    " SET consecutive_failures = consecutive_failures + 1, last_attempt_at = :seconds"
    " WHERE enrolment_id = :enrolment AND institution = :institution"
)

COUNT_FAILURE = _text(
    "INSERT INTO failures (enrolment_id, day, count)"
    " SELECT enrolment_id, :day, 1 FROM enrolments"
    " WHERE enrolment_id = :enrolment AND institution = :institution"
    " ON CONFLICT (enrolment_id, day) DO UPDATE SET count = failures.count + 1"
)

OPEN_ATTEMPT = _text(
    "INSERT INTO attempts (attempt_id, enrolment_id, terminal, reserved_at)"
    " SELECT :attempt, enrolment_id, :terminal, :seconds FROM enrolments"
    " WHERE enrolment_id = :enrolment AND institution = :institution"
)

CLOSE_ATTEMPT = Statement(
    sa.delete(attempts)
    .where(
        attempts.c.attempt_id == sa.bindparam("attempt"),
        attempts.c.enrolment_id == sa.bindparam("enrolment"),
    )
    .returning(attempts.c.reserved_at, attempts.c.terminal)
)

# Attempts that are still open go on counting as failed.
BEGIN_ANEW = _text(
    "UPDATE enrolments SET last_used_on = :day,"
    " consecutive_failures = (SELECT count(*) FROM attempts WHERE enrolment_id = :enrolment),"
    " last_attempt_at = (SELECT max(reserved_at) FROM attempts WHERE enrolment_id = :enrolment)"
    " WHERE enrolment_id = :enrolment"
)

TAKE_BACK_FAILURE = _text(
    "UPDATE failures SET count = count - 1"
    " WHERE enrolment_id = :enrolment AND day = :counted AND count > 0"
)

TAKE_BACK_TERMINAL = _text(
    "UPDATE terminal_failures SET count = count - 1"
    " WHERE institution = :institution AND terminal = :terminal AND day = :counted AND count > 0"
)

# Locks the enrolments, as everybody does before attempts; whoever holds one is settling it.
FIND_ABANDONED = (
    sa.select(enrolments.c.institution, attempts.c.enrolment_id, attempts.c.attempt_id)
    .join_from(attempts, enrolments)
    .where(
        enrolments.c.institution == sa.bindparam("institution"),
        attempts.c.reserved_at < sa.bindparam("before"),
    )
    .limit(sa.bindparam("limit"))
    .with_for_update(of=enrolments, skip_locked=True)
)

DROP_ATTEMPT = sa.delete(attempts).where(attempts.c.attempt_id == sa.bindparam("attempt"))

_BEFORE = sa.bindparam("since", type_=sa.Date())
ERASE_FAILURES = sa.delete(failures).where(failures.c.day < _BEFORE)
ERASE_TERMINAL_FAILURES = sa.delete(terminal_failures).where(terminal_failures.c.day < _BEFORE)
