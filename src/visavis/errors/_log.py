"""Errors about the transparency log."""

from __future__ import annotations

from visavis.errors._base import Error

__all__ = [
    "LogCopyDamaged",
    "LogCopyForeign",
    "LogCopyMissing",
    "LogCopyUnwritable",
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


class LogCopyMissing(Error):
    """There is no copy of the log where the settings or an option say that one is."""

    code = "log.copy_missing"


class LogCopyDamaged(Error):
    """The log's copy is cut short, changed, or no copy at all; nothing is taken from it."""

    code = "log.copy_damaged"


class LogCopyForeign(Error):
    """The copy is one of another log."""

    code = "log.copy_foreign"


class LogCopyUnwritable(Error):
    """The log's copy cannot be written: folder, disk or permissions. What it held before stands."""

    code = "log.copy_unwritable"
