"""The bank's check of a receipt and of the log, and what they prove in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from visavis.comparison import Outcome
from visavis.demo._account import Payment
from visavis.demo._client import AUDIENCE
from visavis.errors import Error, ReceiptTransactionWrong
from visavis.receipts import check_receipt
from visavis.transparency import Checkpoint, leaf_hash, verify_inclusion

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from visavis.demo._account import Pending
    from visavis.receipts import Receipt
    from visavis.transparency import VerifierKey

__all__ = ["ISSUER", "check_payment", "check_proof"]

ISSUER = "demo"
"""``iss`` of the demo's receipts: nobody takes them for another institution's."""

_OTHER_AMOUNT = "9999.00"  # more than the page lets anybody pay


def check_payment(
    receipt: str | None,
    pending: Pending,
    *,
    keys: Mapping[str, Any],
    enrolment_id: str | None,
    now: datetime,
) -> Payment:
    """Rely on the receipt alone: not on the browser, nor on the session's outcome."""
    transaction = dict(pending.transaction or {})

    def check(asked: Mapping[str, Any], expected: Outcome = Outcome.MATCH) -> Receipt:
        return check_receipt(
            receipt or "",
            keys=keys,
            issuer=ISSUER,
            audience=AUDIENCE,
            nonce=pending.nonce,
            transaction=asked,
            now=now,
            expected=expected,
        )

    try:
        checked = check(transaction)
    except Error as error:
        facts = [("Receipt", f"refused: {error.code}")]
        if _is_non_match(check, transaction):
            facts = [("Outcome", "a non-match, signed; the payment is not made")]
        elif receipt is None:
            facts = [("Receipt", "none: nothing was decided; the payment is not made")]
        return Payment(transaction, confirmed=False, facts=tuple(facts), leaf=None)
    if str(checked.statement.enrolment_id) != enrolment_id:
        facts = [("Receipt", "refused: it is another account's")]
        return Payment(transaction, confirmed=False, facts=tuple(facts), leaf=None)
    facts = [*_said(checked), ("For another amount", _of_another(check, transaction))]
    return Payment(
        transaction, confirmed=True, facts=tuple(facts), leaf=checked.statement.leaf.hex()
    )


def check_proof(leaf: str, proof: Mapping[str, Any], *, log_key: VerifierKey) -> str:
    """What a proof of inclusion shows, computed here.

    Raises:
        LogProofInvalid, LogSignatureInvalid, LogMalformed: it shows nothing.
    """
    signed = Checkpoint.open(proof["checkpoint"].encode(), verifier=log_key)
    verify_inclusion(
        leaf_hash(bytes.fromhex(leaf)),
        index=proof["index"],
        size=signed.size,
        proof=[bytes.fromhex(one) for one in proof["proof"]],
        root=signed.root,
    )
    hashes = len(proof["proof"])
    return (
        f"Proved: entry {proof['index']} of {signed.size}. {hashes} "
        f"{'hash leads' if hashes == 1 else 'hashes lead'} from it to the root "
        f"{signed.root.hex()[:16]}…, which the log's key has signed."
    )


def _is_non_match(check: Any, transaction: Mapping[str, Any]) -> bool:  # noqa: ANN401
    try:
        check(transaction, Outcome.NON_MATCH)
    except Error:
        return False
    return True


def _of_another(check: Any, transaction: Mapping[str, Any]) -> str:  # noqa: ANN401
    try:
        check({**transaction, "amount": _OTHER_AMOUNT})
    except ReceiptTransactionWrong as error:
        return f"{_OTHER_AMOUNT}: refused, {error.code}"
    return "accepted; this must not be"


def _said(receipt: Receipt) -> list[tuple[str, str]]:
    said = receipt.statement
    point = said.point
    sure = (
        "established"
        if point.established
        else f"provisional: the measured upper bound is {point.fmr_upper:.2g}"
    )
    return [
        ("Outcome", "a match: the pictures show the person who enrolled"),
        ("Signed by", f"{ISSUER}, with a key of its published set (ES256)"),
        ("For", f"{AUDIENCE}, this payment, and the question that the bank asked (its nonce)"),
        ("Purpose", said.purpose),
        ("Liveness", "none: photographs" if said.liveness == "none" else said.liveness),
        ("Channel", f"{said.channel}: nobody vouches for the camera of a browser"),
        ("Profile", said.profile),
        ("False match rate", f"{point.fmr}, {sure}"),
        ("Holds until", f"{receipt.expires_at:%H:%M:%S} UTC"),
        ("In the log as", said.leaf.hex()),
    ]
