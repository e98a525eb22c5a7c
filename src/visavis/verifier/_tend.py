"""What has to be done from time to time, whoever comes first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING

from visavis.comparison import PROFILES
from visavis.records import (
    append_leaf,
    count_waiting,
    erase_answers,
    erase_failures,
    sequence_leaves,
    sweep_attempts,
)
from visavis.transparency import Event, EventKind
from visavis.verifier._attempt import attempt_limits
from visavis.verifier._copy import go_on

if TYPE_CHECKING:
    from visavis.transparency import SignerKey
    from visavis.verifier._vault import Vault

__all__ = ["Tended", "sequence_all", "tend"]

_ABANDONED = "attempt.abandoned"  # in the log: the reason
_BATCH = 200  # attempts closed in one transaction
_BATCH_OF_LEAVES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tended:
    """What was done.

    Attributes:
        abandoned: how many attempts were closed that nobody settled; they stay counted as failed.
        failures: how many counts of failures were erased that no limit looks at any more.
        answers: how many answers to requests with a key were erased, as older than a day.
        checkpoint: the log's last signed checkpoint, to be kept elsewhere, too; None where the
            signing key is not kept here, or nothing was logged yet.
        wiped: whether nothing was left of deleted rows within the last hour, as far as the
            database lets us see to it.
    """

    abandoned: int
    failures: int
    answers: int
    checkpoint: bytes | None = field(repr=False)
    wiped: bool


def tend(vault: Vault) -> Tended:
    """Closes abandoned attempts, erases old counts, wipes, orders, signs and copies the log.

    To be called after writing, or every few seconds by a service. Any number of processes may do so
    at once, and none waits long for another.

    Raises:
        LogTampered, LogSignatureInvalid: what is stored does not fit the last checkpoint; nothing
            was signed.
        StoreRestored, StoreDiverged: the log does not go on from its copy.
        LogCopyMissing, LogCopyDamaged, LogCopyUnwritable: the log is signed, but not copied.
        Error: ``store.*``; what was done before stands.
    """
    abandoned = 0
    while closed := _sweep(vault):
        abandoned += closed
    with vault.store.transaction() as t:
        failures = erase_failures(t, now=vault.clock())
        answers = erase_answers(t, now=vault.clock())
    wiped = vault.store.wipe_if_due()
    return Tended(
        abandoned=abandoned,
        failures=failures,
        answers=answers,
        checkpoint=sequence_all(vault),
        wiped=wiped,
    )


def _sweep(vault: Vault) -> int:
    # The profile of an attempt is not kept; by the longest timeout every profile's has passed.
    limits = attempt_limits(max(PROFILES, key=lambda profile: profile.timeout))
    now = vault.clock()
    with vault.store.transaction() as t:
        closed = sweep_attempts(t, vault.institution, limits=limits, now=now, limit=_BATCH)
        for attempt in closed:
            event = Event(
                kind=EventKind.VERIFICATION_DENIED,
                institution=vault.institution,
                enrolment_id=attempt.enrolment_id,
                attempt_id=attempt.attempt_id,
                reason=_ABANDONED,
            )
            append_leaf(t, event, on=now.astimezone(UTC).date())
    return len(closed)


def sequence_all(vault: Vault) -> bytes | None:
    """Give every waiting leaf its place, and copy the log where copies are kept.

    Returns:
        The signed checkpoint, or None without key or leaf.
    """
    checkpoint = None if vault.signer is None else _sequence(vault, vault.signer)
    if vault.copies is not None:  # of what another process has signed, too
        go_on(vault.store, vault.institution, to=vault.copies / vault.institution)
    return checkpoint


def _sequence(vault: Vault, signer: SignerKey) -> bytes | None:
    with vault.store.snapshot() as s:
        waiting = count_waiting(s, vault.institution)
    checkpoint = None
    for _ in range(1 + waiting // _BATCH_OF_LEAVES):
        with vault.store.transaction() as t:
            checkpoint = sequence_leaves(
                t, vault.institution, signer=signer, limit=_BATCH_OF_LEAVES
            )
    return checkpoint
