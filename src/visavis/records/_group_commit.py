"""Group commit for SQLite: concurrent transactions share one durable commit.

SQLite has one writer at a time, and with synchronous=FULL each commit waits for the disk. So
transactions that come at the same time take turns inside one transaction of the database, each but
the first in a savepoint of its own, and the last in line commits for all of them. None returns
before that commit is on disk; if it fails, it fails for all of them.

PostgreSQL does this by itself: sessions that wait for its write-ahead log share one flush.
"""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from visavis.errors import Error, StoreUnwritable

from ._durability import Durability
from ._translate import meaning, translated

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    import sqlalchemy as sa

_MAX_BATCH = 256  # transactions that wait for one commit; more would only wait longer
# NORMAL does not wait for the disk: the write-ahead log is in the system's hands, and goes to disk
# with the next commit that waits (https://www.sqlite.org/pragma.html#pragma_synchronous).
_SYNCHRONOUS = {Durability.AT_ONCE: "FULL", Durability.WITH_THE_NEXT: "NORMAL"}
_LOOK_AFTER = 0.05  # seconds until somebody who waits for the commit looks whether it is coming


class _Batch:
    """Transactions that become durable together, or not at all."""

    __slots__ = ("done", "durability", "error", "size")

    def __init__(self, durability: Durability) -> None:
        self.durability = durability
        self.size = 0
        self.done = threading.Event()
        self.error: Error | None = None

    def finish(self, error: Error | None = None) -> None:
        self.error = error
        self.done.set()


class GroupCommit:
    """The one connection of this process that writes, and whose turn it is."""

    def __init__(self, connection: sa.Connection, *, raw: sqlite3.Connection) -> None:
        self._connection = connection
        self._raw = raw
        self._turn = threading.Lock()
        self._counting = threading.Lock()
        self._waiting = 0
        self._owner: int | None = None
        self._batch: _Batch | None = None

    @contextlib.contextmanager
    def transaction(self, durability: Durability) -> Iterator[sa.Connection]:
        """Take a turn; return when what was done in it is committed, and so durable.

        Raises:
            RuntimeError: this thread is in a transaction already.
            Error: ``store.*``; nothing was changed.
        """
        with self._take_turn():
            batch = self._join(durability)
            try:
                with self._savepoint(batch):
                    yield self._connection
            finally:
                if not self._waiting or batch.size >= _MAX_BATCH:
                    self._commit()
        while not batch.done.wait(_LOOK_AFTER):
            with self._take_turn():  # whoever should have committed was interrupted
                self._commit()
        if batch.error is not None:
            raise type(batch.error)(batch.error.detail)  # each thread its own

    def checkpoint(self) -> bool:
        """Move the write-ahead log into the database and empty it; whether all of it went."""
        with self._take_turn(), translated():
            self._commit()
            ((patience,),) = self._raw.execute("PRAGMA busy_timeout")
            self._raw.execute("PRAGMA busy_timeout = 0")  # else all writers wait for one reader
            try:
                ((busy, _, _),) = self._raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                self._raw.execute(f"PRAGMA busy_timeout = {patience}")
        return not busy

    @contextlib.contextmanager
    def _take_turn(self) -> Iterator[None]:
        if self._owner == threading.get_ident():
            raise RuntimeError("a transaction inside a transaction of the same thread")
        with self._counting:
            self._waiting += 1
        try:
            self._turn.acquire()
        finally:
            with self._counting:
                self._waiting -= 1
        self._owner = threading.get_ident()
        try:
            yield
        finally:
            self._owner = None
            self._turn.release()

    def _join(self, durability: Durability) -> _Batch:
        if (
            durability is Durability.AT_ONCE
            and self._batch is not None
            and self._batch.durability is not durability
        ):
            self._commit()  # quick, and on disk with ours
        if self._batch is None:
            with translated():
                # A batch may not change it once it has begun.
                self._raw.execute(f"PRAGMA synchronous = {_SYNCHRONOUS[durability]}")
                self._raw.execute("BEGIN IMMEDIATE")
            self._batch = _Batch(durability)
        self._batch.size += 1
        return self._batch

    @contextlib.contextmanager
    def _savepoint(self, batch: _Batch) -> Iterator[None]:
        first = batch.size == 1  # then the whole transaction is this turn's
        if not first:
            self._raw.execute("SAVEPOINT turn")
        try:
            yield
            if not first:
                self._raw.execute("RELEASE turn")
        except BaseException:
            if first:
                if self._raw.in_transaction:
                    self._raw.execute("ROLLBACK")
                self._batch = None
            elif self._raw.in_transaction:
                self._raw.execute("ROLLBACK TO turn")
                self._raw.execute("RELEASE turn")
            elif self._batch is batch:  # disk full and the like undo the whole transaction
                self._batch = None
                batch.finish(StoreUnwritable("the store takes no changes; all were undone"))
            raise

    def _commit(self) -> None:
        batch, self._batch = self._batch, None
        if batch is None:
            return
        try:
            self._raw.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, whatever it is
            if self._raw.in_transaction:
                self._raw.execute("ROLLBACK")
            batch.finish(meaning(error))
        else:
            batch.finish()

    def close(self) -> None:
        """Commit what waits, and close the connection."""
        with self._take_turn():
            self._commit()
            self._connection.close()
