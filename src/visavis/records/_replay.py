"""What brings a store that was restored up to date with its log's copy."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ._advisory import lock
from ._answers import spend_claims
from ._log import as_bytes
from ._records import complete_renewal, find_record
from ._schema import checkpoints, leaves, records

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from uuid import UUID

    from visavis.transparency import Frontier

    from ._transaction import Transaction


def stop_sequencer(transaction: Transaction, institution: str) -> frozenset[bytes]:
    """Keep the sequencer out until the transaction ends; the leaves that wait for it."""
    lock(transaction, "sequencer", institution)
    return frozenset(
        map(
            as_bytes,
            transaction.connection.scalars(
                sa.select(leaves.c.leaf).where(
                    leaves.c.institution == institution, leaves.c.position.is_(None)
                )
            ),
        )
    )


def place_leaves(
    transaction: Transaction,
    institution: str,
    placed: Sequence[bytes],
    *,
    start: int,
    waiting: AbstractSet[bytes],
) -> None:
    """Store leaves with their places, from ``start`` on; the waiting ones are stored already.

    Raises:
        StoreConflict: a place or a leaf is taken.
    """
    new, known = [], []
    for position, leaf in enumerate(placed, start):
        if leaf in waiting:
            known.append({"placed": leaf, "place": position})
        else:
            new.append({"leaf": leaf, "institution": institution, "position": position})
    if new:
        transaction.connection.execute(sa.insert(leaves), new)
    if known:
        place = sa.update(leaves).where(leaves.c.leaf == sa.bindparam("placed"))
        transaction.connection.execute(place.values(position=sa.bindparam("place")), known)


def continue_log(
    transaction: Transaction, institution: str, *, note: bytes, frontier: Frontier
) -> None:
    """Keep a signed checkpoint, so that the sequencer goes on from there."""
    transaction.connection.execute(
        sa.insert(checkpoints),
        {
            "institution": institution,
            "size": frontier.size,
            "note": note,
            "peaks": b"".join(frontier.peaks),
        },
    )


def void_claims(
    transaction: Transaction,
    institution: str,
    enrolment_id: UUID,
    *,
    present: AbstractSet[bytes],
    pending: AbstractSet[bytes],
) -> bool:
    """Delete records that others have replaced, so that no claim comes back alive.

    Called where either set has something: the enrolment's claim was renewed, or begun to be. Where
    digests contradict each other, it is not known which one was last, and none is kept.

    Args:
        transaction: what to write with.
        institution: whose enrolment.
        enrolment_id: its id.
        present: digests of the records that took the place of the present one; empty for none.
        pending: digests of the renewals that were begun; empty for none.

    Returns:
        Whether the enrolment has no record any more.
    """
    rows = transaction.connection.execute(
        sa.select(records.c.locator, records.c.pending, records.c.body).where(
            records.c.enrolment_id == enrolment_id
        )
    ).all()
    spend_claims(transaction, enrolment_id)
    current, left = None, len(rows)
    for row in rows:
        digest = hashlib.sha256(as_bytes(row.body)).digest()
        replaced = pending != {digest} if row.pending else bool(present)
        if present == {digest}:
            current = find_record(transaction, institution, row.locator)
        elif replaced:
            left -= _delete(transaction, row.locator)
    if current is not None:
        complete_renewal(transaction, current)
    return left == 0


def _delete(transaction: Transaction, locator: bytes) -> int:
    gone = sa.delete(records).where(records.c.locator == locator)
    return transaction.connection.execute(gone).rowcount
