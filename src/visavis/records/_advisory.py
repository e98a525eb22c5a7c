"""Locks that stand for an activity and not for a row."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from ._transaction import Transaction


def lock(transaction: Transaction, *activity: str) -> None:
    """Until the transaction ends, be the only one, over all processes, in this activity.

    On SQLite there is nothing to do: each transaction is the only one that writes.
    """
    if transaction.connection.dialect.name == "postgresql":
        named = "\0".join(("visavis", *activity)).encode()
        number = int.from_bytes(hashlib.sha256(named).digest()[:8], "big", signed=True)
        transaction.connection.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))
