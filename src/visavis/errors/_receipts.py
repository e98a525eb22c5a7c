"""Errors about receipts."""

from __future__ import annotations

from visavis.errors._base import Error

__all__ = [
    "ReceiptAudienceWrong",
    "ReceiptExpired",
    "ReceiptIssuerWrong",
    "ReceiptKeyUnknown",
    "ReceiptMalformed",
    "ReceiptNonceWrong",
    "ReceiptSignatureInvalid",
    "ReceiptTransactionWrong",
    "ReceiptTypeWrong",
]


class ReceiptMalformed(Error):
    """The text is not a receipt: cut off, too long, or something else altogether."""

    code = "receipt.malformed"


class ReceiptKeyUnknown(Error):
    """No key that was given has the id that the receipt names; fetch the issuer's keys again."""

    code = "receipt.key_unknown"


class ReceiptSignatureInvalid(Error):
    """The receipt was altered, or not signed with the key and the algorithm that it must be."""

    code = "receipt.signature_invalid"


class ReceiptTypeWrong(Error):
    """A token of another type: a non-match where a match was expected, or no receipt at all."""

    code = "receipt.type_wrong"


class ReceiptIssuerWrong(Error):
    """The receipt is another institution's."""

    code = "receipt.issuer_wrong"


class ReceiptAudienceWrong(Error):
    """The receipt is meant for somebody else."""

    code = "receipt.audience_wrong"


class ReceiptExpired(Error):
    """The receipt holds no longer, or not yet."""

    code = "receipt.expired"


class ReceiptNonceWrong(Error):
    """The receipt answers another question: its nonce is not the one that was asked with."""

    code = "receipt.nonce_wrong"


class ReceiptTransactionWrong(Error):
    """The receipt is about another transaction."""

    code = "receipt.transaction_wrong"
