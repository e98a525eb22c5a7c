"""A new claim for an enrolment; the old one lives until the new one's first use."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING

from visavis.records import append_leaf, start_renewal
from visavis.sealing import Claim, seal
from visavis.transparency import Event, EventKind
from visavis.verifier._attempt import Attempt
from visavis.verifier._enrolment import Enrolment
from visavis.verifier._keys import list_key

if TYPE_CHECKING:
    from uuid import UUID

    from visavis.comparison import Decision, Profile
    from visavis.records import StoredRecord, Transaction
    from visavis.sealing import Binding
    from visavis.verifier._comparison import Comparison
    from visavis.verifier._once import Once
    from visavis.verifier._vault import Vault

__all__ = ["RENEWAL", "attempt_to_renew", "renew", "seal_anew"]

RENEWAL = "renewal"
"""The purpose of the attempt, as it stands in the log."""


def attempt_to_renew(
    vault: Vault,
    *,
    claim: Claim,
    enrolment_id: UUID | None,
    profile: Profile,
    terminal: str | None,
    once: Once | None = None,
) -> Attempt:
    """An attempt for which any consent that still holds will do. It has no receipt."""
    return Attempt(
        vault=vault,
        profile=profile,
        purpose=RENEWAL,
        consented=None,
        claim=claim,
        enrolment_id=enrolment_id,
        terminal=terminal,
        once=once,
    )


def renew(attempt: Attempt, comparison: Comparison) -> Enrolment:
    """Seal the same reference under a new claim, if the probes match it.

    Raises:
        NonMatch: they do not; the attempt counts as failed.
        Error: as ``Verifier.renew``.
    """
    renewed: list[Enrolment] = []

    def accepted(t: Transaction, record: StoredRecord, encoded: bytes, decision: Decision) -> None:
        event = Event(
            kind=EventKind.ENROLMENT_RENEWAL_STARTED,
            institution=attempt.vault.institution,
            model_digest=bytes.fromhex(decision.model),
        )
        renewed.append(seal_anew(t, attempt.vault, record.binding, encoded, event=event))

    attempt.decide(comparison, accepted=accepted).require_match()
    return renewed.pop()


def seal_anew(
    t: Transaction, vault: Vault, present: Binding, encoded: bytes, *, event: Event
) -> Enrolment:
    """Keep a reference under a new claim beside the record of the old one, and log it.

    Args:
        t: what to write with.
        vault: where.
        present: what the old record is bound to; all but the locator stays.
        encoded: the reference.
        event: what to log; ids and the record's digest are filled in.
    """
    claim = Claim.generate(institution=vault.institution)
    today = vault.clock().astimezone(UTC).date()
    binding = replace(present, locator=claim.locator(institution=vault.institution))
    kek = vault.key_ring.current(vault.institution)
    list_key(t, kek, on=today)  # as when enrolling
    sealed = seal(encoded, claim=claim, kek=kek, binding=binding)
    start_renewal(t, binding=binding, sealed=sealed)
    event = replace(
        event,
        enrolment_id=binding.enrolment_id,
        consent_id=binding.consent_id,
        record_digest=sealed.digest,
    )
    append_leaf(t, event, on=today)
    return Enrolment(claim=claim, enrolment_id=binding.enrolment_id, consent_id=binding.consent_id)
