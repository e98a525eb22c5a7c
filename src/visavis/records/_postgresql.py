"""A store in a PostgreSQL database: a pool of connections, and the server's own group commit."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, ClassVar

import sqlalchemy as sa

from ._advisory import lock
from ._backend import Backend
from ._transaction import Snapshot, Transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

_POOL = 16  # connections kept; PostgreSQL's default allows 100 for all clients together
_OVERFLOW = 16  # connections more for a moment
_PATIENCE = 10  # seconds that we wait for a connection, and for others' locks


class PostgreSQL(Backend):
    """A database that exists, for visavis alone."""

    name: ClassVar[str] = "postgresql"

    def __init__(self, url: sa.URL) -> None:
        self._engine = sa.create_engine(
            url.set(drivername="postgresql+psycopg"),
            isolation_level="READ COMMITTED",  # what must not change is locked row by row
            connect_args={"connect_timeout": _PATIENCE},
            pool_size=_POOL,
            max_overflow=_OVERFLOW,
            pool_timeout=_PATIENCE,
            hide_parameters=True,
        )
        sa.event.listen(self._engine, "connect", _set_up)

    def created(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()  # its tables are undone by their transaction

    def open(self) -> None:
        with self._engine.connect():
            pass

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self._engine.begin() as connection:
            yield Transaction(connection)

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[Transaction]:
        with self.transaction() as transaction:
            lock(transaction, "migration")
            yield transaction

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        with self._engine.begin() as connection:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield Snapshot(connection)

    def wipe(self) -> bool:
        return False

    def close(self) -> None:
        self._engine.dispose()


def _set_up(connection: psycopg.Connection, _: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{_PATIENCE}s'")
        cursor.execute("SHOW synchronous_commit")
        (durable,) = cursor.fetchone() or ("off",)
        if durable == "off":  # else it is at least as strict as we need
            cursor.execute("SET synchronous_commit = on")
    connection.commit()
