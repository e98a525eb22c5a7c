"""What the check of records against the log reads: records as digests, an enrolment's leaves."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from visavis.transparency import Opening

from ._log import as_bytes
from ._schema import leaves, openings, records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from ._transaction import Snapshot

_CHUNK = 1000  # records read at once


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDigest:
    """A sealed record without its content.

    Attributes:
        enrolment_id: whose.
        digest: 32 bytes, SHA-256 of its body, as ``Sealed.digest``.
        pending: whether it is a renewal's that was not used yet.
    """

    enrolment_id: UUID
    digest: bytes
    pending: bool


def read_digests(snapshot: Snapshot, institution: str) -> Iterator[RecordDigest]:
    """Every record of the institution, in bounded memory."""
    after = b""
    while True:
        rows = snapshot.connection.execute(
            _RECORDS, {"whose": institution, "after": after, "chunk": _CHUNK}
        ).all()
        for row in rows:
            digest = hashlib.sha256(as_bytes(row.body)).digest()
            yield RecordDigest(enrolment_id=row.enrolment_id, digest=digest, pending=row.pending)
        if len(rows) < _CHUNK:
            return
        after = rows[-1].locator


def read_openings(
    snapshot: Snapshot, institution: str, enrolment_id: UUID
) -> tuple[tuple[int | None, Opening], ...]:
    """What opens the enrolment's leaves, with their places; None for a leaf that has none yet.

    An opening that is not its leaf's is left out: ``check_log`` tells of it.
    """
    rows = snapshot.connection.execute(_OPENINGS, {"whose": institution, "which": enrolment_id})
    found = (
        (row.position, row.leaf, Opening(as_bytes(row.blinding), as_bytes(row.event)))
        for row in rows
    )
    return tuple((position, one) for position, leaf, one in found if one.opens(leaf))


_RECORDS = (
    sa.select(records.c.locator, records.c.enrolment_id, records.c.body, records.c.pending)
    .where(
        records.c.institution == sa.bindparam("whose"), records.c.locator > sa.bindparam("after")
    )
    .order_by(records.c.locator)
    .limit(sa.bindparam("chunk"))
)

_OPENINGS = (
    sa.select(leaves.c.position, leaves.c.leaf, openings.c.blinding, openings.c.event)
    .join_from(openings, leaves, leaves.c.leaf == openings.c.leaf)
    .where(
        openings.c.enrolment_id == sa.bindparam("which"),
        leaves.c.institution == sa.bindparam("whose"),
    )
)
