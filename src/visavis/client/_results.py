"""What goes in and what comes out, as values. None has a score, and none shows a claim."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from visavis.comparison import Outcome
from visavis.errors import NonMatch

if TYPE_CHECKING:
    import datetime as dt
    from typing import Literal, Never
    from uuid import UUID

    from visavis.sealing import Claim

__all__ = [
    "Consent",
    "ConsistencyProof",
    "Enrolled",
    "EnrolmentState",
    "InclusionProof",
    "LogEntry",
    "Verified",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What the holder agreed to.

    Attributes:
        purpose: what for, one word.
        wording: the words agreed to. The service keeps their SHA-256.
        language: of these words, as in BCP 47.
        expires_on: the first day (UTC) on which it holds no longer, or None.
    """

    purpose: str
    wording: str = field(repr=False)
    language: str
    expires_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What comes out of an enrolment.

    Attributes:
        claim: for the holder; hand it over, and keep no copy.
        enrolment_id: to keep beside the account.
        consent_id: to withdraw the consent by.
    """

    claim: Claim = field(repr=False)
    enrolment_id: UUID
    consent_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentState:
    """What is known of an enrolment; nothing of it is of a face.

    Attributes:
        enrolment_id: which one.
        state: ``disabled`` after too many failures, until somebody has looked into it.
        enrolled_on: day, UTC.
        last_used_on: day, UTC.
    """

    enrolment_id: UUID
    state: Literal["active", "disabled"]
    enrolled_on: dt.date
    last_used_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A decision. It is no boolean: a non-match is easily taken for a match that way.

    Attributes:
        outcome: match or non-match.
        enrolment_id: whose reference it was.
        purpose: what for.
        profile: what was satisfied.
        leaf: the decision's leaf in the log, 32 bytes.
        receipt: signed, for whoever relies on it; None where the service has no keys to sign.
        repeated: whether this is the answer to an earlier request with the same key.
    """

    outcome: Outcome
    enrolment_id: UUID
    purpose: str
    profile: str
    leaf: bytes
    receipt: str | None = field(repr=False)
    repeated: bool

    def require_match(self) -> None:
        """Return only for a match.

        Raises:
            NonMatch: it is none.
        """
        if self.outcome is not Outcome.MATCH:
            raise NonMatch("the person is not the one who enrolled, as far as can be told")

    def __bool__(self) -> Never:
        raise TypeError("a verification is no boolean; ask for its outcome, or require_match()")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """A leaf of the log.

    Attributes:
        index: its place.
        leaf: SHA-256, 32 bytes.
    """

    index: int
    leaf: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionProof:
    """RFC 9162, section 2.1.3: the leaf is in the tree of the checkpoint.

    Attributes:
        index: the leaf's place.
        hashes: of 32 bytes each.
        checkpoint: a signed note (C2SP).
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsistencyProof:
    """RFC 9162, section 2.1.4: the tree of this size begins that of the checkpoint.

    Attributes:
        since: the older tree's size.
        hashes: of 32 bytes each.
        checkpoint: a signed note (C2SP).
    """

    since: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
