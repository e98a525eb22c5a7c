"""Enrolment: samples that agree, a consent, and a claim that is given to the holder once."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import UTC
from itertools import combinations
from typing import TYPE_CHECKING, Self

from visavis.comparison import cosine, fuse, operating_point
from visavis.errors import SamplesDisagree
from visavis.models import embedding_digest, pack_digest
from visavis.records import Consent, append_leaf, insert_enrolment
from visavis.sealing import Binding, Claim, seal
from visavis.transparency import Event, EventKind
from visavis.verifier._keys import list_key
from visavis.verifier._reference import Reference

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal
    from uuid import UUID

    from visavis.face import Embedding
    from visavis.models import Manifest
    from visavis.verifier._vault import Vault

__all__ = ["Enrolment", "GivenConsent", "require_agreement", "store_enrolment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenConsent:
    """What the holder agreed to. Its day is that of the enrolment.

    Attributes:
        purpose: one of the institution's purposes, a word.
        wording_digest: 32 bytes, SHA-256 of the words in UTF-8; they stay with the institution.
        language: of these words, as in BCP 47 (``de-AT``).
        expires_on: the first day (UTC) on which it holds no longer, or None.
    """

    purpose: str
    wording_digest: bytes
    language: str
    expires_on: date | None = None

    @classmethod
    def to_words(
        cls, wording: str, *, purpose: str, language: str, expires_on: date | None = None
    ) -> Self:
        """A consent to these words."""
        digest = hashlib.sha256(wording.encode()).digest()
        return cls(purpose=purpose, wording_digest=digest, language=language, expires_on=expires_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What comes out of an enrolment.

    Attributes:
        claim: for the holder. It is kept nowhere, and cannot be had again.
        enrolment_id: for the institution, to keep beside its account.
        consent_id: to withdraw the consent by.
    """

    claim: Claim = field(repr=False)
    enrolment_id: UUID
    consent_id: UUID


def require_agreement(
    embeddings: Sequence[Embedding], *, pack: Manifest, fmr: str | Decimal
) -> None:
    """Refuses samples that do not all match each other, each pair at the point for one with one.

    Raises:
        SamplesDisagree: two do not; ``input`` names the later one.
        OperatingPointAbsent: the pack's card has no such point.
    """
    point = operating_point(pack.cells, fmr=fmr, reference_samples=1, probe_samples=1)
    for (_, first), (position, second) in combinations(enumerate(embeddings), 2):
        if cosine(first, second) < point.threshold:
            error = SamplesDisagree("the samples do not all show one person")
            error.input = f"samples[{position}]"
            raise error


def store_enrolment(
    vault: Vault, embeddings: Sequence[Embedding], *, pack: Manifest, consent: GivenConsent
) -> Enrolment:
    """Seal the fused samples under a new claim, and keep them with the consent and two leaves."""
    reference = Reference(fuse(embeddings).vector, len(embeddings))
    claim = Claim.generate(institution=vault.institution)
    today = vault.clock().astimezone(UTC).date()
    kept = Consent(
        consent_id=uuid.uuid4(),
        enrolment_id=uuid.uuid4(),
        purpose=consent.purpose,
        wording_digest=consent.wording_digest,
        language=consent.language,
        given_on=today,
        expires_on=consent.expires_on,
    )
    binding = Binding(
        institution=vault.institution,
        locator=claim.locator(institution=vault.institution),
        enrolment_id=kept.enrolment_id,
        model_digest=bytes.fromhex(embedding_digest(pack)),
        consent_id=kept.consent_id,
    )
    with vault.store.transaction() as t:
        kek = vault.key_ring.current(vault.institution)
        list_key(t, kek, on=today)  # rotation may have started an epoch and not yet listed it
        sealed = seal(reference.encode(), claim=claim, kek=kek, binding=binding)
        insert_enrolment(t, binding=binding, sealed=sealed, consent=kept, on=today)
        created = Event(
            kind=EventKind.ENROLMENT_CREATED,
            institution=vault.institution,
            enrolment_id=kept.enrolment_id,
            consent_id=kept.consent_id,
            model_digest=bytes.fromhex(pack_digest(pack)),
            record_digest=sealed.digest,
        )
        agreed = Event(
            kind=EventKind.CONSENT_GIVEN,
            institution=vault.institution,
            enrolment_id=kept.enrolment_id,
            consent_id=kept.consent_id,
            purpose=kept.purpose,
        )
        for event in (created, agreed):
            append_leaf(t, event, on=today)
    return Enrolment(claim=claim, enrolment_id=kept.enrolment_id, consent_id=kept.consent_id)
