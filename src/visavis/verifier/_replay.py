"""Telling a store that was restored what happened since its backup, from its log's copy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from itertools import islice
from typing import TYPE_CHECKING

from visavis.errors import LogTampered, StoreDiverged
from visavis.records import (
    continue_log,
    keep_opening,
    last_checkpoint,
    log_size,
    place_leaves,
    stop_sequencer,
)
from visavis.transparency import Checkpoint, Frontier, LogCopy
from visavis.verifier._copy import require_goes_on
from visavis.verifier._log_key import log_key
from visavis.verifier._since import Since

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from visavis.records import Store, Transaction
    from visavis.transparency import CopyHead, Told

__all__ = ["Replayed", "replay"]

_AT_ONCE = 10_000  # leaves stored by one statement: a megabyte


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a store was told. All are counts; none where it was not older than the copy.

    Attributes:
        leaves: how many were put back into the log.
        untold: of them, those of which no opening is kept: enrolments, verifications and consents
            since the backup. They are lost; who enrolled since enrols anew.
        forgotten: enrolments that were forgotten again.
        withdrawn: consents.
        revoked: API keys.
        disabled: enrolments that were disabled, and not enabled since.
        enabled: enrolments that were enabled, and not disabled since.
        replaced: enrolments without any claim now: theirs was replaced since, and the new one's
            record is lost. They are disabled; forget them, and let the holders enrol anew.
    """

    leaves: int = 0
    untold: int = 0
    forgotten: int = 0
    withdrawn: int = 0
    revoked: int = 0
    disabled: int = 0
    enabled: int = 0
    replaced: int = 0


def replay(store: Store, institution: str, *, copy: Path, now: datetime) -> Replayed:
    """Puts the missing leaves back in their places, and does again what they tell.

    In one transaction: all of it or nothing. Once done, doing it again does nothing.

    Args:
        store: as it was restored. Nobody else uses it.
        institution: whose log.
        copy: the folder of its copy.
        now: with a time zone.

    Raises:
        StoreDiverged: the store's log is no beginning of the copy's.
        LogCopyMissing, LogCopyForeign, LogCopyDamaged: there is no copy of this log, or it was
            changed.
        LogTampered: the store's leaves do not fit its own checkpoint.
        Error: ``store.*``. In every case nothing was changed.
    """
    with store.snapshot() as s:
        source = LogCopy(copy, key=log_key(s, institution))
    head = source.check()
    with store.transaction() as t:
        waiting = stop_sequencer(t, institution)
        signed = _signed(t, institution, source)
        if signed.size >= head.size:
            require_goes_on(t, institution, head)
            return Replayed()
        since = Since(institution, on=now.astimezone(UTC).date())
        for told in _put_back(t, institution, source, head, signed=signed, waiting=waiting):
            since.take(told)
        done = since.apply(t)
        for told in since.told:
            if told.opening.leaf not in waiting:
                keep_opening(t, told.opening, told.read(), on=told.on)
    store.wipe()
    leaves = head.size - signed.size
    return Replayed(leaves=leaves, untold=leaves - len(since.told), **done)


def _signed(t: Transaction, institution: str, source: LogCopy) -> Checkpoint:
    """The store's last checkpoint; of the empty log where there is none."""
    note = last_checkpoint(t, institution)
    frontier = Frontier()
    signed = Checkpoint(origin=source.key.name, size=0, root=frontier.root())
    if note is not None:
        signed = Checkpoint.open(note, verifier=source.key)
    if log_size(t, institution) != signed.size:
        raise LogTampered("the log's last leaf and its last checkpoint do not fit")
    return signed


def _put_back(
    t: Transaction,
    institution: str,
    source: LogCopy,
    head: CopyHead,
    *,
    signed: Checkpoint,
    waiting: frozenset[bytes],
) -> Iterator[Told]:
    """Store what the log lacks, and give what is told of it."""
    frontier = Frontier()
    entries = source.entries(head, frontier=frontier)
    for _ in islice(entries, signed.size):
        pass
    if frontier.root() != signed.root:
        raise StoreDiverged(
            "the store's log is no beginning of its copy: a restored store went on before it was "
            "told what had happened. Restore the backup once more, and replay before anything else"
        )
    start = signed.size
    while chunk := list(islice(entries, _AT_ONCE)):
        leaves = [leaf for leaf, _ in chunk]
        place_leaves(t, institution, leaves, start=start, waiting=waiting)
        start += len(leaves)
        for _, told in chunk:
            if told is not None:
                yield told
    if head.note is not None:
        continue_log(t, institution, note=head.note, frontier=frontier)
