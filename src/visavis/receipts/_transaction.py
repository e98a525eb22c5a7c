"""What a verification confirms: a JSON object, such as an amount and a payee.

The receipt carries no word of it, only SHA-256(salt, canonical JSON), and the salt. Whoever knows
the transaction can check that it is the one; this is the dynamic linking of PSD2 (Commission
Delegated Regulation (EU) 2018/389, article 5).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import rfc8785

from visavis._jws import JwsInvalid, read_object
from visavis.errors import InputInvalid

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "MAX_DEPTH",
    "MAX_SIZE",
    "parse_transaction",
    "require_transaction",
    "transaction_digest",
]

MAX_SIZE = 16 * 1024
"""Bytes of canonical JSON. An amount and a payee take a hundred; a basket some thousand."""

MAX_DEPTH = 8
"""Objects and lists inside each other, the outermost counted."""


def parse_transaction(content: bytes) -> dict[str, Any]:
    """Read a transaction from JSON: one object, without doubled names.

    Raises:
        InputInvalid: it is none, or too large, or nested too deeply.
    """
    try:
        transaction = read_object(content[: 4 * MAX_SIZE + 1])
    except JwsInvalid:
        raise _invalid("a transaction is one JSON object without doubled names") from None
    require_transaction(transaction)
    return transaction


def require_transaction(transaction: Mapping[str, Any]) -> None:
    """Refuses what has no canonical form or is too large.

    Raises:
        InputInvalid: it is.
    """
    _canonical(transaction)


def transaction_digest(transaction: Mapping[str, Any], *, salt: bytes) -> bytes:
    """SHA-256(salt, canonical JSON by RFC 8785), 32 bytes."""
    return hashlib.sha256(salt + _canonical(transaction)).digest()


def _canonical(transaction: Mapping[str, Any]) -> bytes:
    _require_depth(transaction, left=MAX_DEPTH)
    try:
        canonical = rfc8785.dumps(dict(transaction))
    except (rfc8785.CanonicalizationError, ValueError, TypeError):
        raise _invalid("a transaction has a value that JSON does not know exactly") from None
    if len(canonical) > MAX_SIZE:
        raise _invalid(f"a transaction has at most {MAX_SIZE} bytes")
    return canonical


def _require_depth(value: object, *, left: int) -> None:
    if not isinstance(value, dict | list | tuple):
        return
    if left == 0:
        raise _invalid(f"a transaction is nested at most {MAX_DEPTH} times")
    for inner in value.values() if isinstance(value, dict) else value:
        _require_depth(inner, left=left - 1)


def _invalid(detail: str) -> InputInvalid:
    error = InputInvalid(detail)
    error.input = "transaction"
    return error
