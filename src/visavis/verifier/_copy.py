"""The copies of the logs, one an institution: written with each checkpoint, looked at when opening.

A copy is written after the store has committed what it says, so no healthy store is behind its
copy: one that is was restored from a backup, and is refused until it is told what happened since
(docs/decisions/0014).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from visavis.errors import LogCopyMissing, StoreDiverged, StoreRestored
from visavis.records import (
    checkpoint_of_size,
    list_institutions,
    log_size,
    next_checkpoint,
    read_copied,
)
from visavis.transparency import EventKind, LogCopy
from visavis.verifier._log_key import log_key

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from visavis.records import Snapshot, Store
    from visavis.transparency import CopyHead, Told, VerifierKey

__all__ = [
    "Copied",
    "begin_copy",
    "copy_log",
    "drop_from_copy",
    "go_on",
    "require_current",
    "require_goes_on",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What a copy holds now.

    Attributes:
        size: leaves.
        told: of them, those whose openings are kept.
    """

    size: int
    told: int


def begin_copy(key: VerifierKey, *, to: Path) -> None:
    """Makes an empty copy of this key's log; one that is there stays.

    Raises:
        LogCopyForeign, LogCopyDamaged: what is there is none of this log.
        LogCopyUnwritable: it cannot be made.
    """
    copy = LogCopy(to, key=key)
    copy.create()
    copy.head()


def copy_log(store: Store, institution: str, *, to: Path) -> Copied:
    """Copies the log up to its last checkpoint, from where the copy ends; checks all of the copy.

    Needs no key: what is not signed yet is not copied.

    Args:
        store: where the log is.
        institution: whose.
        to: the copy's folder, made where there is none.

    Raises:
        StoreRestored, StoreDiverged: the copy is of a later state, or of another one.
        LogCopyForeign, LogCopyDamaged: it is no copy of this log; nothing was changed.
        LogCopyUnwritable: it cannot be written.
        LogTampered: what is stored does not lead to its checkpoint.
        Error: ``store.*``.
    """
    copy = _copy_of(store, institution, to)
    copy.create()
    with copy.locked():
        copy.check()
        head = _without_forgotten(copy, _extend(store, institution, copy))
        return Copied(size=head.size, told=sum(1 for _ in copy.told(head)))


def go_on(store: Store, institution: str, *, to: Path) -> None:
    """Continues a copy up to the log's last checkpoint.

    Raises:
        LogCopyMissing: there is none. It is not made here: where a folder is gone, perhaps its disk
            is not mounted.
        Error: as ``copy_log``.
    """
    copy = _copy_of(store, institution, to)
    with copy.locked():
        _extend(store, institution, copy)


def drop_from_copy(store: Store, institution: str, *, to: Path, before: date) -> None:
    """Erases what a copy tells of before this day: retention ends there, too.

    Raises:
        LogCopyMissing, LogCopyForeign, LogCopyDamaged, LogCopyUnwritable: as ``copy_log``.
    """
    copy = _copy_of(store, institution, to)
    with copy.locked():
        copy.drop(copy.head(), gone=lambda told: told.on < before)


def require_current(store: Store, copies: Path | None) -> None:
    """Returns if no institution's log is older than its copy, or if none are kept.

    Raises:
        StoreRestored: one is; the detail says whose.
        StoreDiverged: one contradicts its copy.
        LogCopyMissing, LogCopyForeign, LogCopyDamaged: a copy is not there or not fit. That the
            store is not an old one is then not known, and it counts as one.
        Error: ``store.*``.
    """
    with store.snapshot() as s:
        known = list_institutions(s)
    if copies is None:
        return
    # The copies first: meanwhile others may write to both, and the store is always ahead.
    heads = {one.institution: _head(copies, one.institution, one.log_key) for one in known}
    with store.snapshot() as s:
        for institution, head in heads.items():
            require_goes_on(s, institution, head)


def require_goes_on(snapshot: Snapshot, institution: str, head: CopyHead) -> None:
    """Returns if the log goes on from where this copy ends.

    Raises:
        StoreRestored: it is shorter.
        StoreDiverged: it has another checkpoint there, or none.
    """
    if head.note is None or head.note == checkpoint_of_size(snapshot, institution, head.size):
        return
    if log_size(snapshot, institution) < head.size:
        raise StoreRestored(
            f"the store is older than the copy of {institution}'s log: what happened since must be "
            "replayed with `visavis store replay` before anything else"
        )
    raise StoreDiverged(
        f"{institution}'s log and its copy contradict each other: a restored store went on before "
        "it was told what had happened. Restore the backup once more and replay before anything "
        "else, or begin another copy, and tell whoever keeps checkpoints"
    )


def _extend(store: Store, institution: str, copy: LogCopy) -> CopyHead:
    head, forgotten = copy.head(), False
    with store.snapshot() as s:
        require_goes_on(s, institution, head)
        while (later := next_checkpoint(s, institution, after=head.size)) is not None:
            size, note = later
            leaves, told = read_copied(s, institution, start=head.size, end=size)
            head = copy.extend(head, leaves=leaves, told=told, note=note)
            forgotten = forgotten or any(map(_forgotten, told))
    return _without_forgotten(copy, head) if forgotten else head


def _copy_of(store: Store, institution: str, folder: Path) -> LogCopy:
    with store.snapshot() as s:
        return LogCopy(folder, key=log_key(s, institution))


def _head(copies: Path, institution: str, key: VerifierKey) -> CopyHead:
    try:
        return LogCopy(copies / institution, key=key).head()
    except LogCopyMissing:
        raise LogCopyMissing(
            f"there is no copy of {institution}'s log where log.copies says; `visavis log copy` "
            "makes the first one"
        ) from None


def _forgotten(told: Told) -> bool:
    return told.tells_of(EventKind.ENROLMENT_FORGOTTEN)


def _without_forgotten(copy: LogCopy, head: CopyHead) -> CopyHead:
    """Of who is forgotten, keep that they are, and nothing else."""
    forgotten: set[bytes | None] = set()
    others: set[bytes | None] = set()
    for told in copy.told(head):
        (forgotten if _forgotten(told) else others).add(told.enrolment)
    gone = forgotten & others
    if not gone:
        return head
    return copy.drop(head, gone=lambda told: told.enrolment in gone and not _forgotten(told))
