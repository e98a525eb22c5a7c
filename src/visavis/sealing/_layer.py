"""One layer of sealing: AES-256-GCM behind a commitment to its key.

AES-GCM alone does not commit to its key: whoever knows two keys can make one ciphertext that opens
under both. So each layer derives 64 bytes from its secret: first the AES key, then a commitment,
which stands in front of the ciphertext and is compared before anything is decrypted. Two keys with
one commitment would be a collision of HKDF-SHA-512.
"""

from __future__ import annotations

from hmac import compare_digest
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_KEY_SIZE = 32
_COMMITMENT_SIZE = 32
_NONCE_SIZE = 12
_TAG_SIZE = 16
_NONCE_END = _COMMITMENT_SIZE + _NONCE_SIZE

LAYER_KEYS_SIZE = _KEY_SIZE + _COMMITMENT_SIZE
LAYER_OVERHEAD = _COMMITMENT_SIZE + _NONCE_SIZE + _TAG_SIZE  # bytes that a layer adds


class NotOpened(Exception):
    """A layer did not open; ``unseal`` and ``rewrap`` answer ``sealing.refused`` instead."""


def close_layer(plaintext: bytes, *, keys: bytes, associated: bytes) -> bytes:
    """Return commitment, random nonce, ciphertext and tag.

    Args:
        plaintext: what to encrypt.
        keys: the 64 bytes derived for this layer; no keys ever close two layers.
        associated: what the layer is bound to.
    """
    nonce = token_bytes(_NONCE_SIZE)
    ciphertext = AESGCM(keys[:_KEY_SIZE]).encrypt(nonce, plaintext, associated)
    return keys[_KEY_SIZE:] + nonce + ciphertext


def open_layer(layer: bytes, *, keys: bytes, associated: bytes) -> bytes:
    """Return the plaintext.

    Raises:
        NotOpened: other keys, altered bytes, or other associated data.
    """
    if len(layer) < LAYER_OVERHEAD:
        raise NotOpened
    if not compare_digest(layer[:_COMMITMENT_SIZE], keys[_KEY_SIZE:]):
        raise NotOpened
    nonce, ciphertext = layer[_COMMITMENT_SIZE:_NONCE_END], layer[_NONCE_END:]
    try:
        return AESGCM(keys[:_KEY_SIZE]).decrypt(nonce, ciphertext, associated)
    except InvalidTag:
        raise NotOpened from None
