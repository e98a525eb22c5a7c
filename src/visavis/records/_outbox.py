"""Webhooks to be delivered: written with the leaf of what they tell, in the same transaction."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from visavis.errors import EnrolmentDelayed, InputInvalid
from visavis.transparency import EventKind

from ._schema import URL_SIZE, endpoints, outbox

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from visavis.transparency import Event

    from ._transaction import Snapshot, Transaction

_TOLD = frozenset(
    {
        EventKind.ENROLMENT_DISABLED,
        EventKind.ENROLMENT_FORGOTTEN,
        EventKind.ENROLMENT_RENEWED,
        EventKind.ENROLMENT_RE_ENROLLED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where an institution's webhooks go.

    Attributes:
        institution: whose.
        endpoint_id: a random id, another one whenever it is registered; the signing key is
            derived from it.
        url: where to.
        registered_on: the day (UTC).
    """

    institution: str
    endpoint_id: UUID
    url: str
    registered_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A webhook that was not delivered yet.

    Attributes:
        message_id: a random id, by which the receiver notices repetitions.
        institution: whose.
        kind: what happened, such as ``enrolment.disabled``.
        enrolment_id: to which enrolment.
        happened_on: the day (UTC).
        tries: how often it was tried, the try going on included.
    """

    message_id: UUID
    institution: str
    kind: str
    enrolment_id: UUID
    happened_on: date
    tries: int


def register_endpoint(
    transaction: Transaction, institution: str, *, url: str, on: date
) -> Endpoint:
    """Register where webhooks go, instead of the place before; the signing key is a new one.

    Raises:
        InputInvalid: the URL is too long.
        StoreConflict: the institution is unknown.
    """
    if len(url) > URL_SIZE:
        raise InputInvalid(f"a URL has at most {URL_SIZE} characters")
    endpoint = Endpoint(
        institution=institution, endpoint_id=uuid.uuid4(), url=url, registered_on=on
    )
    connection = transaction.connection
    connection.execute(sa.delete(endpoints).where(endpoints.c.institution == institution))
    values = {name: getattr(endpoint, name) for name in Endpoint.__dataclass_fields__}
    connection.execute(sa.insert(endpoints), values)
    return endpoint


def find_endpoint(snapshot: Snapshot, institution: str) -> Endpoint | None:
    """Where the institution's webhooks go; None without an endpoint."""
    row = snapshot.connection.execute(
        sa.select(endpoints).where(endpoints.c.institution == institution)
    ).first()
    return None if row is None else Endpoint(**row._mapping)  # noqa: SLF001 - its public interface


def remove_endpoint(transaction: Transaction, institution: str) -> bool:
    """Deliver no more webhooks, and drop those that wait; False without an endpoint."""
    connection = transaction.connection
    connection.execute(sa.delete(outbox).where(outbox.c.institution == institution))
    gone = connection.execute(sa.delete(endpoints).where(endpoints.c.institution == institution))
    return bool(gone.rowcount)


def put_message(transaction: Transaction, event: Event, *, on: date) -> None:
    """Write the webhook that tells this event, if one does and there is an endpoint.

    While one of the same kind about the same enrolment waits, no second one is written: somebody
    who is delayed may try a thousand times.
    """
    kind = _kind(event)
    if kind is None or event.enrolment_id is None:
        return
    transaction.connection.execute(
        _PUT,
        {
            "message": uuid.uuid4(),
            "whose": event.institution,
            "of_kind": kind,
            "enrolment": event.enrolment_id,
            "day": on,
        },
    )


def take_messages(
    transaction: Transaction, *, now: datetime, until: datetime, limit: int
) -> tuple[tuple[Message, Endpoint], ...]:
    """Take up to ``limit`` messages that are due, and try them no more before ``until``.

    Whoever delivers them says so, or says when to try again; if it dies, they come again.
    """
    connection = transaction.connection
    rows = connection.execute(
        sa.select(outbox, endpoints.c.endpoint_id, endpoints.c.url, endpoints.c.registered_on)
        .join_from(outbox, endpoints, outbox.c.institution == endpoints.c.institution)
        .where(outbox.c.next_try_at <= int(now.timestamp()))
        .order_by(outbox.c.next_try_at)
        .limit(limit)
        .with_for_update(of=outbox, skip_locked=True)
    ).all()
    taken = []
    for row in rows:
        connection.execute(
            sa.update(outbox)
            .where(outbox.c.message_id == row.message_id)
            .values(tries=row.tries + 1, next_try_at=int(until.timestamp()))
        )
        endpoint = Endpoint(
            institution=row.institution,
            endpoint_id=row.endpoint_id,
            url=row.url,
            registered_on=row.registered_on,
        )
        taken.append((_read(row, tries=row.tries + 1), endpoint))
    return tuple(taken)


def drop_message(transaction: Transaction, message_id: UUID) -> None:
    """It was delivered."""
    transaction.connection.execute(sa.delete(outbox).where(outbox.c.message_id == message_id))


def postpone_message(transaction: Transaction, message_id: UUID, *, until: datetime | None) -> None:
    """Try it again then; None gives it up until somebody says otherwise."""
    transaction.connection.execute(
        sa.update(outbox)
        .where(outbox.c.message_id == message_id)
        .values(next_try_at=None if until is None else int(until.timestamp()))
    )


def list_dead_messages(snapshot: Snapshot, institution: str) -> tuple[Message, ...]:
    """The messages that were given up, the oldest first."""
    rows = snapshot.connection.execute(
        sa.select(outbox)
        .where(outbox.c.institution == institution, outbox.c.next_try_at.is_(None))
        .order_by(outbox.c.happened_on, outbox.c.message_id)
    )
    return tuple(_read(row, tries=row.tries) for row in rows)


def count_messages(snapshot: Snapshot, institution: str) -> int:
    """How many messages wait to be delivered, without those that were given up."""
    count = sa.select(sa.func.count()).select_from(outbox)
    waiting = count.where(outbox.c.institution == institution, outbox.c.next_try_at.is_not(None))
    return snapshot.connection.scalar(waiting) or 0


def revive_messages(
    transaction: Transaction, institution: str, *, now: datetime, message_id: UUID | None = None
) -> int:
    """Try messages again that were given up, one or all; return how many."""
    dead = sa.update(outbox).where(
        outbox.c.institution == institution, outbox.c.next_try_at.is_(None)
    )
    if message_id is not None:
        dead = dead.where(outbox.c.message_id == message_id)
    revived = dead.values(tries=0, next_try_at=int(now.timestamp()))
    return transaction.connection.execute(revived).rowcount


def drop_messages_of(transaction: Transaction, enrolment_id: UUID) -> None:
    """Tell nothing more of an enrolment that is forgotten, but that it is."""
    transaction.connection.execute(sa.delete(outbox).where(outbox.c.enrolment_id == enrolment_id))


def _kind(event: Event) -> str | None:
    if event.kind in _TOLD:
        return event.kind.value
    if event.kind is EventKind.VERIFICATION_DENIED and event.reason == EnrolmentDelayed.code:
        return EnrolmentDelayed.code
    return None


def _read(row: sa.Row[tuple[object, ...]], *, tries: int) -> Message:
    return Message(
        message_id=row.message_id,
        institution=row.institution,
        kind=row.kind,
        enrolment_id=row.enrolment_id,
        happened_on=row.happened_on,
        tries=tries,
    )


_WHOSE = sa.bindparam("whose", type_=sa.String())
_KIND = sa.bindparam("of_kind", type_=sa.String())
_ENROLMENT = sa.bindparam("enrolment", type_=sa.Uuid())
_WAITS = (
    sa.select(outbox.c.message_id)
    .where(
        outbox.c.enrolment_id == _ENROLMENT,
        outbox.c.kind == _KIND,
        outbox.c.next_try_at.is_not(None),
    )
    .exists()
)
_PUT = sa.insert(outbox).from_select(
    ["message_id", "institution", "kind", "enrolment_id", "happened_on", "tries", "next_try_at"],
    sa.select(
        sa.bindparam("message", type_=sa.Uuid()),
        endpoints.c.institution,
        _KIND,
        _ENROLMENT,
        sa.bindparam("day", type_=sa.Date()),
        sa.literal_column("0"),
        sa.literal_column("0"),  # due at once
    ).where(endpoints.c.institution == _WHOSE, ~_WAITS),
)
