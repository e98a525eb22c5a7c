"""An institution with its keys and its log, and people who enrol there."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from tests.sealing.world import key_ring, new_table
from visavis.records import (
    AttemptLimits,
    Consent,
    Store,
    add_institution,
    add_key,
    append_leaf,
    find_record,
    insert_enrolment,
)
from visavis.sealing import Binding, Claim, seal, unseal
from visavis.transparency import Event, EventKind, SignerKey

if TYPE_CHECKING:
    from uuid import UUID

    from visavis.records import Transaction
    from visavis.sealing import Kek, KeyRing, Sealed
    from visavis.sealing._keytable import KeyTable

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
REFERENCE = b"a reference"
CAPACITY = 64

LIMITS = AttemptLimits(
    free=5,
    disabled_at=50,
    window=100,
    terminal=1000,
    first_delay=timedelta(seconds=30),
    longest_delay=timedelta(hours=1),
    timeout=timedelta(minutes=5),
)


@dataclass
class House:
    """A store with one institution in it.

    Attributes:
        store: with the institution ``default``.
        table: its keys.
        signer: its log's key.
    """

    store: Store
    table: KeyTable = field(default_factory=new_table)
    signer: SignerKey = field(default_factory=lambda: SignerKey.generate("log.example/default"))

    def furnish(self) -> House:
        with self.store.transaction() as t:
            add_institution(t, "default", log_key=self.signer.verifier, on=TODAY)
            add_key(t, self.key_ring.current("default"), on=TODAY)
        return self

    @property
    def key_ring(self) -> KeyRing:
        return key_ring(self.table)

    def sealed(
        self,
        claim: Claim,
        *,
        enrolment_id: UUID,
        consent_id: UUID,
        capacity: int = CAPACITY,
        kek: Kek | None = None,
    ) -> tuple[Binding, Sealed]:
        binding = Binding(
            institution="default",
            locator=claim.locator(institution="default"),
            enrolment_id=enrolment_id,
            model_digest=secrets.token_bytes(32),
            consent_id=consent_id,
        )
        kek = kek or self.key_ring.current("default")
        sealed = seal(REFERENCE, claim=claim, kek=kek, binding=binding, capacity=capacity)
        return binding, sealed

    def enrol(self, *, on: date = TODAY, capacity: int = CAPACITY) -> Person:
        with self.store.transaction() as t:
            return self.enrol_in(t, on=on, capacity=capacity)

    def enrol_in(self, t: Transaction, *, on: date = TODAY, capacity: int = CAPACITY) -> Person:
        claim = Claim.generate(institution="default")
        consent = consent_of(uuid.uuid4())
        binding, sealed = self.sealed(
            claim,
            enrolment_id=consent.enrolment_id,
            consent_id=consent.consent_id,
            capacity=capacity,
        )
        insert_enrolment(t, binding=binding, sealed=sealed, consent=consent, on=on)
        event = Event(
            kind=EventKind.ENROLMENT_CREATED,
            institution="default",
            enrolment_id=consent.enrolment_id,
            record_digest=sealed.digest,
        )
        append_leaf(t, event, on=on)
        return Person(claim, consent, binding)

    def opens(self, claim: Claim) -> bool:
        """Whether the store has a record for this claim, and it opens."""
        with self.store.snapshot() as s:
            record = find_record(s, "default", claim.locator(institution="default"))
        if record is None:
            return False
        opened = unseal(record.sealed, claim=claim, key_ring=self.key_ring, binding=record.binding)
        assert opened == REFERENCE
        return True


@dataclass(frozen=True)
class Person:
    claim: Claim
    consent: Consent
    binding: Binding

    @property
    def enrolment_id(self) -> UUID:
        return self.binding.enrolment_id


def consent_of(enrolment_id: UUID, *, purpose: str = "payment") -> Consent:
    return Consent(
        consent_id=uuid.uuid4(),
        enrolment_id=enrolment_id,
        purpose=purpose,
        wording_digest=hashlib.sha256(b"I agree").digest(),
        language="en",
        given_on=TODAY,
    )
