"""The store: where records are kept, and how they are read and changed."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any, Self

from visavis._stages import stage
from visavis.errors import StoreExists

from ._backend import Backend, backend_of
from ._durability import Durability
from ._migrate import migrate, read_version, require_version
from ._translate import translated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

    from ._transaction import Snapshot, Transaction

_WIPE_EVERY = 3600.0  # seconds


class Store:
    """An open store. Any number of threads may use it at once.

    ::

        with open_store("sqlite:///visavis.db") as store, store.transaction() as t:
            ...
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._wiped_at: float | None = None

    @contextlib.contextmanager
    def transaction(self, *, durability: Durability = Durability.AT_ONCE) -> Iterator[Transaction]:
        """Everything that is changed inside takes effect when it ends, or not at all.

        Nothing slow belongs inside: on SQLite all other writers wait.

        Args:
            durability: whether it is on disk when it ends.

        Raises:
            Error: ``store.*``; nothing was changed.
        """
        with stage("store"), translated(), self._backend.transaction(durability) as transaction:
            yield transaction

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """The store as it is at the beginning; for reading, holds up nobody.

        Raises:
            Error: ``store.*``.
        """
        with stage("store"), translated(), self._backend.snapshot() as snapshot:
            yield snapshot

    @contextlib.contextmanager
    def single_read(self) -> Iterator[Snapshot]:
        """To run one statement that reads. Several would see several states of the store.

        Raises:
            Error: ``store.*``.
        """
        with stage("store"), translated(), self._backend.single_read() as snapshot:
            yield snapshot

    @property
    def reads_here(self) -> bool:
        """Whether a row is read in this process, in no time, and not by a server."""
        return self._backend.reads_here

    @property
    def takes_single_statements(self) -> bool:
        """Whether the database does much in one statement, and a round trip is worth saving."""
        return self._backend.takes_single_statements

    def run_single(self, statement: str, values: Mapping[str, object]) -> tuple[Any, ...]:
        """Run one statement that is a transaction of its own, and return its one row.

        Raises:
            Error: ``store.*``.
        """
        with stage("store"), translated():
            return self._backend.run_single(statement, values)

    def wipe(self) -> bool:
        """Overwrite what deleted rows left behind, as far as the database lets us.

        On SQLite: empties the write-ahead log; deleted rows in the database itself were overwritten
        with zeros when they were deleted. On PostgreSQL: nothing, VACUUM and the archive of the
        write-ahead log are the operator's; see docs/store.md.

        Returns:
            Whether nothing is left behind; False where a reader still needs the old state.
        """
        with translated():
            nothing_left = self._backend.wipe()
        self._wiped_at = time.monotonic() if nothing_left else None
        return nothing_left

    def wipe_if_due(self) -> bool:
        """As ``wipe``, unless that succeeded here within the last hour: then nothing is done.

        Commits are slow while a write-ahead log that was emptied grows again.
        """
        if self._wiped_at is not None and time.monotonic() - self._wiped_at < _WIPE_EVERY:
            return True
        return self.wipe()

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
    with closed_on_error(backend), translated():
        backend.open()
        with backend.snapshot() as snapshot:
            require_version(snapshot.connection)
    return Store(backend)


def create_store(url: str, *, furnish: Callable[[Transaction], None] | None = None) -> Store:
    """Make a store: a new file, or the tables in an existing PostgreSQL database.

    Args:
        url: ``sqlite:///path`` or ``postgresql://user@host/database``.
        furnish: puts the first rows into it, in the same transaction; without, it is empty.

    Raises:
        InputInvalid: no such URL.
        StoreExists: there is a store, or a file, already.
        StoreUnwritable, StoreUnreachable: it cannot be made.
    """
    backend = backend_of(url)
    with closed_on_error(backend), translated(), backend.created():
        backend.open()
        with backend.exclusive() as transaction:
            if read_version(transaction.connection) is not None:
                raise StoreExists("there is a store in this database already")
            migrate(transaction.connection)
            if furnish is not None:
                furnish(transaction)
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
def closed_on_error(store: Store | Backend) -> Iterator[None]:
    """Close it if what is inside fails."""
    try:
        yield
    except BaseException:
        store.close()
        raise
