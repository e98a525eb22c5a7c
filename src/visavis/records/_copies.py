"""What a copy of the log is written from: leaves by their places, up to a signed checkpoint."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

import sqlalchemy as sa

from visavis.errors import LogTampered
from visavis.transparency import TOLD, Opening, Told

from ._log import READ, as_bytes
from ._schema import checkpoints, openings

if TYPE_CHECKING:
    from ._transaction import Snapshot

_AT_ONCE = 10_000  # leaves that are copied in one step: some megabytes in memory
# In canonical JSON of words without quotes; reading every verification's event would take ten times
# as long.
_TOLD = re.compile(f'"kind":"(?:{"|".join(map(re.escape, sorted(TOLD)))})"'.encode())


def checkpoint_of_size(snapshot: Snapshot, institution: str, size: int) -> bytes | None:
    """The institution's signed checkpoint of exactly this size; None without one."""
    note: bytes | None = snapshot.connection.scalar(
        sa.select(checkpoints.c.note).where(
            checkpoints.c.institution == institution, checkpoints.c.size == size
        )
    )
    return note


def next_checkpoint(
    snapshot: Snapshot, institution: str, *, after: int, at_once: int = _AT_ONCE
) -> tuple[int, bytes] | None:
    """A later checkpoint with its size: the last within so many leaves, else the next one."""
    later = sa.select(checkpoints.c.size, checkpoints.c.note).where(
        checkpoints.c.institution == institution, checkpoints.c.size > after
    )
    near = later.where(checkpoints.c.size <= after + at_once).order_by(checkpoints.c.size.desc())
    for wanted in (near, later.order_by(checkpoints.c.size)):
        row = snapshot.connection.execute(wanted.limit(1)).first()
        if row is not None:
            return row.size, as_bytes(row.note)
    return None


def read_copied(
    snapshot: Snapshot, institution: str, *, start: int, end: int
) -> tuple[list[bytes], list[Told]]:
    """The leaves in [start, end), and what a restored store must be told of them.

    ``end`` is the size of a checkpoint. A leaf that is missing in the store is missing here.

    Raises:
        LogTampered: a leaf and its event do not fit.
    """
    runs = _sizes(snapshot, institution, start=start, end=end)
    leaves: list[bytes] = []
    told: list[Told] = []
    for row in snapshot.connection.execute(
        _READ, {"whose": institution, "start": start, "end": end, "chunk": end - start}
    ):
        leaves.append(as_bytes(row.leaf))
        if row.event is not None and _TOLD.search(as_bytes(row.event)):
            opening = Opening(as_bytes(row.blinding), as_bytes(row.event))
            if not opening.opens(leaves[-1]):
                raise LogTampered(f"leaf {row.position} and its event do not fit")
            run = runs[bisect_right(runs, row.position)]
            told.append(Told(position=row.position, run=run, on=row.written_on, opening=opening))
    return leaves, told


def _sizes(snapshot: Snapshot, institution: str, *, start: int, end: int) -> list[int]:
    """Of the checkpoints after ``start`` and up to ``end``: where the sequencer's runs ended."""
    return list(
        snapshot.connection.scalars(
            sa.select(checkpoints.c.size)
            .where(
                checkpoints.c.institution == institution,
                checkpoints.c.size > start,
                checkpoints.c.size <= end,
            )
            .order_by(checkpoints.c.size)
        )
    )


_READ = READ.add_columns(openings.c.written_on)
