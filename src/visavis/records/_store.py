"""The store: where records are kept, and how they are read and changed."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Self

from visavis.errors import StoreExists

from ._backend import Backend, backend_of
from ._migrate import migrate, read_version, require_version
from ._translate import translated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from ._transaction import Snapshot, Transaction


class Store:
    """An open store. Any number of threads may use it at once.

    ::

        with open_store("sqlite:///visavis.db") as store, store.transaction() as t:
            ...
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Everything that is changed inside becomes durable when it ends, or not at all.

        Nothing slow belongs inside: on SQLite all other writers wait.

        Raises:
            Error: ``store.*``; nothing was changed.
        """
        with translated(), self._backend.transaction() as transaction:
            yield transaction

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """The store as it is at the beginning; for reading, holds up nobody.

        Raises:
            Error: ``store.*``.
        """
        with translated(), self._backend.snapshot() as snapshot:
            yield snapshot

    def wipe(self) -> bool:
        """Overwrite what deleted rows left behind, as far as the database lets us.

        On SQLite: empties the write-ahead log; deleted rows in the database itself were overwritten
        with zeros when they were deleted. On PostgreSQL: nothing, VACUUM and the archive of the
        write-ahead log are the operator's; see docs/store.md.

        Returns:
            Whether nothing is left behind; False where a reader still needs the old state.
        """
        with translated():
            return self._backend.wipe()

    def close(self) -> None:
        """Close every connection."""
        self._backend.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Store({self._backend.name})"


def open_store(url: str) -> Store:
    """Open the store at ``sqlite:///path`` or ``postgresql://user@host/database``.

    Raises:
        InputInvalid: no such URL.
        StoreMissing: there is no store.
        StoreVersion: it is of another version.
        StorePermissions: its file is open to others.
        StoreUnreachable, StoreCorrupt: it cannot be read.
    """
    backend = backend_of(url)
    with _closed_on_error(backend), translated():
        backend.open()
        with backend.snapshot() as snapshot:
            require_version(snapshot.connection)
    return Store(backend)


def create_store(url: str) -> Store:
    """Make an empty store: a new file, or the tables in an existing PostgreSQL database.

    Raises:
        InputInvalid: no such URL.
        StoreExists: there is a store, or a file, already.
        StoreUnwritable, StoreUnreachable: it cannot be made.
    """
    backend = backend_of(url)
    with _closed_on_error(backend), translated(), backend.created():
        backend.open()
        with backend.exclusive() as transaction:
            if read_version(transaction.connection) is not None:
                raise StoreExists("there is a store in this database already")
            migrate(transaction.connection)
    return Store(backend)


def upgrade_store(url: str) -> None:
    """Bring an older store to the present version, in one transaction. Make a backup before.

    Raises:
        InputInvalid: no such URL.
        StoreMissing: there is no store.
        StoreVersion: a newer visavis made it.
        StoreUnwritable, StoreUnreachable, StoreBusy: nothing was changed.
    """
    backend = backend_of(url)
    with contextlib.closing(backend), translated():
        backend.open()
        with backend.exclusive() as transaction:
            if read_version(transaction.connection) is None:
                require_version(transaction.connection)
            migrate(transaction.connection)


@contextlib.contextmanager
def _closed_on_error(backend: Backend) -> Iterator[None]:
    try:
        yield
    except BaseException:
        backend.close()
        raise
