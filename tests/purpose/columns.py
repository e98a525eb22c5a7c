"""Every table and column of a store, one line each.

    python -m tests.purpose.columns > tests/purpose/reviewed_columns.txt

writes the reviewed list anew. Read the difference before committing it: no column may hold a
picture, a name, a score, a claim or an open vector (DESIGN sections 2 and 4).
"""

from __future__ import annotations

import tempfile

import sqlalchemy as sa

from visavis.records import Snapshot, create_store

__all__ = ["columns"]


def columns(snapshot: Snapshot) -> list[str]:
    """Sorted lines, read from the database itself, the same for both kinds."""
    inspector = sa.inspect(snapshot.connection)
    return sorted(
        f"{table}.{column['name']}: {_kind(column['type'])}"
        for table in inspector.get_table_names()
        for column in inspector.get_columns(table)
    )


def _kind(kind: sa.types.TypeEngine[object]) -> str:
    if isinstance(kind, sa.Uuid | sa.CHAR):
        return "id"  # SQLite keeps them as 32 hexadecimal digits
    known = (sa.LargeBinary, sa.Boolean, sa.Date, sa.Integer, sa.String)
    name = next((one.__name__ for one in known if isinstance(kind, one)), repr(kind))
    length = getattr(kind, "length", None)
    return f"{name}({length})" if length else name


if __name__ == "__main__":
    with (
        tempfile.TemporaryDirectory() as folder,
        create_store(f"sqlite:///{folder}/store.db") as store,
        store.snapshot() as s,
    ):
        print("\n".join(columns(s)))  # noqa: T201 - the point of this script
