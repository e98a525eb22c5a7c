"""Enrolments: whether they are active, and when they were used."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ._answers import spend_answers
from ._consents import give_consent
from ._outbox import drop_messages_of
from ._records import insert_record
from ._schema import attempts, enrolments, failures, openings

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from visavis.sealing import Binding, Sealed

    from ._consents import Consent
    from ._transaction import Snapshot, Transaction


class EnrolmentState(StrEnum):
    """Whether attempts are let through."""

    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What is known of an enrolment apart from its sealed records.

    Attributes:
        enrolment_id: a random id, which the institution keeps beside its account.
        institution: whose.
        state: active or disabled.
        enrolled_on: the day (UTC).
        last_used_on: the day (UTC) of the last accepted attempt, or of enrolment.
        consecutive_failures: attempts since the last accepted one, open ones included.
    """

    enrolment_id: UUID
    institution: str
    state: EnrolmentState
    enrolled_on: date
    last_used_on: date
    consecutive_failures: int


def insert_enrolment(
    transaction: Transaction, *, binding: Binding, sealed: Sealed, consent: Consent, on: date
) -> None:
    """Keep a new enrolment: its consent and its first record.

    Raises:
        StoreConflict: locator or id are taken, or institution, key or consent do not belong to it.
        InputInvalid: the sealed record is not of the form that ``seal`` gives.
    """
    transaction.connection.execute(
        sa.insert(enrolments),
        {
            "enrolment_id": binding.enrolment_id,
            "institution": binding.institution,
            "state": EnrolmentState.ACTIVE,
            "enrolled_on": on,
            "last_used_on": on,
            "consecutive_failures": 0,
        },
    )
    give_consent(transaction, consent)
    insert_record(transaction, binding=binding, sealed=sealed, pending=False)


def find_enrolment(snapshot: Snapshot, institution: str, enrolment_id: UUID) -> Enrolment | None:
    """The enrolment with this id; None if the institution has none."""
    return _read(snapshot, sa.select(enrolments).where(_is(institution, enrolment_id)))


def lock_enrolment(
    transaction: Transaction, institution: str, enrolment_id: UUID
) -> Enrolment | None:
    """The same, and nobody else may reserve or settle an attempt before the transaction ends."""
    wanted = sa.select(enrolments).where(_is(institution, enrolment_id))
    return _read(transaction, wanted.with_for_update())


def count_enrolments(snapshot: Snapshot, institution: str) -> int:
    """How many enrolments the institution has."""
    count = sa.select(sa.func.count()).select_from(enrolments)
    return snapshot.connection.scalar(count.where(enrolments.c.institution == institution)) or 0


def disable_enrolment(transaction: Transaction, institution: str, enrolment_id: UUID) -> bool:
    """Let no attempt through until it is enabled; whether that changed anything."""
    statement = (
        sa.update(enrolments)
        .where(_is(institution, enrolment_id), enrolments.c.state == EnrolmentState.ACTIVE)
        .values(state=EnrolmentState.DISABLED)
    )
    return bool(transaction.connection.execute(statement).rowcount)


def enable_enrolment(transaction: Transaction, institution: str, enrolment_id: UUID) -> bool:
    """After attended recovery: begin anew, without failures; False for an unknown enrolment.

    Attempts that are open are void.
    """
    statement = (
        sa.update(enrolments)
        .where(_is(institution, enrolment_id))
        .values(state=EnrolmentState.ACTIVE, consecutive_failures=0, last_attempt_at=None)
    )
    if not transaction.connection.execute(statement).rowcount:
        return False
    for table in (failures, attempts):
        transaction.connection.execute(sa.delete(table).where(table.c.enrolment_id == enrolment_id))
    return True


def forget_enrolment(transaction: Transaction, institution: str, enrolment_id: UUID) -> bool:
    """Delete everything of an enrolment at once; False if the institution has none of this id.

    Records, a pending one too, consents, attempts, failures, kept answers, webhooks that wait, and
    what opens its leaves. The leaves
    themselves stay, and nobody can connect them with anyone.
    """
    # Locked first: whoever writes an opening locks the enrolment, too, so none comes after this.
    locked = sa.select(enrolments.c.enrolment_id).where(_is(institution, enrolment_id))
    if transaction.connection.scalar(locked.with_for_update()) is None:
        return False
    transaction.connection.execute(
        sa.delete(openings).where(openings.c.enrolment_id == enrolment_id)
    )
    drop_messages_of(transaction, enrolment_id)
    spend_answers(transaction, enrolment_id)
    transaction.connection.execute(  # and through foreign keys everything else
        sa.delete(enrolments).where(enrolments.c.enrolment_id == enrolment_id)
    )
    return True


def forget_unused(
    transaction: Transaction, institution: str, *, before: date, limit: int
) -> tuple[UUID, ...]:
    """Forget up to ``limit`` enrolments that were last used before this day, and say which."""
    unused = (
        sa.select(enrolments.c.enrolment_id)
        .where(enrolments.c.institution == institution, enrolments.c.last_used_on < before)
        .limit(limit)
        .with_for_update(skip_locked=True)  # whoever holds one is using it
    )
    found = tuple(transaction.connection.execute(unused).scalars())
    for enrolment_id in found:
        forget_enrolment(transaction, institution, enrolment_id)
    return found


def _read(snapshot: Snapshot, wanted: sa.Select[tuple[object, ...]]) -> Enrolment | None:
    row = snapshot.connection.execute(wanted).first()
    if row is None:
        return None
    return Enrolment(
        enrolment_id=row.enrolment_id,
        institution=row.institution,
        state=EnrolmentState(row.state),
        enrolled_on=row.enrolled_on,
        last_used_on=row.last_used_on,
        consecutive_failures=row.consecutive_failures,
    )


def _is(institution: str, enrolment_id: UUID) -> sa.ColumnElement[bool]:
    return sa.and_(
        enrolments.c.enrolment_id == enrolment_id, enrolments.c.institution == institution
    )
