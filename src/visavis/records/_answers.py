"""What a repeated request is answered with: one row for each Idempotency-Key, kept for a day.

The row is written with the attempt, in the same transaction, and completed with its outcome. So
whatever breaks in between, a repeated request is neither done twice nor answered differently.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from visavis.errors import IdempotencyConflict, IdempotencyInProgress, IdempotencySpent

from ._schema import answers

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from ._transaction import Snapshot, Transaction

ANSWERS_KEPT = timedelta(hours=24)
"""How long a key is remembered. Clients repeat within minutes; a day covers a queue that stood."""

_ABANDONED = timedelta(minutes=5)  # as attempts: whoever held it has ended by then


class AnswerState(StrEnum):
    """How far a request with a key has come."""

    OPEN = "open"
    """Being worked on."""
    ANSWERED = "answered"
    """Done; the answer is kept."""
    ENROLLED = "enrolled"
    """Done; the answer carried a claim, which nobody has used yet. It is not kept, but the
    enrolment is known."""
    SPENT = "spent"
    """Done, and not to be answered again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMark:
    """What a request is recognised by. HMACs, so that nobody can guess at the body.

    Attributes:
        key: 32 bytes, of the caller and the Idempotency-Key.
        body: 32 bytes, of what was asked.
    """

    key: bytes
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """What is known of a request that was answered before.

    Attributes:
        answer: the answer, as it was given; None where it was a claim, which is kept nowhere.
        enrolment_id: of the enrolment that was made or answered about, if there is one.
    """

    answer: bytes | None
    enrolment_id: UUID | None


def find_answer(snapshot: Snapshot, mark: RequestMark, *, now: datetime) -> KeptAnswer | None:
    """What a request was answered with before; None for a new one.

    Raises:
        IdempotencyConflict: the key came with another body.
        IdempotencyInProgress: it is being worked on.
        IdempotencySpent: it is not answered again.
    """
    row = snapshot.connection.execute(_FIND, {"wanted": mark.key}).first()
    return None if row is None else _judge(row, mark, now=now)


def begin_answer(
    transaction: Transaction, mark: RequestMark, *, now: datetime
) -> KeptAnswer | None:
    """Claim the key for this request; None means: go on, and finish or drop it.

    Of several requests at once with one key, one goes on.

    Raises:
        IdempotencyConflict, IdempotencyInProgress, IdempotencySpent: as ``find_answer``.
    """
    connection, seconds = transaction.connection, int(now.timestamp())
    new = {
        "key_fingerprint": mark.key,
        "body_fingerprint": mark.body,
        "state": AnswerState.OPEN,
        "enrolment_id": None,
        "answer": None,
        "written_at": seconds,
    }
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    unless_there = insert(answers).on_conflict_do_nothing().returning(answers.c.state)
    if connection.execute(unless_there, new).first() is not None:
        return None
    row = connection.execute(_FIND.with_for_update(), {"wanted": mark.key}).first()
    kept = None if row is None else _judge(row, mark, now=now)
    if kept is None:  # abandoned, or too old
        connection.execute(_AT.values(**new), {"wanted": mark.key})
    return kept


def finish_answer(
    transaction: Transaction,
    mark: RequestMark,
    *,
    answer: bytes | None,
    enrolment_id: UUID | None,
) -> None:
    """Keep what the request was answered with; without an answer, whose claim it was."""
    state = AnswerState.ENROLLED if answer is None else AnswerState.ANSWERED
    transaction.connection.execute(
        _AT.values(state=state, answer=answer, enrolment_id=enrolment_id), {"wanted": mark.key}
    )


def reopen_answer(transaction: Transaction, mark: RequestMark, *, now: datetime) -> None:
    """A request whose claim was not used is worked on again."""
    transaction.connection.execute(
        _AT.values(state=AnswerState.OPEN, written_at=int(now.timestamp())), {"wanted": mark.key}
    )


def drop_answer(transaction: Transaction, mark: RequestMark) -> None:
    """Nothing was done: the request may be made again."""
    transaction.connection.execute(
        sa.delete(answers).where(
            answers.c.key_fingerprint == mark.key, answers.c.state == AnswerState.OPEN
        )
    )


def spend_answers(transaction: Transaction, enrolment_id: UUID) -> None:
    """Keep nothing about this enrolment; that its requests were made is kept."""
    transaction.connection.execute(
        sa.update(answers)
        .where(answers.c.enrolment_id == enrolment_id)
        .values(state=AnswerState.SPENT, answer=None, enrolment_id=None)
    )


def spend_claims(transaction: Transaction, enrolment_id: UUID) -> None:
    """A claim of this enrolment was used, or another takes its place: no request gets it anew.

    A row that another transaction holds is passed over, lest the two wait for each other: it is a
    request that is being repeated at this moment, and its claim is the newest.
    """
    unused = (
        sa.select(answers.c.key_fingerprint)
        .where(answers.c.enrolment_id == enrolment_id, answers.c.state == AnswerState.ENROLLED)
        .with_for_update(skip_locked=True)
    )
    transaction.connection.execute(
        sa.update(answers)
        .where(answers.c.key_fingerprint.in_(unused))
        .values(state=AnswerState.SPENT, enrolment_id=None)
    )


def erase_answers(transaction: Transaction, *, now: datetime) -> int:
    """Erase what is older than a day; return how many."""
    before = int((now - ANSWERS_KEPT).timestamp())
    old = sa.delete(answers).where(answers.c.written_at < before)
    return transaction.connection.execute(old).rowcount


def _judge(
    row: sa.Row[tuple[object, ...]], mark: RequestMark, *, now: datetime
) -> KeptAnswer | None:
    age = timedelta(seconds=int(now.timestamp()) - row.written_at)
    if age > ANSWERS_KEPT:
        return None
    if row.body_fingerprint != mark.body:
        raise IdempotencyConflict("this Idempotency-Key came with another body before")
    if row.state == AnswerState.SPENT:
        raise IdempotencySpent("what this Idempotency-Key brought is not given again")
    if row.state == AnswerState.OPEN:
        if age > _ABANDONED:
            return None
        raise IdempotencyInProgress("the request is being worked on; try again in a moment")
    return KeptAnswer(answer=row.answer, enrolment_id=row.enrolment_id)


_FIND = sa.select(answers).where(answers.c.key_fingerprint == sa.bindparam("wanted"))
_AT = sa.update(answers).where(answers.c.key_fingerprint == sa.bindparam("wanted"))
