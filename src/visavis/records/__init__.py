"""What is kept: schema and migrations, enrolments, consents, attempts, and the log's leaves.

One schema for SQLite and PostgreSQL. Everything that reads takes a ``Snapshot``, everything that
writes a ``Transaction``, so that a use case can put a change and its leaf into one transaction.
"""

from ._migrate import STORE_VERSION
from ._store import Store, create_store, open_store, upgrade_store
from ._transaction import Snapshot, Transaction

__all__ = [
    "STORE_VERSION",
    "Snapshot",
    "Store",
    "Transaction",
    "create_store",
    "open_store",
    "upgrade_store",
]
