"""A fresh claim for whoever repeats an enrolment because the answer was lost on its way."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from visavis.errors import IdempotencySpent
from visavis.records import (
    append_leaf,
    find_consent,
    lock_enrolment,
    read_events,
    replace_record,
)
from visavis.sealing import Binding, Claim, seal
from visavis.transparency import Event, EventKind
from visavis.verifier._enrolment import Enrolment
from visavis.verifier._keys import list_key

if TYPE_CHECKING:
    from uuid import UUID

    from visavis.records import Transaction
    from visavis.verifier._reference import Reference
    from visavis.verifier._vault import Vault

__all__ = ["reissue"]

_UNUSED = frozenset(
    {EventKind.ENROLMENT_CREATED, EventKind.CONSENT_GIVEN, EventKind.ENROLMENT_REISSUED}
)


def reissue(
    t: Transaction, vault: Vault, reference: Reference, *, enrolment_id: UUID, digest: bytes
) -> Enrolment:
    """Seal the reference under a fresh claim; the earlier one is void from now on.

    Args:
        t: what to write with.
        vault: where.
        reference: of the same samples as before.
        enrolment_id: the enrolment that the first request made.
        digest: of what the reference was made with, 32 bytes.

    Raises:
        IdempotencySpent: somebody has used the earlier claim, so that it did arrive; or the
            consent holds no longer.
    """
    today = vault.clock().astimezone(UTC).date()
    enrolment = lock_enrolment(t, vault.institution, enrolment_id)
    consent = find_consent(t, enrolment_id, purpose=None, on=today)
    used = {event.kind for event in read_events(t, enrolment_id)} - _UNUSED
    if enrolment is None or consent is None or used or enrolment.consecutive_failures:
        raise IdempotencySpent("the claim of this enrolment was used; renew it instead")
    claim = Claim.generate(institution=vault.institution)
    binding = Binding(
        institution=vault.institution,
        locator=claim.locator(institution=vault.institution),
        enrolment_id=enrolment_id,
        model_digest=digest,
        consent_id=consent.consent_id,
    )
    kek = vault.key_ring.current(vault.institution)
    list_key(t, kek, on=today)
    sealed = seal(reference.encode(), claim=claim, kek=kek, binding=binding)
    replace_record(t, binding=binding, sealed=sealed)
    event = Event(
        kind=EventKind.ENROLMENT_REISSUED,
        institution=vault.institution,
        enrolment_id=enrolment_id,
        consent_id=consent.consent_id,
        record_digest=sealed.digest,
    )
    append_leaf(t, event, on=today)
    return Enrolment(claim=claim, enrolment_id=enrolment_id, consent_id=consent.consent_id)
