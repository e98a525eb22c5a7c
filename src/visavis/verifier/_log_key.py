"""The file of a log's signing key: beside the key ring, and as private."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from visavis.errors import (
    KeyringCorrupt,
    KeyringExists,
    KeyringPermissions,
    KeyringUnwritable,
    LogMalformed,
)
from visavis.transparency import SignerKey

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["log_key_path", "read_log_key", "write_log_key"]

_PRIVATE = 0o600
_OTHERS = 0o077  # any of these bits lets somebody else in
_MAX_SIZE = 4096  # bytes: a name and some hundred more


def log_key_path(keys: Path, institution: str) -> Path:
    """Where the log key of an institution lies, given the key ring's file."""
    return keys.with_name(f"{keys.stem}-log-{institution}.key")


def write_log_key(path: Path, signer: SignerKey) -> None:
    """Write a new key's file, mode 0600.

    Raises:
        KeyringExists: something is there already.
        KeyringUnwritable: the file cannot be written.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(path, flags, _PRIVATE), "w", encoding="utf-8") as file:
            file.write(signer.reveal() + "\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise KeyringExists("a log's key is there already; keys are never overwritten") from None
    except OSError as error:
        raise KeyringUnwritable(f"the log's key cannot be written: {error.strerror}") from None


def read_log_key(path: Path) -> SignerKey | None:
    """The key, or None where it is kept elsewhere: only signing checkpoints needs it.

    Raises:
        KeyringPermissions: the file is open to others, a link, or cannot be read.
        KeyringCorrupt: it does not hold a key.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            _check(os.fstat(file.fileno()))
            text = file.read(_MAX_SIZE)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KeyringPermissions(f"the log's key cannot be read: {error.strerror}") from None
    try:
        return SignerKey.parse(text.decode().removesuffix("\n"))
    except (LogMalformed, UnicodeDecodeError):
        raise KeyringCorrupt("the log's key is damaged") from None


def _check(status: os.stat_result) -> None:
    private = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid()
    if not private or status.st_mode & _OTHERS:
        raise KeyringPermissions("the log's key is a file of its owner's, and its mode 0600")
