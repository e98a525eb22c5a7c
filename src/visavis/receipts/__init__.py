"""Decision to signed receipt, and the check of one. The format is described in docs/receipts.md."""

from ._check import Receipt, check_receipt, parse_key_set
from ._issue import LIFETIME, Question, ReceiptIssuer, StatedPoint, Statement
from ._keys import FileReceiptKeys, ReceiptKey
from ._transaction import MAX_DEPTH, MAX_SIZE, parse_transaction

__all__ = [
    "LIFETIME",
    "MAX_DEPTH",
    "MAX_SIZE",
    "FileReceiptKeys",
    "Question",
    "Receipt",
    "ReceiptIssuer",
    "ReceiptKey",
    "StatedPoint",
    "Statement",
    "check_receipt",
    "parse_key_set",
    "parse_transaction",
]
