"""What the two databases do differently, behind one interface."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import sqlalchemy as sa

from visavis.errors import InputInvalid

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from ._durability import Durability
    from ._transaction import Snapshot, Transaction


class Backend(ABC):
    """A database that holds a store, or shall."""

    name: ClassVar[str]
    takes_single_statements: ClassVar[bool]
    reads_here: ClassVar[bool]

    @abstractmethod
    def created(self) -> AbstractContextManager[None]:
        """Make what must be there before ``open``; undone if what is inside fails."""

    @abstractmethod
    def open(self) -> None:
        """Connect."""

    @abstractmethod
    def transaction(self, durability: Durability) -> AbstractContextManager[Transaction]:
        """Committed when it ends."""

    @abstractmethod
    def exclusive(self) -> AbstractContextManager[Transaction]:
        """The same; of those that ask for it, one at a time over all processes."""

    @abstractmethod
    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """One state of the store, to read from."""

    @abstractmethod
    def single_read(self) -> AbstractContextManager[Snapshot]:
        """See ``Store.single_read``."""

    def run_single(self, statement: str, values: Mapping[str, object]) -> tuple[Any, ...]:
        """See ``Store.run_single``; only where ``takes_single_statements``."""
        raise NotImplementedError

    @abstractmethod
    def wipe(self) -> bool:
        """See ``Store.wipe``."""

    @abstractmethod
    def close(self) -> None:
        """Close every connection."""


def backend_of(url: str) -> Backend:
    """The backend for this URL, not yet connected.

    Raises:
        InputInvalid: no such URL.
    """
    from ._postgresql import PostgreSQL  # noqa: PLC0415 - either one needs this module
    from ._sqlite import SQLite  # noqa: PLC0415

    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        parsed = None
    if parsed is not None and parsed.drivername == "sqlite":
        return SQLite(parsed)
    if parsed is not None and parsed.drivername == "postgresql":
        return PostgreSQL(parsed)
    raise InputInvalid("a store is sqlite:///path or postgresql://user@host/database")
