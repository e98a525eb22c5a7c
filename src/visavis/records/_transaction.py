"""What statements run on: a snapshot to read from, or a transaction to write with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The store at one moment. Everything that reads takes one.

    Attributes:
        connection: of SQLAlchemy, inside a transaction.
    """

    connection: sa.Connection


@dataclass(frozen=True, slots=True)
class Transaction(Snapshot):
    """Changes that become durable together, or not at all. Everything that writes takes one."""
