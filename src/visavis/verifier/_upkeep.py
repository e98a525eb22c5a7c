"""What ends or restores the use of an enrolment, each with its leaf. No face is looked at."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from visavis.errors import ConsentUnknown, EnrolmentUnknown, InputInvalid
from visavis.records import (
    append_leaf,
    enable_enrolment,
    find_record,
    forget_enrolment,
    list_model_digests,
)
from visavis.records import withdraw_consent as withdraw
from visavis.transparency import Event, EventKind

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from visavis.records import Snapshot, StoredRecord
    from visavis.sealing import Claim
    from visavis.verifier._once import Once
    from visavis.verifier._vault import Vault

__all__ = ["enable", "forget", "model_digests", "withdraw_consent"]


def forget(
    vault: Vault,
    *,
    claim: Claim | None = None,
    enrolment_id: UUID | None = None,
    once: Once | None = None,
) -> None:
    """Deletes everything of an enrolment, at once and for good; give one of the two.

    The log keeps a leaf that says that this enrolment_id was forgotten, until retention ends, and
    of everything before it hashes that nobody can open. What backups hold is shut when the epoch
    of their key is destroyed. On SQLite, bytes of the row may stay in the write-ahead log while
    another process reads, until the next checkpoint; on PostgreSQL until vacuum (docs/store.md).

    Raises:
        InputInvalid: neither or both are given.
        EnrolmentUnknown: there is no such enrolment, or none any more.
        Error: ``store.*``, and with ``once`` ``idempotency.*``; nothing was changed.
    """
    _require_one(claim, enrolment_id)
    with vault.store.transaction() as t:
        if once is not None:
            once.begin(t, now=vault.clock())
        wanted = enrolment_id if claim is None else _enrolment_of(t, vault, claim)
        if wanted is None or not forget_enrolment(t, vault.institution, wanted):
            raise EnrolmentUnknown("there is no such enrolment")
        event = Event(
            kind=EventKind.ENROLMENT_FORGOTTEN, institution=vault.institution, enrolment_id=wanted
        )
        append_leaf(t, event, on=_today(vault))
        if once is not None:
            once.finish(t, None)
    vault.store.wipe()


def withdraw_consent(vault: Vault, *, consent_id: UUID, once: Once | None = None) -> None:
    """Withdraws a consent: from now on, nothing is verified under it. The enrolment stays.

    Raises:
        ConsentUnknown: there is no such consent, or it was withdrawn before.
        Error: ``store.*``, and with ``once`` ``idempotency.*``; nothing was changed.
    """
    today = _today(vault)
    with vault.store.transaction() as t:
        if once is not None:
            once.begin(t, now=vault.clock())
        enrolment_id = withdraw(t, vault.institution, consent_id, on=today)
        if enrolment_id is None:
            raise ConsentUnknown("there is no such consent that still holds")
        event = Event(
            kind=EventKind.CONSENT_WITHDRAWN,
            institution=vault.institution,
            enrolment_id=enrolment_id,
            consent_id=consent_id,
        )
        append_leaf(t, event, on=today)
        if once is not None:
            once.finish(t, None)


def enable(vault: Vault, *, enrolment_id: UUID, once: Once | None = None) -> None:
    """Enables an enrolment after attended recovery: it begins anew, without failures.

    Raises:
        EnrolmentUnknown: there is no such enrolment.
        Error: ``store.*``, and with ``once`` ``idempotency.*``; nothing was changed.
    """
    with vault.store.transaction() as t:
        if once is not None:
            once.begin(t, now=vault.clock())
        if not enable_enrolment(t, vault.institution, enrolment_id):
            raise EnrolmentUnknown("there is no such enrolment")
        event = Event(
            kind=EventKind.ENROLMENT_ENABLED,
            institution=vault.institution,
            enrolment_id=enrolment_id,
        )
        append_leaf(t, event, on=_today(vault))
        if once is not None:
            once.finish(t, None)


def model_digests(
    vault: Vault, *, claim: Claim | None = None, enrolment_id: UUID | None = None
) -> tuple[bytes, ...]:
    """Digests of what the references were made with: the claim's, or all of the enrolment's.

    Raises:
        InputInvalid: neither or both are given.
        Error: ``store.*``.
    """
    _require_one(claim, enrolment_id)
    with vault.store.snapshot() as s:
        if enrolment_id is not None:
            return list_model_digests(s, vault.institution, enrolment_id)
        record = None if claim is None else _find(s, vault, claim)
    return () if record is None else (record.binding.model_digest,)


def _require_one(claim: Claim | None, enrolment_id: UUID | None) -> None:
    if (claim is None) == (enrolment_id is None):
        raise InputInvalid("an enrolment is named by its claim or by its enrolment_id")


def _enrolment_of(snapshot: Snapshot, vault: Vault, claim: Claim) -> UUID | None:
    record = _find(snapshot, vault, claim)
    return None if record is None else record.binding.enrolment_id


def _find(snapshot: Snapshot, vault: Vault, claim: Claim) -> StoredRecord | None:
    return find_record(snapshot, vault.institution, claim.locator(institution=vault.institution))


def _today(vault: Vault) -> date:
    return vault.clock().astimezone(UTC).date()
