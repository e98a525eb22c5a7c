"""What a database's error means, in our own codes and words.

Messages of a database may repeat the values of a row, so none of them is passed on.
"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

import sqlalchemy as sa

from visavis.errors import (
    Error,
    StoreBusy,
    StoreConflict,
    StoreCorrupt,
    StoreUnreachable,
    StoreUnwritable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_BUSY = "others hold the store for longer than we wait; nothing was changed"
_UNWRITABLE = "the store takes no changes: {}"
_UNREACHABLE = "the database does not answer: {}"

# Primary result codes of SQLite (https://www.sqlite.org/rescode.html).
_SQLITE: dict[int, tuple[type[Error], str]] = {
    sqlite3.SQLITE_BUSY: (StoreBusy, _BUSY),
    sqlite3.SQLITE_LOCKED: (StoreBusy, _BUSY),
    sqlite3.SQLITE_CONSTRAINT: (StoreConflict, "the change contradicts what is stored"),
    sqlite3.SQLITE_FULL: (StoreUnwritable, _UNWRITABLE.format("the disk is full")),
    sqlite3.SQLITE_READONLY: (StoreUnwritable, _UNWRITABLE.format("it is read-only")),
    sqlite3.SQLITE_IOERR: (StoreUnwritable, _UNWRITABLE.format("input/output error")),
    sqlite3.SQLITE_PERM: (StoreUnwritable, _UNWRITABLE.format("no permission")),
    sqlite3.SQLITE_CANTOPEN: (StoreUnreachable, _UNREACHABLE.format("the file cannot be opened")),
    sqlite3.SQLITE_NOTADB: (StoreCorrupt, "the file is not a database"),
    sqlite3.SQLITE_CORRUPT: (StoreCorrupt, "the database is damaged"),
}

# SQLSTATEs of PostgreSQL, and where no single one is listed, their classes (appendix A).
_POSTGRESQL: dict[str, tuple[type[Error], str]] = {
    "25006": (StoreUnwritable, _UNWRITABLE.format("it is read-only")),
    "42501": (StoreUnwritable, _UNWRITABLE.format("no permission")),
    "55P03": (StoreBusy, _BUSY),
    "57014": (StoreBusy, _BUSY),
    "23": (StoreConflict, "the change contradicts what is stored"),
    "40": (StoreBusy, _BUSY),
    "53": (StoreUnwritable, _UNWRITABLE.format("the server lacks disk, memory or connections")),
    "58": (StoreUnwritable, _UNWRITABLE.format("the server reports a system error")),
    "08": (StoreUnreachable, _UNREACHABLE.format("connection lost")),
    "57": (StoreUnreachable, _UNREACHABLE.format("it is shutting down or starting")),
    "28": (StoreUnreachable, _UNREACHABLE.format("it does not let us in")),
    "3D": (StoreUnreachable, _UNREACHABLE.format("no such database")),
    "XX": (StoreCorrupt, "the database is damaged"),
}


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn what the database raises inside into an error of ours."""
    try:
        yield
    except (sa.exc.DBAPIError, sqlite3.Error) as error:
        raise meaning(error) from None
    except sa.exc.TimeoutError:
        raise StoreBusy(_BUSY) from None


def meaning(error: Exception) -> Error:
    """The error of ours for one of the database's."""
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        # No code: the driver itself objects. The low byte is the primary code.
        code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        kind, detail = _SQLITE.get(code & 0xFF, _unexpected(f"SQLite {code}"))
        return kind(detail)
    state = getattr(cause, "sqlstate", None)
    if state is None:  # psycopg never reached a server, or lost it
        return StoreUnreachable(_UNREACHABLE.format("no connection"))
    listed = _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
    kind, detail = listed or _unexpected(f"SQLSTATE {state}")
    return kind(detail)


def _unexpected(code: str) -> tuple[type[Error], str]:
    return StoreCorrupt, f"the database is not as visavis left it ({code})"
