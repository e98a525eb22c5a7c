"""How many uploads took the place of a liveness session, where the settings allow that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from ._schema import uploads
from ._words import check_word

if TYPE_CHECKING:
    from datetime import date

    from ._transaction import Snapshot, Transaction


def count_upload(
    transaction: Transaction, institution: str, *, use: str, on: date, limit: int
) -> bool:
    """Count one; False where the day's limit is reached already, and nothing was counted.

    Args:
        transaction: what to write with.
        institution: whose.
        use: what for, a word such as ``enrolment`` or ``comparison``.
        on: the day (UTC).
        limit: how many a day are let through.

    Raises:
        InputInvalid: the use is no word.
    """
    values = {
        "institution": institution,
        "day": on,
        "use": check_word(use, what="use"),
        "limit": limit,
    }
    return limit > 0 and transaction.connection.execute(_COUNT, values).first() is not None


def list_uploads(snapshot: Snapshot, institution: str) -> dict[tuple[date, str], int]:
    """The institution's counts by day and use."""
    rows = snapshot.connection.execute(
        sa.select(uploads).where(uploads.c.institution == institution)
    )
    return {(row.day, row.use): row._mapping["count"] for row in rows}  # noqa: SLF001 - public


# Locks, compares and counts in one statement; no row comes back where the limit is reached.
_COUNT = sa.text(
    "INSERT INTO uploads (institution, day, use, count) VALUES (:institution, :day, :use, 1)"
    " ON CONFLICT (institution, day, use)"
    " DO UPDATE SET count = uploads.count + 1 WHERE uploads.count < :limit"
    " RETURNING count"
).bindparams(sa.bindparam("day", type_=sa.Date()))
