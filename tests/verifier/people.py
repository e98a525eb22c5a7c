"""People who are nobody: directions drawn at random, in the default pack's space."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from visavis.comparison import ATTENDED
from visavis.face import Embedding
from visavis.models import Manifest, embedding_digest, find_pack, pack_digest
from visavis.receipts import Question
from visavis.verifier import Enrolment, GivenConsent, Once
from visavis.verifier._attempt import Attempt
from visavis.verifier._comparison import Comparison
from visavis.verifier._enrol import store_enrolment
from visavis.verifier._renew import RENEWAL, renew

if TYPE_CHECKING:
    from uuid import UUID

    from visavis.comparison import Profile
    from visavis.sealing import Claim
    from visavis.verifier import Vault, Verification

PACK = find_pack("dlib")
MODEL = pack_digest(PACK)
CONSENT = GivenConsent.to_words("I agree", purpose="payment", language="en")


def somebody() -> Embedding:
    return Embedding.of(np.random.default_rng().normal(size=128), model=MODEL)


def again(person: Embedding) -> Embedding:
    """Another sample of the same person: its cosine with the first is about 0.99."""
    noise = np.random.default_rng().normal(size=128) / np.sqrt(128)
    return Embedding.of(person.vector + 0.1 * noise, model=person.model)


@dataclass
class Clock:
    """Stands still until it is told to go on."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass(frozen=True)
class Holder:
    """Somebody who is enrolled."""

    person: Embedding
    enrolment: Enrolment

    @property
    def claim(self) -> Claim:
        return self.enrolment.claim

    @property
    def enrolment_id(self) -> UUID:
        return self.enrolment.enrolment_id


def enrol(
    vault: Vault, *, samples: int = 1, consent: GivenConsent = CONSENT, pack: Manifest = PACK
) -> Holder:
    person = somebody()
    embeddings = [person, *(again(person) for _ in range(samples - 1))]
    return Holder(person, store_enrolment(vault, embeddings, pack=pack, consent=consent))


def comparison(
    *probes: Embedding, profile: Profile = ATTENDED, pack: Manifest = PACK
) -> Comparison:
    return Comparison(
        embedding=bytes.fromhex(embedding_digest(pack)),
        point=partial(profile.point, pack.cells),
        probes=(probes,),
    )


def attempt(
    vault: Vault,
    claim: Claim,
    *,
    purpose: str | None = "payment",
    enrolment_id: UUID | None = None,
    profile: Profile = ATTENDED,
    terminal: str | None = None,
    question: Question | None = None,
    once: Once | None = None,
) -> Attempt:
    """For no purpose: to renew."""
    return Attempt(
        vault=vault,
        profile=profile,
        purpose=purpose or RENEWAL,
        consented=purpose,
        claim=claim,
        enrolment_id=enrolment_id,
        terminal=terminal,
        question=question,
        once=once,
    )


def verify(
    vault: Vault,
    claim: Claim,
    *probes: Embedding,
    purpose: str = "payment",
    enrolment_id: UUID | None = None,
    profile: Profile = ATTENDED,
    terminal: str | None = None,
    pack: Manifest = PACK,
    question: Question | None = None,
    once: Once | None = None,
) -> Verification:
    attempted = attempt(
        vault,
        claim,
        purpose=purpose,
        enrolment_id=enrolment_id,
        profile=profile,
        terminal=terminal,
        question=question or Question(),
        once=once,
    )
    return attempted.decide(comparison(*probes, profile=profile, pack=pack))


def renew_with(
    vault: Vault, claim: Claim, *probes: Embedding, once: Once | None = None
) -> Enrolment:
    return renew(attempt(vault, claim, purpose=None, once=once), comparison(*probes))


def nobodys_id() -> UUID:
    return uuid.uuid4()
