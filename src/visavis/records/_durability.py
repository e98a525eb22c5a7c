"""When a transaction's changes are on disk."""

from __future__ import annotations

from enum import Enum


class Durability(Enum):
    """When they are on disk. Everybody sees them as soon as the transaction has ended."""

    AT_ONCE = "at once"
    """Before the transaction ends."""
    WITH_THE_NEXT = "with the next"
    """At the latest with the next transaction that is durable at once; for what nobody is told
    before. Until then, a power failure or a crash of the database server may lose them."""
