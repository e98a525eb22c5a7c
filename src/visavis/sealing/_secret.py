"""Thirty-two secret bytes that can derive keys, and do nothing else by accident."""

from __future__ import annotations

import hmac
from typing import Never

from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from visavis.errors import InputInvalid

SECRET_SIZE = 32  # bytes: 256 bits, as long as the AES-256 keys derived from it

# SHA-512 gives the 64 bytes of a layer (key and commitment) in one block of output.
_HASH = SHA512()


class Secret:
    """A secret of 32 bytes. Not shown, not hashed, not copied, not pickled; compared evenly.

    A plain class and not a dataclass on purpose: ``dataclasses.asdict`` would take it apart.
    Python cannot promise to wipe it from memory, and visavis does not pretend to.
    """

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) != SECRET_SIZE:
            raise InputInvalid(f"a secret is {SECRET_SIZE} bytes")
        self._secret = secret

    def derive(self, *, salt: bytes | None = None, info: bytes, length: int) -> bytes:
        """HKDF with SHA-512 (RFC 5869): ``length`` bytes bound to ``salt`` and ``info``.

        No salt means 64 zero bytes, as in the RFC.
        """
        return HKDF(_HASH, length, salt, info).derive(self._secret)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return hmac.compare_digest(self._secret, other._secret)

    __hash__ = None  # type: ignore[assignment]  # hash tables compare unevenly

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"

    def __reduce_ex__(self, protocol: object) -> Never:
        raise TypeError(f"a {type(self).__name__} is neither pickled nor copied")
