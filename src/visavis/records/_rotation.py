"""Rotation: every record of an institution gets its current key around it, without any claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from visavis.errors import SealingRefused
from visavis.sealing import rewrap

from ._institutions import add_key, list_keys
from ._schema import records

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from visavis.sealing import Kek, KeyRing

    from ._store import Store
    from ._transaction import Snapshot

_BATCH = 500  # records changed in one transaction: some 50 ms for which others wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """What a rotation did.

    Attributes:
        rotated: how many records got the current key.
        refused: how many did not open with the key that they name: damaged, or not ours.
        remaining: how many carry another key still, the refused ones included; 0 before an epoch
            may be destroyed.
    """

    rotated: int
    refused: int
    remaining: int


def rotate(
    store: Store,
    *,
    key_ring: KeyRing,
    institution: str,
    progress: Callable[[int], None] | None = None,
) -> Rotation:
    """Give every record of the institution the current key, in batches.

    May be interrupted at any time, and simply be called again. Records may be used, renewed and
    forgotten meanwhile: a record is changed only where it is still the one that was read, so none
    comes back. Holds one batch in memory.

    Args:
        store: where the records are.
        key_ring: with the current key and the old ones.
        institution: whose records.
        progress: called after each batch with the number of records rotated so far.

    Raises:
        KeyringUnknown, KeyringEpochDestroyed: an old key is missing that records still need.
    """
    new = key_ring.current(institution)
    with store.transaction() as t:
        add_key(t, new, on=datetime.now(UTC).date())
        listed = list_keys(t, institution)
    rotated = refused = 0
    for key in listed:
        if key.kek_id == new.kek_id:
            continue
        after = b""
        while batch := _read(store, institution, key.kek_id, after=after):
            after = batch[-1].locator
            old = key_ring.find(institution, key.kek_id)
            changes, failed = _rewrapped(batch, old=old, new=new)
            rotated += _write(store, changes)
            refused += failed
            if progress is not None:
                progress(rotated)
    with store.snapshot() as s:
        remaining = count_unrotated(s, institution, new.kek_id)
    return Rotation(rotated=rotated, refused=refused, remaining=remaining)


def count_unrotated(snapshot: Snapshot, institution: str, kek_id: bytes) -> int:
    """How many of the institution's records are sealed with another key than this."""
    count = sa.select(sa.func.count()).select_from(records)
    others = count.where(records.c.institution == institution, records.c.kek_id != kek_id)
    return snapshot.connection.scalar(others) or 0


_Row = sa.Row[*tuple[Any, ...]]


def _read(store: Store, institution: str, kek_id: bytes, *, after: bytes) -> Sequence[_Row]:
    with store.snapshot() as s:
        return s.connection.execute(
            _READ, {"whose": institution, "key": kek_id, "after": after, "batch": _BATCH}
        ).all()


def _rewrapped(batch: Sequence[_Row], *, old: Kek, new: Kek) -> tuple[list[dict[str, object]], int]:
    changes: list[dict[str, object]] = []
    for row in batch:
        try:
            wrap = rewrap(
                row.wrap,
                institution=row.institution,
                locator=row.locator,
                enrolment_id=row.enrolment_id,
                old=old,
                new=new,
            )
        except SealingRefused:
            continue
        changes.append(
            {
                "which": row.locator,
                "old": old.kek_id,
                "seen": row.version,
                "new": new.kek_id,
                "wrapped": wrap,
            }
        )
    return changes, len(batch) - len(changes)


def _write(store: Store, changes: list[dict[str, object]]) -> int:
    if not changes:
        return 0
    with store.transaction() as t:
        return t.connection.execute(_WRITE, changes).rowcount


_READ = (
    sa.select(
        records.c.locator,
        records.c.institution,
        records.c.enrolment_id,
        records.c.version,
        records.c.wrap,
    )
    .where(
        records.c.institution == sa.bindparam("whose"),
        records.c.kek_id == sa.bindparam("key"),
        records.c.locator > sa.bindparam("after"),
    )
    .order_by(records.c.locator)
    .limit(sa.bindparam("batch"))
)

_WRITE = (
    sa.update(records)
    .where(
        records.c.locator == sa.bindparam("which"),
        records.c.kek_id == sa.bindparam("old"),
        records.c.version == sa.bindparam("seen"),
    )
    .values(
        wrap=sa.bindparam("wrapped"),
        kek_id=sa.bindparam("new"),
        version=records.c.version + 1,
    )
)
