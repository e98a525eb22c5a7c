"""How several values become one byte string without two lists of values ever becoming the same."""

from __future__ import annotations

from functools import lru_cache

_LENGTH_SIZE = 4  # bytes: even an absurd value from a damaged row has a length


def encode(*parts: bytes) -> bytes:
    r"""Concatenate the parts, each behind its length as 4 bytes, big-endian.

    >>> encode(b"ab", b"")
    b'\x00\x00\x00\x02ab\x00\x00\x00\x00'
    """
    encoded = b""
    for part in parts:
        encoded += len(part).to_bytes(_LENGTH_SIZE, "big") + part
    return encoded


SUITE = b"visavis-sealing-1 HKDF-SHA512 AES-256-GCM"
"""Names the format and its algorithms; stands first in every derivation and all associated data."""


@lru_cache(maxsize=1024)  # the same few institutions and labels for every record opened
def encode_for(institution: str, *parts: bytes) -> bytes:
    """``encode`` with the suite and the institution in front of the parts."""
    return encode(SUITE, institution.encode(), *parts)
