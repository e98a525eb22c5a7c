"""A record of nobody, to be opened where a claim has none, so that the answer takes as long."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING

from visavis.errors import SealingRefused
from visavis.sealing import Binding, Claim, seal, unseal

if TYPE_CHECKING:
    from visavis.sealing import KeyRing, Sealed

__all__ = ["Decoy"]

_SIZE = 518  # bytes: a reference of 128 dimensions; sealed, all are equally long


class Decoy:
    """Made once, and anew when the epoch of its key was destroyed."""

    __slots__ = ("_institution", "_key_ring", "_made")

    def __init__(self, key_ring: KeyRing, institution: str) -> None:
        self._key_ring = key_ring
        self._institution = institution
        self._made = self._make()

    def open(self) -> None:
        """Open it, and forget what was in it."""
        claim, binding, sealed = self._made
        try:
            unseal(sealed, claim=claim, key_ring=self._key_ring, binding=binding)
        except SealingRefused:
            self._made = self._make()

    def _make(self) -> tuple[Claim, Binding, Sealed]:
        claim = Claim.generate(institution=self._institution)
        binding = Binding(
            institution=self._institution,
            locator=claim.locator(institution=self._institution),
            enrolment_id=uuid.uuid4(),
            model_digest=secrets.token_bytes(32),
            consent_id=uuid.uuid4(),
        )
        kek = self._key_ring.current(self._institution)
        return (
            claim,
            binding,
            seal(secrets.token_bytes(_SIZE), claim=claim, kek=kek, binding=binding),
        )
