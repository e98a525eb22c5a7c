"""A store in a PostgreSQL database: a pool of connections, and the server's own group commit."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, ClassVar

import sqlalchemy as sa

from ._advisory import lock
from ._backend import Backend
from ._durability import Durability
from ._transaction import Snapshot, Transaction
from ._translate import meaning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import psycopg

# Of each pool, and there are two. PostgreSQL's default allows 100 for all clients together.
_POOL = 8  # connections kept
_OVERFLOW = 8  # connections more for a moment
_PATIENCE = 10  # seconds that we wait for a connection, and for others' locks


class PostgreSQL(Backend):
    """A database that exists, for visavis alone."""

    name: ClassVar[str] = "postgresql"
    takes_single_statements: ClassVar[bool] = True
    reads_here: ClassVar[bool] = False

    def __init__(self, url: sa.URL) -> None:
        # READ COMMITTED: what must not change is locked row by row.
        self._engine = _engine(url, isolation_level="READ COMMITTED")
        # Between single statements there is nothing to reset.
        self._singles = _engine(url, isolation_level="AUTOCOMMIT", pool_reset_on_return=None)

    def created(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()  # its tables are undone by their transaction

    def open(self) -> None:
        with self._engine.connect():
            pass

    @contextlib.contextmanager
    def transaction(self, durability: Durability) -> Iterator[Transaction]:
        with self._engine.begin() as connection:
            if durability is Durability.WITH_THE_NEXT:
                connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            yield Transaction(connection)

    def run_single(self, statement: str, values: Mapping[str, object]) -> tuple[Any, ...]:
        import psycopg  # noqa: PLC0415 - not for SQLite

        # Straight to the driver: this is what a verification waits for.
        connection = self._singles.raw_connection()
        driver: psycopg.Connection = connection.driver_connection  # type: ignore[assignment]
        try:
            with driver.cursor(binary=True) as cursor:
                (row,) = cursor.execute(statement, values, prepare=True)
        except psycopg.Error as error:
            if driver.closed:
                connection.invalidate()
            raise meaning(error) from None
        finally:
            connection.close()
        return row

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[Transaction]:
        with self.transaction(Durability.AT_ONCE) as transaction:
            lock(transaction, "migration")
            yield transaction

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        with self._engine.begin() as connection:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield Snapshot(connection)

    @contextlib.contextmanager
    def single_read(self) -> Iterator[Snapshot]:
        with self._singles.connect() as connection:
            yield Snapshot(connection)

    def wipe(self) -> bool:
        return False

    def close(self) -> None:
        self._engine.dispose()
        self._singles.dispose()


def _engine(url: sa.URL, **options: Any) -> sa.Engine:  # noqa: ANN401 - SQLAlchemy's own
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={"connect_timeout": _PATIENCE},
        pool_size=_POOL,
        max_overflow=_OVERFLOW,
        pool_timeout=_PATIENCE,
        hide_parameters=True,
        **options,
    )
    sa.event.listen(engine, "connect", _set_up)
    return engine


def _set_up(connection: psycopg.Connection, _: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{_PATIENCE}s'")
        cursor.execute("SHOW synchronous_commit")
        (durable,) = cursor.fetchone() or ("off",)
        if durable == "off":  # else it is at least as strict as we need
            cursor.execute("SET synchronous_commit = on")
    connection.commit()
