"""The institution's log for whoever looks at it: signed, proved and checked.

What reads needs no key ring, only the store: an auditor may have a copy of that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from visavis.errors import (
    Error,
    InputInvalid,
    KeyringMissing,
    LogProofInvalid,
)
from visavis.records import (
    count_waiting,
    find_leaf,
    last_checkpoint,
    read_checkpoints,
    read_log,
)
from visavis.transparency import (
    Checkpoint,
    check_log,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    prove,
    verify_consistency,
    verify_inclusion,
)
from visavis.verifier._audit_records import audit_records
from visavis.verifier._log_key import log_key
from visavis.verifier._tend import sequence_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from visavis.records import Snapshot
    from visavis.transparency import LogReport
    from visavis.verifier._vault import Vault

__all__ = [
    "LogProof",
    "audit_log",
    "prove_consistency",
    "prove_extension",
    "prove_inclusion",
    "sign_log",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogProof:
    """A proof against the last checkpoint, as in RFC 6962.

    Attributes:
        checkpoint: the signed note that it is proved against.
        hashes: 32 bytes each, from the leaves upwards.
        index: the leaf's place, from 0; None for a proof of consistency.
    """

    checkpoint: bytes
    hashes: tuple[bytes, ...]
    index: int | None = None


def sign_log(vault: Vault) -> bytes:
    """Gives every waiting leaf its place, and returns the signed checkpoint of the log.

    Raises:
        KeyringMissing: the log's signing key is not here.
        InputInvalid: nothing has happened yet.
        LogTampered: what is stored does not fit the last checkpoint; nothing is signed.
        Error: ``store.*``, ``log.*``.
    """
    if vault.signer is None:
        raise KeyringMissing("the log's signing key is not beside the key ring")
    note = sequence_all(vault)
    if note is None:
        raise InputInvalid("there is no leaf yet")
    return note


def audit_log(snapshot: Snapshot, institution: str, *, external: Sequence[bytes] = ()) -> LogReport:
    """Checks the whole log: every leaf, opening and checkpoint, and every record against it.

    Args:
        snapshot: of the store.
        institution: whose log.
        external: checkpoints (signed notes) that were kept where whoever has the store cannot
            change them. Without one, a log that was rewritten and signed again looks intact.

    Raises:
        LogSignatureInvalid, LogMalformed: an external checkpoint is not this log's.
        InstitutionUnknown: the store has no such institution.
    """
    key = log_key(snapshot, institution)
    kept = [Checkpoint.open(note, verifier=key) for note in external]
    own, forged = [], []
    for note in read_checkpoints(snapshot, institution):
        try:
            own.append(Checkpoint.open(note, verifier=key))
        except Error as error:
            forged.append(f"A checkpoint of the log's own is not one: {error.detail}.")
    report = check_log(read_log(snapshot, institution), own=own, external=kept)
    exchanged, unknown = audit_records(snapshot, institution, sizes=[one.size for one in own])
    waiting = count_waiting(snapshot, institution)
    if waiting:
        unknown.append(f"{waiting} leaves have no place yet: no checkpoint covers them.")
    return replace(
        report,
        problems=(*forged[:1], *report.problems, *exchanged),
        limits=(*report.limits, *unknown),
    )


def prove_inclusion(snapshot: Snapshot, institution: str, *, leaf: bytes) -> LogProof:
    """Proves that a leaf stands in the log of the last checkpoint.

    Raises:
        InputInvalid: the log has no such leaf, or it has no place yet.
        LogProofInvalid: the log is not that of its checkpoint.
    """
    note, checkpoint = _last(snapshot, institution)
    index = find_leaf(snapshot, institution, leaf)
    if index is None or index >= checkpoint.size:
        raise InputInvalid("no such leaf, or it waits for the next checkpoint")
    hashes = prove(inclusion_ranges(index, checkpoint.size), _hashes(snapshot, institution))
    verify_inclusion(
        leaf_hash(leaf), index=index, size=checkpoint.size, proof=hashes, root=checkpoint.root
    )
    return LogProof(checkpoint=note, hashes=hashes, index=index)


def prove_consistency(snapshot: Snapshot, institution: str, *, old: bytes) -> LogProof:
    """Proves that the log of an older checkpoint (a signed note) begins that of the last one.

    Raises:
        LogProofInvalid: it does not.
        LogSignatureInvalid, LogMalformed: the older checkpoint is not this log's.
    """
    before = Checkpoint.open(old, verifier=log_key(snapshot, institution))
    proof = prove_extension(snapshot, institution, since=before.size)
    after = Checkpoint.open(proof.checkpoint, verifier=log_key(snapshot, institution))
    verify_consistency(
        old_size=before.size,
        old_root=before.root,
        new_size=after.size,
        new_root=after.root,
        proof=proof.hashes,
    )
    return proof


def prove_extension(snapshot: Snapshot, institution: str, *, since: int) -> LogProof:
    """The hashes by which whoever has a checkpoint of this size sees that the log only grew.

    Raises:
        LogProofInvalid: the log is shorter than that.
    """
    note, checkpoint = _last(snapshot, institution)
    if since > checkpoint.size:
        raise LogProofInvalid("the log is shorter than that")
    hashes = prove(consistency_ranges(since, checkpoint.size), _hashes(snapshot, institution))
    return LogProof(checkpoint=note, hashes=hashes)


def _last(snapshot: Snapshot, institution: str) -> tuple[bytes, Checkpoint]:
    key = log_key(snapshot, institution)
    note = last_checkpoint(snapshot, institution)
    if note is None:
        raise InputInvalid("there is no checkpoint yet")
    return note, Checkpoint.open(note, verifier=key)


def _hashes(snapshot: Snapshot, institution: str) -> Callable[[int, int], Iterator[bytes]]:
    def read(start: int, end: int) -> Iterator[bytes]:
        for entry in read_log(snapshot, institution, start=start, end=end):
            yield leaf_hash(entry.leaf)

    return read
