"""Checkpoints as in C2SP tlog-checkpoint (https://c2sp.org/tlog-checkpoint)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from visavis.errors import InputInvalid, LogMalformed

from ._base64 import from_base64, to_base64
from ._note import open_note
from ._rfc6962 import HASH_SIZE

if TYPE_CHECKING:
    from ._note import SignerKey, VerifierKey

_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")  # below 10^18, and so below 2^63
_LEAST_LINES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The state of a log: with its signature, a promise never to show another one of this size.

    Attributes:
        origin: which log; the name of its key.
        size: how many leaves.
        root: 32 bytes, of the Merkle tree over them.
    """

    origin: str
    size: int
    root: bytes

    def sign(self, signer: SignerKey) -> bytes:
        """The signed note.

        Raises:
            InputInvalid: the key's name is not the origin, or size and root are none.
        """
        if signer.verifier.name != self.origin:
            raise InputInvalid("a log signs with the key of its own name")
        if not _SIZE.fullmatch(str(self.size)) or len(self.root) != HASH_SIZE:
            raise InputInvalid("not the size and root of a log")
        return signer.sign(f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n")

    @classmethod
    def open(cls, note: bytes, *, verifier: VerifierKey, origin: str | None = None) -> Self:
        """Read a signed checkpoint. Witnesses' cosignatures and extension lines are passed over.

        Args:
            note: as it was published or kept.
            verifier: the log's key.
            origin: the log's, where it is not the key's name.

        Raises:
            LogMalformed: it is not a checkpoint, or one of another log.
            LogSignatureInvalid: the key has not signed it.
        """
        lines = open_note(note, verifier=verifier).split("\n")[:-1]
        if len(lines) < _LEAST_LINES or not all(lines) or not _SIZE.fullmatch(lines[1]):
            raise LogMalformed("a checkpoint is at least three lines: origin, size and root")
        root = from_base64(lines[2])
        if len(root) != HASH_SIZE:
            raise LogMalformed(f"a root is {HASH_SIZE} bytes")
        if lines[0] != (verifier.name if origin is None else origin):
            raise LogMalformed("a checkpoint of another log")
        return cls(origin=lines[0], size=int(lines[1]), root=root)
