"""A claim, a key ring, a row and its reference, for tests to take apart."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, replace

from visavis.sealing import Binding, Claim, EnvironmentKeyRing, KeyRing, Sealed, seal, unseal
from visavis.sealing._keytable import KeyTable

REFERENCE = bytes(range(256)) * 2  # 512 bytes, as 128 float32 values would be
CAPACITY = 520  # small, so that every byte of a record can be tried


def key_ring(table: KeyTable) -> KeyRing:
    """A key ring over a table, through its document."""
    return EnvironmentKeyRing({"VISAVIS_KEYRING": table.render().decode()})


def new_table(*institutions: str) -> KeyTable:
    table = KeyTable({})
    for institution in institutions or ("default",):
        table = table.with_institution(institution)
    return table


@dataclass(frozen=True)
class World:
    claim: Claim
    key_ring: KeyRing
    binding: Binding
    sealed: Sealed

    @classmethod
    def make(
        cls, *, table: KeyTable | None = None, claim: Claim | None = None, capacity: int = CAPACITY
    ) -> World:
        claim = claim or Claim.generate(institution="default")
        ring = key_ring(table or new_table())
        binding = Binding(
            institution="default",
            locator=claim.locator(institution="default"),
            enrolment_id=uuid.uuid4(),
            model_digest=secrets.token_bytes(32),
            consent_id=uuid.uuid4(),
        )
        sealed = seal(
            REFERENCE,
            claim=claim,
            kek=ring.current("default"),
            binding=binding,
            capacity=capacity,
        )
        return cls(claim=claim, key_ring=ring, binding=binding, sealed=sealed)

    def with_(self, **changes: object) -> World:
        return replace(self, **changes)  # type: ignore[arg-type]  # checked by the dataclass's use

    def open(self) -> bytes:
        return unseal(self.sealed, claim=self.claim, key_ring=self.key_ring, binding=self.binding)
