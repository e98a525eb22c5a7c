"""The log in order: the sequencer that gives leaves their places, and reading it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from visavis.errors import LogTampered
from visavis.transparency import (
    HASH_SIZE,
    Checkpoint,
    Frontier,
    LogEntry,
    Opening,
    leaf_hash,
)

from ._advisory import lock
from ._schema import checkpoints, leaves, openings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from visavis.transparency import SignerKey

    from ._transaction import Snapshot, Transaction

_CHUNK = 1000  # leaves read at once


def sequence_leaves(
    transaction: Transaction, institution: str, *, signer: SignerKey, limit: int = 10_000
) -> bytes | None:
    """Give committed leaves their places, and sign a checkpoint of the log that they make.

    One at a time for an institution, over all processes. Publish the checkpoint only when the
    transaction has ended.

    Args:
        transaction: best one of its own.
        institution: whose log.
        signer: the log's key.
        limit: how many leaves to take; the rest waits for the next time.

    Returns:
        The signed checkpoint; the last one again if there was no new leaf, None if never one.

    Raises:
        LogTampered: what is stored does not fit the last checkpoint; nothing is signed.
        LogSignatureInvalid: the last checkpoint was not signed with this key.
    """
    lock(transaction, "sequencer", institution)
    connection = transaction.connection
    last = connection.execute(
        sa.select(checkpoints)
        .where(checkpoints.c.institution == institution)
        .order_by(checkpoints.c.size.desc())
        .limit(1)
    ).first()
    frontier = Frontier() if last is None else _resume(last, signer=signer)
    if log_size(transaction, institution) != frontier.size:
        raise LogTampered("the log's last leaf and its last checkpoint do not fit")
    # Random bytes in order: within one run of the sequencer, a place says nothing of time.
    waiting = connection.execute(
        sa.select(leaves.c.leaf)
        .where(leaves.c.institution == institution, leaves.c.position.is_(None))
        .order_by(leaves.c.leaf)
        .limit(limit)
    ).scalars()
    placed = []
    for leaf in waiting:
        placed.append({"placed": leaf, "place": frontier.size})
        frontier.append(leaf_hash(leaf))
    if not placed:
        return None if last is None else last.note
    connection.execute(
        sa.update(leaves)
        .where(leaves.c.leaf == sa.bindparam("placed"))
        .values(position=sa.bindparam("place")),
        placed,
    )
    checkpoint = Checkpoint(origin=signer.verifier.name, size=frontier.size, root=frontier.root())
    note = checkpoint.sign(signer)
    connection.execute(
        sa.insert(checkpoints),
        {
            "institution": institution,
            "size": frontier.size,
            "note": note,
            "peaks": b"".join(frontier.peaks),
        },
    )
    return note


def read_log(
    snapshot: Snapshot, institution: str, *, start: int = 0, end: int | None = None
) -> Iterator[LogEntry]:
    """The log's entries in order of their places, [start, end), with the openings still kept.

    In bounded memory; what is missing in the store is missing here, too, and ``check_log`` says so.
    """
    while True:
        rows = snapshot.connection.execute(
            READ, {"whose": institution, "start": start, "end": end, "chunk": _CHUNK}
        ).all()
        for row in rows:
            opening = None
            if row.blinding is not None:
                opening = Opening(blinding=as_bytes(row.blinding), event=as_bytes(row.event))
            yield LogEntry(index=row.position, leaf=as_bytes(row.leaf), opening=opening)
        if len(rows) < _CHUNK:
            return
        start = rows[-1].position + 1


def as_bytes(value: object) -> bytes:
    """What was stored. SQLite keeps whatever type an edited row was given; the check finds it."""
    return value if isinstance(value, bytes) else str(value).encode()


def read_checkpoints(snapshot: Snapshot, institution: str) -> tuple[bytes, ...]:
    """The institution's signed checkpoints, smallest first."""
    rows = snapshot.connection.execute(
        sa.select(checkpoints.c.note)
        .where(checkpoints.c.institution == institution)
        .order_by(checkpoints.c.size)
    )
    return tuple(as_bytes(note) for note in rows.scalars())


def last_checkpoint(snapshot: Snapshot, institution: str) -> bytes | None:
    """The institution's last signed checkpoint; None if there was never one."""
    note: bytes | None = snapshot.connection.scalar(
        sa.select(checkpoints.c.note)
        .where(checkpoints.c.institution == institution)
        .order_by(checkpoints.c.size.desc())
        .limit(1)
    )
    return note


def log_size(snapshot: Snapshot, institution: str) -> int:
    """How many leaves have their place in the log."""
    highest = snapshot.connection.scalar(
        sa.select(sa.func.max(leaves.c.position)).where(leaves.c.institution == institution)
    )
    return 0 if highest is None else highest + 1


def find_leaf(snapshot: Snapshot, institution: str, leaf: bytes) -> int | None:
    """The place of a leaf in the log; None if it has none yet, or the log has no such leaf."""
    found: int | None = snapshot.connection.scalar(
        sa.select(leaves.c.position).where(
            leaves.c.leaf == leaf, leaves.c.institution == institution
        )
    )
    return found


def count_waiting(snapshot: Snapshot, institution: str) -> int:
    """How many leaves wait for the sequencer."""
    waiting = sa.select(sa.func.count()).select_from(leaves)
    return (
        snapshot.connection.scalar(
            waiting.where(leaves.c.institution == institution, leaves.c.position.is_(None))
        )
        or 0
    )


def _resume(last: sa.Row[str, int, bytes, bytes], *, signer: SignerKey) -> Frontier:
    checkpoint = Checkpoint.open(last.note, verifier=signer.verifier)
    peaks = [last.peaks[at : at + HASH_SIZE] for at in range(0, len(last.peaks), HASH_SIZE)]
    if checkpoint.size.bit_count() == len(peaks) and len(last.peaks) % HASH_SIZE == 0:
        frontier = Frontier(checkpoint.size, peaks)
        if frontier.size == last.size and frontier.root() == checkpoint.root:
            return frontier
    raise LogTampered("the last checkpoint and the tree kept beside it do not fit")


READ = (
    sa.select(leaves.c.position, leaves.c.leaf, openings.c.blinding, openings.c.event)
    .outerjoin_from(leaves, openings, leaves.c.leaf == openings.c.leaf)
    .where(
        leaves.c.institution == sa.bindparam("whose"),
        leaves.c.position >= sa.bindparam("start"),
        sa.or_(
            sa.bindparam("end", type_=sa.BigInteger()).is_(None),
            leaves.c.position < sa.bindparam("end", type_=sa.BigInteger()),
        ),
    )
    .order_by(leaves.c.position)
    .limit(sa.bindparam("chunk"))
)
