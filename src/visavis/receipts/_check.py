"""The check of a receipt, by whoever relies on it. It needs the issuer's public keys, no store."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from visavis._jws import JwsInvalid, find_key, read_claims, read_header, read_object
from visavis.comparison import Outcome
from visavis.errors import (
    InputInvalid,
    ReceiptAudienceWrong,
    ReceiptExpired,
    ReceiptIssuerWrong,
    ReceiptKeyUnknown,
    ReceiptMalformed,
    ReceiptNonceWrong,
    ReceiptSignatureInvalid,
    ReceiptTransactionWrong,
    ReceiptTypeWrong,
)

from ._issue import KINDS, LIFETIME, SALT_SIZE, StatedPoint, Statement
from ._keys import ALGORITHM
from ._transaction import transaction_digest

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Receipt", "check_receipt", "parse_key_set"]

_SKEW = timedelta(seconds=60)  # by which the issuer's clock may be ahead of ours
_STATES = {"established": True, "provisional": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A receipt that was checked.

    Attributes:
        receipt_id: its ``jti``; accept each only once.
        issued_at: when, UTC.
        expires_at: from when on it holds no longer, UTC.
        statement: what was decided.
    """

    receipt_id: UUID
    issued_at: datetime
    expires_at: datetime
    statement: Statement


def check_receipt(
    text: str,
    *,
    keys: Mapping[str, Any],
    issuer: str,
    audience: str,
    nonce: str | None,
    transaction: Mapping[str, Any] | None,
    now: datetime,
    expected: Outcome = Outcome.MATCH,
) -> Receipt:
    """Return what a receipt says, if it is genuine and meant for this very question.

    Args:
        text: the receipt.
        keys: the issuer's JWK set, fetched from a place that is trusted. What the receipt itself
            says of keys is not looked at.
        issuer: the institution whose answer is wanted.
        audience: who asks.
        nonce: what the question carried; None if it carried none, and then the receipt must not.
        transaction: what was to be confirmed; likewise.
        now: with a time zone.
        expected: a match, unless somebody wants to prove a non-match.

    Raises:
        ReceiptMalformed: the text is no receipt.
        ReceiptKeyUnknown: the key set has no such key.
        ReceiptSignatureInvalid: the signature is not the key's, or of another algorithm.
        ReceiptTypeWrong: it says another outcome than the expected one, or is another token.
        ReceiptIssuerWrong, ReceiptAudienceWrong, ReceiptNonceWrong, ReceiptTransactionWrong: it
            is not for this question.
        ReceiptExpired: it holds no longer, or not yet.
        InputInvalid: the transaction is none.
    """
    kind, claims = _verified(text, keys)
    if kind != KINDS[expected]:
        raise ReceiptTypeWrong(f"not a receipt of a {expected.value}")
    receipt = _read(claims)
    if receipt.statement.outcome is not expected:
        raise ReceiptMalformed("type and outcome contradict each other")
    if claims["iss"] != issuer:
        raise ReceiptIssuerWrong("the receipt is another institution's")
    if claims["aud"] != audience:
        raise ReceiptAudienceWrong("the receipt is meant for somebody else")
    if not receipt.issued_at - _SKEW <= now < receipt.expires_at:
        raise ReceiptExpired("the receipt holds no longer, or not yet")
    if claims.get("nonce") != nonce:
        raise ReceiptNonceWrong("the receipt answers another question")
    if not _confirms(claims.get("transaction"), transaction):
        raise ReceiptTransactionWrong("the receipt is about another transaction")
    return receipt


def parse_key_set(content: bytes) -> dict[str, Any]:
    """Read a JWK set (RFC 7517).

    Raises:
        InputInvalid: it is none.
    """
    try:
        keys = read_object(content)
    except JwsInvalid:
        raise InputInvalid("not a JWK set") from None
    if not isinstance(keys.get("keys"), list):
        raise InputInvalid("not a JWK set: it has no list of keys")
    return keys


def _verified(text: str, keys: Mapping[str, Any]) -> tuple[object, dict[str, Any]]:
    """The receipt's type and claims, its signature verified."""
    try:
        header = read_header(text)
    except JwsInvalid:
        raise ReceiptMalformed("the text is no receipt") from None
    if header.get("alg") != ALGORITHM:
        raise ReceiptSignatureInvalid(f"receipts are signed with {ALGORITHM} and nothing else")
    key = find_key(keys, header.get("kid"), algorithm=ALGORITHM)
    if key is None:
        raise ReceiptKeyUnknown("no key that was given has the id that the receipt names")
    try:
        return header.get("typ"), read_claims(text, key=key, algorithm=ALGORITHM)
    except JwsInvalid:
        raise ReceiptSignatureInvalid("the signature is not that of the key named") from None


def _read(claims: dict[str, Any]) -> Receipt:
    try:
        receipt = Receipt(
            receipt_id=UUID(claims["jti"]),
            issued_at=datetime.fromtimestamp(claims["iat"], UTC),
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            statement=_read_statement(claims),
        )
        long = receipt.expires_at - receipt.issued_at > LIFETIME
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError, OSError):
        raise ReceiptMalformed("a claim is missing, or of another form") from None
    if long or not {"iss", "aud"} <= claims.keys():
        raise ReceiptMalformed("a claim is missing, or of another form")
    return receipt


def _read_statement(claims: dict[str, Any]) -> Statement:
    point = claims["operating_point"]
    return Statement(
        outcome=Outcome(claims["outcome"]),
        enrolment_id=UUID(claims["enrolment_id"]),
        purpose=claims["purpose"],
        profile=claims["profile"],
        point=StatedPoint(
            fmr=point["fmr"],
            fmr_upper=point["fmr_upper"],
            established=_STATES[point["state"]],
            reference_samples=point["reference_samples"],
            probe_samples=point["probe_samples"],
        ),
        model=claims["model"],
        liveness=claims["liveness"],
        channel=claims["channel"],
        leaf=bytes.fromhex(claims["leaf"]),
    )


def _confirms(claim: object, transaction: Mapping[str, Any] | None) -> bool:
    if transaction is None or claim is None:
        return transaction is None and claim is None
    try:
        salt, digest = bytes.fromhex(claim["salt"]), bytes.fromhex(claim["sha256"])  # type: ignore[index]
    except (KeyError, ValueError, TypeError):
        return False
    expected = transaction_digest(transaction, salt=salt)
    return len(salt) == SALT_SIZE and hmac.compare_digest(digest, expected)
