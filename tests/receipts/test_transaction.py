"""What can be confirmed, and its digest."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.errors import InputInvalid
from visavis.receipts import MAX_DEPTH, MAX_SIZE, parse_transaction
from visavis.receipts._transaction import require_transaction, transaction_digest


def test_the_digest_is_of_the_canonical_form() -> None:
    salt = bytes(32)
    canonical = b'{"amount":"12.50","payee":{"iban":"AT61"}}'
    expected = hashlib.sha256(salt + canonical).digest()
    for text in (canonical, b'{ "payee": {"iban": "AT61"},\n "amount": "12.50" }'):
        assert transaction_digest(parse_transaction(text), salt=salt) == expected
    assert transaction_digest({}, salt=salt) == hashlib.sha256(salt + b"{}").digest()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"null", b'"amount"', b"{", b'{"a": 1, "a": 2}', b'{"a": NaN}',
        b'{"a": 9007199254740993}', b'{"a": "\\ud800"}', b"\xff{}", b'{"a": 1e999}',
    ],
)  # fmt: skip
def test_what_is_no_transaction(content: bytes) -> None:
    with pytest.raises(InputInvalid) as caught:
        parse_transaction(content)
    assert caught.value.input == "transaction"


def test_limits() -> None:
    require_transaction({"a": "x" * (MAX_SIZE - len('{"a":""}'))})
    deep: dict[str, Any] = {}
    for _ in range(MAX_DEPTH - 1):
        deep = {"a": deep}
    require_transaction(deep)
    for refused in ({"a": "x" * MAX_SIZE}, {"a": deep}, {"a": b"bytes"}, {1: "number"}):
        with pytest.raises(InputInvalid):
            require_transaction(refused)  # type: ignore[arg-type]


@given(content=st.binary(max_size=60) | st.text(max_size=40).map(str.encode))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        transaction = parse_transaction(content)
    except InputInvalid:
        return
    assert transaction == json.loads(content)
