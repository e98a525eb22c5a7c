"""What goes into an enrolment beside samples, and what comes out of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from visavis.sealing import Claim

__all__ = ["Enrolment", "GivenConsent"]


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
