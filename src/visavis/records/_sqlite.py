"""A store in an SQLite file: one writing connection, others for reading."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import sqlalchemy as sa

from visavis.errors import (
    InputInvalid,
    StoreExists,
    StoreMissing,
    StorePermissions,
    StoreUnwritable,
)

from ._backend import Backend
from ._durability import Durability
from ._group_commit import GroupCommit
from ._transaction import Snapshot, Transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

_PRIVATE = 0o600
_OTHERS = 0o077  # any of these bits lets somebody else in
_PATIENCE = 10.0  # seconds that we wait for another process to finish writing

# Each connection has settings of its own. FULL: a commit is on disk before it returns (WAL's usual
# NORMAL would lose the last ones at a power failure); GroupCommit chooses for each transaction.
# secure_delete: deleted rows are overwritten with zeros. temp_store: no copies in temporary files.
_SETTINGS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA query_only = ON",  # the one that writes turns this off
)


class SQLite(Backend):
    """A file of mode 0600, in write-ahead mode."""

    name: ClassVar[str] = "sqlite"
    takes_single_statements: ClassVar[bool] = False
    reads_here: ClassVar[bool] = True

    def __init__(self, url: sa.URL) -> None:
        if url.query or url.host or url.database in (None, "", ":memory:"):
            raise InputInvalid("a store in a file is sqlite:///path, and nothing more")
        self._path = Path(str(url.database))
        self._engine = sa.create_engine(
            url,
            isolation_level="AUTOCOMMIT",  # we say BEGIN ourselves, see GroupCommit
            connect_args={"timeout": _PATIENCE, "check_same_thread": False},
            hide_parameters=True,
        )
        sa.event.listen(self._engine, "connect", _set_up)
        self._writer: GroupCommit | None = None

    @contextlib.contextmanager
    def created(self) -> Iterator[None]:
        made = True
        try:
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, _PRIVATE))
        except FileExistsError:
            made = False
            if not self._is_empty():
                raise StoreExists("something is there already; nothing is overwritten") from None
        except OSError as error:
            raise StoreUnwritable(f"the file cannot be made: {error.strerror}") from None
        try:
            yield
        except BaseException:
            self.close()
            for suffix in ("", "-wal", "-shm") if made else ():
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
            raise

    def _is_empty(self) -> bool:
        """Whether nothing would be overwritten: so it is when a making was killed."""
        url = f"{self._path.absolute().as_uri()}?mode=rw"
        with (
            contextlib.suppress(sqlite3.Error),
            contextlib.closing(sqlite3.connect(url, uri=True)) as connection,
        ):
            return bool(connection.execute("SELECT count(*) = 0 FROM sqlite_schema").fetchone()[0])
        return False

    def open(self) -> None:
        _check_file(self._path)
        connection = self._engine.connect()
        raw: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        raw.execute("PRAGMA query_only = OFF")
        raw.execute("PRAGMA journal_mode = WAL")
        self._writer = GroupCommit(connection, raw=raw)

    @contextlib.contextmanager
    def transaction(self, durability: Durability) -> Iterator[Transaction]:
        with self._opened().transaction(durability) as connection:
            yield Transaction(connection)

    def exclusive(self) -> contextlib.AbstractContextManager[Transaction]:
        return self.transaction(Durability.AT_ONCE)  # there is one writer at a time anyway

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        with self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            try:
                yield Snapshot(connection)
            finally:
                connection.exec_driver_sql("ROLLBACK")

    @contextlib.contextmanager
    def single_read(self) -> Iterator[Snapshot]:
        with self._engine.connect() as connection:
            yield Snapshot(connection)

    def wipe(self) -> bool:
        return self._opened().checkpoint()

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        self._engine.dispose()

    def _opened(self) -> GroupCommit:
        if self._writer is None:
            raise RuntimeError("the store is closed")
        return self._writer


def _set_up(connection: sqlite3.Connection, _: object) -> None:
    for setting in _SETTINGS:
        connection.execute(setting)


def _check_file(path: Path) -> None:
    try:
        status = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        raise StoreMissing("there is no store at this path; `visavis init` makes one") from None
    except OSError as error:
        raise StorePermissions(f"the store cannot be read: {error.strerror}") from None
    if not stat.S_ISREG(status.st_mode):
        raise StorePermissions("the store is not a plain file")
    if status.st_uid != os.geteuid():
        raise StorePermissions("the store belongs to another user")
    if status.st_mode & _OTHERS:
        raise StorePermissions("the store is open to others; its mode must be 0600")
