"""Leaves: each change appends one, in its own transaction and in no order.

Giving a leaf its place in the log would make every transaction wait for every other. So they are
stored without one, and the sequencer gives places to committed leaves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from visavis.transparency import EventKind, Opening

from ._outbox import put_message
from ._schema import enrolments, leaves, openings
from ._statement import Statement

if TYPE_CHECKING:
    from datetime import date

    from visavis.transparency import Event

    from ._transaction import Transaction


def append_leaf(transaction: Transaction, event: Event, *, on: date) -> bytes:
    """Store an event's leaf, and beside it what opens it; return the leaf, 32 bytes.

    The opening is not stored where it could no longer be erased with its enrolment, because that
    is forgotten already. That it was forgotten is kept until retention ends: a restored backup has
    to be told.

    Where an institution wants to be told of such events, its webhook is written, too.
    """
    opening = Opening.of(event)
    leaf = opening.leaf
    _INSERT_LEAF.run(transaction, {"of_leaf": leaf, "of_institution": event.institution})
    keep_opening(transaction, opening, event, on=on)
    put_message(transaction, event, on=on)
    return leaf


def keep_opening(transaction: Transaction, opening: Opening, event: Event, *, on: date) -> None:
    """Store what opens a leaf that is stored: the event's opening, where that may be kept."""
    of_nobody = event.enrolment_id is None or event.kind is EventKind.ENROLMENT_FORGOTTEN
    (_INSERT_OPENING if of_nobody else _INSERT_OPENING_OF_ENROLMENT).run(
        transaction,
        {
            "of_leaf": opening.leaf,
            "with_blinding": opening.blinding,
            "of_event": opening.event,
            "of_enrolment": event.enrolment_id,
            "on_day": on,
        },
    )


def erase_openings(
    transaction: Transaction, institution: str, *, before: date, limit: int = 10_000
) -> int:
    """Erase what opens up to ``limit`` of the institution's leaves from before this day.

    Returns:
        How many.
    """
    old = (
        sa.select(openings.c.leaf)
        .join_from(openings, leaves, leaves.c.leaf == openings.c.leaf)
        .where(openings.c.written_on < before, leaves.c.institution == institution)
        .limit(limit)
    )
    return transaction.connection.execute(
        sa.delete(openings).where(openings.c.leaf.in_(old))
    ).rowcount


_LEAF = sa.bindparam("of_leaf", type_=sa.LargeBinary())
_INSERT_LEAF = Statement(
    sa.insert(leaves).values(leaf=_LEAF, institution=sa.bindparam("of_institution"))
)
_VALUES: dict[str, sa.BindParameter[Any]] = {
    "leaf": _LEAF,
    "blinding": sa.bindparam("with_blinding", type_=sa.LargeBinary()),
    "event": sa.bindparam("of_event", type_=sa.LargeBinary()),
    "enrolment_id": sa.bindparam("of_enrolment", type_=sa.Uuid()),
    "written_on": sa.bindparam("on_day", type_=sa.Date()),
}
_INSERT_OPENING = Statement(sa.insert(openings).values(_VALUES))
# Locks the enrolment against being forgotten before this transaction ends.
_INSERT_OPENING_OF_ENROLMENT = Statement(
    sa.insert(openings).from_select(
        list(_VALUES),
        sa.select(*_VALUES.values())
        .select_from(enrolments)
        .where(enrolments.c.enrolment_id == _VALUES["enrolment_id"])
        .with_for_update(read=True, key_share=True),
    )
)
