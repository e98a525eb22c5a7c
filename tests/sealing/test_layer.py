from __future__ import annotations

import secrets

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from visavis.sealing._layer import LAYER_OVERHEAD, NotOpened, close_layer, open_layer

KEYS = secrets.token_bytes(64)
ASSOCIATED = b"bound to this"


def test_round_trip() -> None:
    layer = close_layer(b"secret", keys=KEYS, associated=ASSOCIATED)
    assert len(layer) == len(b"secret") + LAYER_OVERHEAD
    assert layer[:32] == KEYS[32:]
    assert open_layer(layer, keys=KEYS, associated=ASSOCIATED) == b"secret"
    assert AESGCM(KEYS[:32]).decrypt(layer[32:44], layer[44:], ASSOCIATED) == b"secret"


@pytest.mark.parametrize("length", range(LAYER_OVERHEAD))
def test_what_is_too_short_for_a_layer(length: int) -> None:
    with pytest.raises(NotOpened):
        open_layer((KEYS[32:] + bytes(28))[:length], keys=KEYS, associated=b"")


def test_nothing_is_decrypted_before_the_commitment_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    layer = close_layer(b"secret", keys=KEYS, associated=ASSOCIATED)
    monkeypatch.setattr("visavis.sealing._layer.AESGCM", None)  # calling it would be a TypeError
    with pytest.raises(NotOpened):
        open_layer(bytes(32) + layer[32:], keys=KEYS, associated=ASSOCIATED)
    with pytest.raises(TypeError):
        open_layer(layer, keys=KEYS, associated=ASSOCIATED)


# A ciphertext for two keys at once (Albertini et al., "How to abuse and fix authenticated
# encryption without key commitment", USENIX Security 2022). GHASH is linear in the ciphertext, so
# one block of it can be chosen to give both keys the same tag.

_REDUCTION = 0xE1 << 120  # x^128 = x^7 + x^2 + x + 1 in the reflected notation of GCM


def multiply(one: int, other: int) -> int:
    """Product in GCM's field, NIST SP 800-38D, algorithm 1."""
    product = 0
    for bit in range(127, -1, -1):
        if (one >> bit) & 1:
            product ^= other
        other = (other >> 1) ^ (_REDUCTION if other & 1 else 0)
    return product


def inverse(element: int) -> int:
    """To the power of 2^128 - 2."""
    result = 1 << 127  # one, reflected
    square = element
    for _ in range(127):
        square = multiply(square, square)
        result = multiply(result, square)
    return result


def encrypt_block(key: bytes, block: bytes) -> int:
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - GCM's parts
    return int.from_bytes(encryptor.update(block), "big")


def ciphertext_for_both(one: bytes, other: bytes, nonce: bytes) -> bytes:
    """Two blocks and a tag, without associated data, that both keys accept."""
    first = secrets.randbits(128)
    lengths = 2 * 128  # no associated data, two blocks
    known, factor = 0, 0
    for key in (one, other):
        hash_key = encrypt_block(key, bytes(16))
        square = multiply(hash_key, hash_key)
        known ^= multiply(first, multiply(square, hash_key)) ^ multiply(lengths, hash_key)
        known ^= encrypt_block(key, nonce + b"\0\0\0\1")
        factor ^= square
    second = multiply(known, inverse(factor))

    hash_key = encrypt_block(one, bytes(16))
    tag = multiply(multiply(multiply(first, hash_key) ^ second, hash_key) ^ lengths, hash_key)
    tag ^= encrypt_block(one, nonce + b"\0\0\0\1")
    return b"".join(block.to_bytes(16, "big") for block in (first, second, tag))


def test_one_ciphertext_for_two_keys_opens_under_one_at_most() -> None:
    """The size of a wrapped data key: with AES-GCM alone, two claims would open one record."""
    one, other = secrets.token_bytes(64), secrets.token_bytes(64)
    nonce = secrets.token_bytes(12)
    ciphertext = ciphertext_for_both(one[:32], other[:32], nonce)
    plaintexts = {AESGCM(keys[:32]).decrypt(nonce, ciphertext, b"") for keys in (one, other)}
    assert len(plaintexts) == 2  # so the attack works on AES-GCM

    for commitment in (one[32:], other[32:], secrets.token_bytes(32)):
        opened = []
        for keys in (one, other):
            try:
                opened.append(
                    open_layer(commitment + nonce + ciphertext, keys=keys, associated=b"")
                )
            except NotOpened:
                assert keys[32:] != commitment
        assert len(opened) <= 1
