"""API keys: 32 random bytes, in a form that secret scanners find and typing errors are noticed."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import zlib
from typing import Never, Self

from visavis.errors import CredentialRefused

__all__ = ["API_KEY_PATTERN", "ApiKey"]

API_KEY_PATTERN = r"visk_[a-z2-7]{53}_[a-z2-7]{7}"
"""What secret scanners should look for; ``ApiKey.reveal`` writes exactly this."""

_VERSION = 1
_SECRET_SIZE = 32  # bytes: with 256 random bits, one round of SHA-256 is as good as a slow hash
_CRC_SIZE = 4
_SHAPE = re.compile(r"visk_([a-z2-7]{53})_([a-z2-7]{7})")


class ApiKey:
    """What a caller presents. Not shown, not copied, not pickled; stored only as a digest."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    @classmethod
    def generate(cls) -> Self:
        """A new one from the operating system's randomness."""
        return cls(secrets.token_bytes(_SECRET_SIZE))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form, exactly as it was written.

        Raises:
            CredentialRefused: it is none. The detail repeats nothing of the text.
        """
        match = _SHAPE.fullmatch(text)
        if match is not None:
            payload = base64.b32decode(_padded(match[1].upper()))
            if payload[0] == _VERSION and _text(payload) == text:
                return cls(payload[1:])
        raise CredentialRefused("no credential that lets anybody in")

    def reveal(self) -> str:
        """The text form, 66 characters. Show it once, to whoever will present it."""
        return _text(bytes([_VERSION]) + self._secret)

    def digest(self) -> bytes:
        """SHA-256 of the secret, 32 bytes: what is stored."""
        return hashlib.sha256(self._secret).digest()

    def __repr__(self) -> str:
        return "ApiKey(...)"

    def __reduce_ex__(self, protocol: object) -> Never:
        raise TypeError("an ApiKey is neither pickled nor copied")


def _text(payload: bytes) -> str:
    checksum = zlib.crc32(payload).to_bytes(_CRC_SIZE, "big")
    return f"visk_{_to_base32(payload)}_{_to_base32(checksum)}"


def _to_base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()


def _padded(text: str) -> str:
    return text + "=" * (-len(text) % 8)
