"""Leaves: each change appends one, in its own transaction and in no order.

Giving a leaf its place in the log would make every transaction wait for every other. So they are
stored without one, and the sequencer gives places to committed leaves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from visavis.transparency import EventKind, Opening

from ._schema import enrolments, leaves, openings

if TYPE_CHECKING:
    from datetime import date

    from visavis.transparency import Event

    from ._transaction import Transaction


def append_leaf(transaction: Transaction, event: Event, *, on: date) -> bytes:
    """Store an event's leaf, and beside it what opens it; return the leaf, 32 bytes.

    The opening is not stored where it could no longer be erased with its enrolment, because that
    is forgotten already. That it was forgotten is kept until retention ends: a restored backup has
    to be told.
    """
    opening, connection = Opening.of(event), transaction.connection
    leaf = opening.leaf
    connection.execute(_INSERT_LEAF, {"leaf": leaf, "institution": event.institution})
    kept = True
    if event.enrolment_id is not None and event.kind is not EventKind.ENROLMENT_FORGOTTEN:
        kept = connection.scalar(_LOCK, {"enrolment": event.enrolment_id}) is not None
    if kept:
        connection.execute(
            _INSERT_OPENING,
            {
                "leaf": leaf,
                "blinding": opening.blinding,
                "event": opening.event,
                "enrolment_id": event.enrolment_id,
                "written_on": on,
            },
        )
    return leaf


def erase_openings(transaction: Transaction, institution: str, *, before: date) -> int:
    """Erase what opens the institution's leaves from before this day; return how many."""
    own = sa.select(leaves.c.leaf).where(
        leaves.c.leaf == openings.c.leaf, leaves.c.institution == institution
    )
    old = sa.delete(openings).where(openings.c.written_on < before, sa.exists(own))
    return transaction.connection.execute(old).rowcount


_INSERT_LEAF = sa.insert(leaves)
_INSERT_OPENING = sa.insert(openings)
_LOCK = (
    sa.select(enrolments.c.state)
    .where(enrolments.c.enrolment_id == sa.bindparam("enrolment"))
    .with_for_update(read=True, key_share=True)
)
