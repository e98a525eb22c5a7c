"""A secret of the server beside its key ring, for what is neither a reference nor a signature."""

from __future__ import annotations

import base64
import hmac
import secrets
from typing import TYPE_CHECKING, Self

from visavis._private_files import PrivateFile
from visavis.errors import KeyringCorrupt

from ._encoding import encode, encode_for
from ._secret import SECRET_SIZE, Secret

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

_FORMAT = b"visavis-server-secret-1 "
_MAC_KEY_SIZE = 32  # bytes: as long as what HMAC-SHA-256 gives


class ServerSecret(Secret):
    """Thirty-two random bytes, the same for all replicas. Losing it costs no enrolment.

    From it come fingerprints of request bodies, so that the database holds none that can be
    guessed at, and the keys that webhooks are signed with, so that the database holds none.
    """

    __slots__ = ()

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make a file with a new secret, mode 0600.

        Raises:
            KeyringExists: something is there already.
            KeyringUnwritable: the file cannot be written.
        """
        secret = secrets.token_bytes(SECRET_SIZE)
        _file(path).write_new(_FORMAT + base64.b64encode(secret) + b"\n")
        return cls(secret)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the file.

        Raises:
            KeyringMissing: there is no file.
            KeyringPermissions: others may read or write it, or it is no plain file of ours.
            KeyringCorrupt: it does not hold a secret.
        """
        _, content = _file(path).read()
        encoded = content.removeprefix(_FORMAT).removesuffix(b"\n")
        try:
            secret = base64.b64decode(encoded, validate=True)
        except ValueError:
            secret = b""
        if len(secret) != SECRET_SIZE or content != _FORMAT + base64.b64encode(secret) + b"\n":
            raise KeyringCorrupt("the server's secret is damaged")
        return cls(secret)

    def fingerprint(self, *parts: bytes) -> bytes:
        """HMAC-SHA-256 of the parts, each with its length before it; 32 bytes."""
        key = self.derive(info=b"visavis fingerprint", length=_MAC_KEY_SIZE)
        return hmac.digest(key, encode(*parts), "sha256")

    def webhook_key(self, institution: str, endpoint_id: UUID) -> bytes:
        """The key that an endpoint's webhooks are signed with; 32 bytes."""
        info = encode_for(institution, b"webhook", endpoint_id.bytes)
        return self.derive(info=info, length=_MAC_KEY_SIZE)


def _file(path: Path) -> PrivateFile:
    return PrivateFile(path, what="server's secret")
