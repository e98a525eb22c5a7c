"""The key-encryption key (KEK) of one institution in one epoch."""

from __future__ import annotations

import base64
import secrets
from typing import Self

from ._encoding import encode_for
from ._institution import check_institution
from ._secret import SECRET_SIZE, Secret

KEK_ID_SIZE = 16  # bytes


class Kek(Secret):
    """A key-encryption key; its id is derived from it, so no other key can pass for it.

    Attributes:
        institution: whose key it is.
        epoch: its number among the institution's epochs, from 1.
        kek_id: 16 bytes, public: HKDF(KEK, info = suite, institution, epoch, "kek id").
        outer_info: suite, institution, kek id, "outer"; for the outer layer of a record.
    """

    __slots__ = ("epoch", "institution", "kek_id", "outer_info")

    def __init__(self, secret: bytes, *, institution: str, epoch: int) -> None:
        super().__init__(secret)
        self.institution = check_institution(institution)
        self.epoch = epoch
        info = encode_for(institution, epoch.to_bytes(4, "big"), b"kek id")
        self.kek_id = self.derive(info=info, length=KEK_ID_SIZE)
        self.outer_info = encode_for(institution, self.kek_id, b"outer")

    @classmethod
    def generate(cls, *, institution: str, epoch: int) -> Self:
        """Make a new key from the operating system's randomness."""
        return cls(secrets.token_bytes(SECRET_SIZE), institution=institution, epoch=epoch)

    def reveal(self) -> str:
        """The key itself in base64, for the place that keeps the key ring and nowhere else."""
        return base64.b64encode(self._secret).decode()

    def __repr__(self) -> str:
        return f"Kek(institution={self.institution!r}, epoch={self.epoch})"
