"""Golden vectors of the format, and a second reader of it made of hmac, hashlib and AES-GCM alone.

``tests/vectors/sealing-1.json`` was made by this code with counted randomness (see ``counted``).
The reader below follows ``docs/sealing.md`` and shares nothing with ``src``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.sealing.world import key_ring
from visavis.sealing import Binding, Claim, Kek, Sealed, rewrap, seal, unseal
from visavis.sealing._keytable import KeyTable

if TYPE_CHECKING:
    from collections.abc import Callable

VECTORS = Path(__file__).parents[1] / "vectors" / "sealing-1.json"
SUITE = b"visavis-sealing-1 HKDF-SHA512 AES-256-GCM"

Vector = dict[str, Any]


@pytest.fixture(params=json.loads(VECTORS.read_text())["vectors"], ids=lambda v: v["name"])
def vector(request: pytest.FixtureRequest) -> Vector:
    values: Vector = request.param
    return values


def encode(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def hkdf(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869 with SHA-512, for one block of output."""
    extracted = hmac.digest(salt or bytes(64), secret, "sha512")
    return hmac.digest(extracted, info + b"\x01", "sha512")[:length]


def open_layer(layer: bytes, keys: bytes, associated: bytes) -> bytes:
    assert layer[:32] == keys[32:]
    return AESGCM(keys[:32]).decrypt(layer[32:44], layer[44:], associated)


def read(vector: Vector, kek: bytes, epoch: int, wrap: bytes, body: bytes) -> bytes:
    """Open a record by the book."""
    institution = vector["institution"].encode()
    secret = bytes.fromhex(vector["claim_secret"])
    enrolment = UUID(vector["enrolment_id"]).bytes
    consent = UUID(vector["consent_id"]).bytes
    digest = bytes.fromhex(vector["model_digest"])

    locator = hkdf(secret, b"", encode(SUITE, institution, b"locator"), 32)
    assert locator.hex() == vector["locator"]
    kek_id = hkdf(kek, b"", encode(SUITE, institution, epoch.to_bytes(4, "big"), b"kek id"), 16)

    assert wrap[:1] == body[:1] == b"\x01"
    assert wrap[1:17] == kek_id
    keys = hkdf(kek, wrap[17:49], encode(SUITE, institution, kek_id, b"outer"), 64)
    associated = encode(SUITE, institution, locator, enrolment, b"outer", kek_id)
    inner = open_layer(wrap[49:], keys, associated)

    keys = hkdf(secret, inner[:32], encode(SUITE, institution, enrolment, b"reference"), 64)
    associated = encode(SUITE, institution, locator, enrolment, b"inner")
    data_key = open_layer(inner[32:], keys, associated)

    prefix = encode(SUITE, institution, enrolment, b"body")
    keys = data_key + hashlib.sha256(prefix + data_key).digest()
    associated = encode(SUITE, institution, locator, enrolment, b"body", digest, consent)
    padded = open_layer(body[1:], keys, associated)
    length = int.from_bytes(padded[:2], "big")
    assert len(padded) == vector["capacity"] + 2
    assert padded[2 + length :] == bytes(vector["capacity"] - length)
    return padded[2 : 2 + length]


def counted() -> Callable[[int], bytes]:
    """Randomness that is none: SHAKE-256 of 1, 2, 3, ... as each value is asked for."""
    counter = count(1)
    return lambda size: hashlib.shake_256(str(next(counter)).encode()).digest(size)


def binding_of(vector: Vector) -> Binding:
    return Binding(
        institution=vector["institution"],
        locator=bytes.fromhex(vector["locator"]),
        enrolment_id=UUID(vector["enrolment_id"]),
        model_digest=bytes.fromhex(vector["model_digest"]),
        consent_id=UUID(vector["consent_id"]),
    )


def kek_of(vector: Vector, name: str, *, epoch: int) -> Kek:
    return Kek(bytes.fromhex(vector[name]), institution=vector["institution"], epoch=epoch)


def test_another_reader_opens_the_record(vector: Vector) -> None:
    reference = bytes.fromhex(vector["reference"])
    body = bytes.fromhex(vector["body"])
    for epoch, kek, wrap in ((1, "kek", "wrap"), (2, "next_kek", "next_wrap")):
        wrapped = bytes.fromhex(vector[wrap])
        assert read(vector, bytes.fromhex(vector[kek]), epoch, wrapped, body) == reference
    assert hashlib.sha256(body).hexdigest() == vector["digest"]


def test_this_code_still_makes_the_same_bytes(
    vector: Vector, monkeypatch: pytest.MonkeyPatch
) -> None:
    randomness = counted()
    monkeypatch.setattr("visavis.sealing._record.token_bytes", randomness)
    monkeypatch.setattr("visavis.sealing._layer.token_bytes", randomness)
    claim = Claim.parse(vector["claim"])
    kek, next_kek = kek_of(vector, "kek", epoch=1), kek_of(vector, "next_kek", epoch=2)
    binding = binding_of(vector)
    reference = bytes.fromhex(vector["reference"])
    sealed = seal(reference, claim=claim, kek=kek, binding=binding, capacity=vector["capacity"])
    assert sealed.wrap.hex() == vector["wrap"]
    assert sealed.body.hex() == vector["body"]
    assert sealed.digest.hex() == vector["digest"]
    next_wrap = rewrap(
        sealed.wrap,
        institution=binding.institution,
        locator=binding.locator,
        enrolment_id=binding.enrolment_id,
        old=kek,
        new=next_kek,
    )
    assert next_wrap.hex() == vector["next_wrap"]


def test_this_code_still_opens_them(vector: Vector) -> None:
    table = KeyTable.parse(vector["key_ring"].encode())
    claim = Claim.parse(vector["claim"])
    binding = binding_of(vector)
    assert claim.locator(institution=binding.institution) == binding.locator
    for wrap in ("wrap", "next_wrap"):
        sealed = Sealed(bytes.fromhex(vector[wrap]), bytes.fromhex(vector["body"]))
        opened = unseal(sealed, claim=claim, key_ring=key_ring(table), binding=binding)
        assert opened.hex() == vector["reference"]
