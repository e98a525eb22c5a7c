"""Errors about the transparency log."""

from __future__ import annotations

from visavis.errors._base import Error

__all__ = [
    "LogMalformed",
    "LogProofInvalid",
    "LogSignatureInvalid",
    "LogTampered",
]


class LogMalformed(Error):
    """Bytes that should be an event, a key, a signed note or a checkpoint are none."""

    code = "log.malformed"


class LogSignatureInvalid(Error):
    """A checkpoint carries no valid signature of the key that was expected."""

    code = "log.signature_invalid"


class LogProofInvalid(Error):
    """An inclusion or consistency proof does not prove what it should."""

    code = "log.proof_invalid"


class LogTampered(Error):
    """The log does not agree with its checkpoints or openings."""

    code = "log.tampered"
