"""Enrolment: samples that agree, a consent, and a claim that is given to the holder once."""

from __future__ import annotations

import uuid
from datetime import UTC
from itertools import combinations
from typing import TYPE_CHECKING

from visavis.comparison import cosine, fuse, operating_point
from visavis.errors import SamplesDisagree
from visavis.models import embedding_digest, pack_digest
from visavis.records import Consent, append_leaf, insert_enrolment
from visavis.sealing import Binding, Claim, seal
from visavis.transparency import Event, EventKind
from visavis.verifier._enrolment import Enrolment
from visavis.verifier._keys import list_key
from visavis.verifier._reference import Reference
from visavis.verifier._reissue import reissue

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from visavis.face import Embedding
    from visavis.models import Manifest
    from visavis.records import Transaction
    from visavis.verifier._enrolment import GivenConsent
    from visavis.verifier._once import Once
    from visavis.verifier._vault import Vault

__all__ = ["require_agreement", "store_enrolment"]


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
    vault: Vault,
    embeddings: Sequence[Embedding],
    *,
    pack: Manifest,
    consent: GivenConsent,
    once: Once | None = None,
) -> Enrolment:
    """Seal the fused samples under a new claim, and keep them with the consent and two leaves.

    A request that made an enrolment before gets a fresh claim for it.

    Raises:
        Error: ``idempotency.*``, ``store.*``, ``keyring.*``; nothing was kept.
    """
    reference = Reference(fuse(embeddings).vector, len(embeddings))
    with vault.store.transaction() as t:
        made = None if once is None else once.begin(t, now=vault.clock())
        if made is not None and made.enrolment_id is not None:
            digest = bytes.fromhex(embedding_digest(pack))
            return reissue(t, vault, reference, enrolment_id=made.enrolment_id, digest=digest)
        enrolment = _store_new(t, vault, reference, pack=pack, consent=consent)
        if once is not None:
            once.finish_claimed(t, enrolment.enrolment_id)
    return enrolment


def _store_new(
    t: Transaction, vault: Vault, reference: Reference, *, pack: Manifest, consent: GivenConsent
) -> Enrolment:
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
