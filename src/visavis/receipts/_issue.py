"""What a receipt says, and its signing."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from visavis.comparison import Outcome
from visavis.errors import InputInvalid

from ._transaction import require_transaction, transaction_digest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from visavis.models import OperatingPoint

    from ._keys import FileReceiptKeys

__all__ = [
    "KINDS",
    "LIFETIME",
    "SALT_SIZE",
    "Question",
    "ReceiptIssuer",
    "StatedPoint",
    "Statement",
]

KINDS = {
    Outcome.MATCH: "visavis-match+jwt",
    Outcome.NON_MATCH: "visavis-non-match+jwt",
}
"""The header's ``typ``: a reader of matches cannot take a non-match for one by accident."""

LIFETIME = timedelta(minutes=5)
"""Long enough for a slow payment, short enough to be of no use to whoever finds it later."""

SALT_SIZE = 32  # bytes: the transaction cannot be guessed from its hash where the salt is unknown

_MAX_WORDS = 256  # characters of an audience or a nonce, which the receipt repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedPoint:
    """How sure a decision is.

    Attributes:
        fmr: the false match rate that the threshold is set for, as a decimal (``1e-4``).
        fmr_upper: the upper end of its measured 95 % interval, in 0..1.
        established: whether the calibration's data are enough to speak of this FMR; else it is
            provisional, and only ``fmr_upper`` may be relied on.
        reference_samples: samples fused at enrolment.
        probe_samples: samples fused as probe.
    """

    fmr: str
    fmr_upper: float
    established: bool
    reference_samples: int
    probe_samples: int

    @classmethod
    def of(cls, point: OperatingPoint) -> Self:
        """What is said of an operating point: neither its threshold nor a score."""
        return cls(
            fmr=f"{point.fmr:e}",
            fmr_upper=point.fmr_interval[1],
            established=point.established,
            reference_samples=point.reference_samples,
            probe_samples=point.probe_samples,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What was decided, as it stands in the log.

    Attributes:
        outcome: match or non-match.
        enrolment_id: whose reference.
        purpose: what for.
        profile: the profile's name.
        point: how sure.
        model: digest of the model pack, 64 hexadecimal digits.
        liveness: by which test the person was found to be there; ``none`` without one.
        channel: how the probes came: ``attended``, or what the capture is known to be.
        leaf: 32 bytes, the log's leaf of this decision.
    """

    outcome: Outcome
    enrolment_id: UUID
    purpose: str
    profile: str
    point: StatedPoint
    model: str
    liveness: str
    channel: str
    leaf: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a caller asks with, and a receipt answers to. Each part may be left out.

    Attributes:
        audience: who shall rely on the receipt; the issuer itself where nobody is named.
        nonce: what the caller wants to know the answer by.
        transaction: what shall be confirmed, a JSON object.

    Raises:
        InputInvalid: audience or nonce are no printable ASCII or too long, or the transaction is
            none, or too large.
    """

    audience: str | None = None
    nonce: str | None = None
    transaction: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        _require_words(self.audience, what="audience")
        _require_words(self.nonce, what="nonce")
        if self.transaction is not None:
            require_transaction(self.transaction)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptIssuer:
    """Signs receipts of one institution.

    Attributes:
        keys: to sign with.
        issuer: what ``iss`` says, for each institution another one.
    """

    keys: FileReceiptKeys
    issuer: str

    def issue(self, statement: Statement, question: Question, *, now: datetime) -> str:
        """A receipt, a compact JWS. Store the statement's leaf before it leaves.

        Args:
            statement: what it says.
            question: what it answers to.
            now: with a time zone.
        """
        issued = int(now.timestamp())
        point = statement.point
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": question.audience or self.issuer,
            "iat": issued,
            "exp": issued + int(LIFETIME.total_seconds()),
            "jti": str(uuid.uuid4()),
            "nonce": question.nonce,
            "outcome": statement.outcome.value,
            "enrolment_id": str(statement.enrolment_id),
            "purpose": statement.purpose,
            "profile": statement.profile,
            "operating_point": {
                "fmr": point.fmr,
                "fmr_upper": point.fmr_upper,
                "state": "established" if point.established else "provisional",
                "reference_samples": point.reference_samples,
                "probe_samples": point.probe_samples,
            },
            "model": statement.model,
            "liveness": statement.liveness,
            "channel": statement.channel,
            "leaf": statement.leaf.hex(),
        }
        if question.transaction is not None:
            salt = secrets.token_bytes(SALT_SIZE)
            claims["transaction"] = {
                "salt": salt.hex(),
                "sha256": transaction_digest(question.transaction, salt=salt).hex(),
            }
        given = {name: value for name, value in claims.items() if value is not None}
        return self.keys.sign(kind=KINDS[statement.outcome], claims=given)


def _require_words(words: str | None, *, what: str) -> None:
    if words is None:
        return
    if not (0 < len(words) <= _MAX_WORDS and words.isascii() and words.isprintable()):
        error = InputInvalid(f"the {what} is 1 to {_MAX_WORDS} printable ASCII characters")
        error.input = what
        raise error
