"""A log's keys: the public one is in the store, the signing one beside the key ring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visavis._private_files import PrivateFile
from visavis.errors import InstitutionUnknown, KeyringCorrupt, KeyringMissing, LogMalformed
from visavis.records import list_institutions
from visavis.transparency import SignerKey

if TYPE_CHECKING:
    from pathlib import Path

    from visavis.records import Snapshot
    from visavis.transparency import VerifierKey

__all__ = ["log_key", "log_key_path", "read_log_key", "write_log_key"]


def log_key(snapshot: Snapshot, institution: str) -> VerifierKey:
    """The public key that the institution's checkpoints are signed with, as the store has it.

    Raises:
        InstitutionUnknown: the store has no such institution.
    """
    for known in list_institutions(snapshot):
        if known.institution == institution:
            return known.log_key
    raise InstitutionUnknown("the store has no such institution")


def log_key_path(keys: Path, institution: str) -> Path:
    """Where the log key of an institution lies, given the key ring's file."""
    return keys.with_name(f"{keys.stem}-log-{institution}.key")


def write_log_key(path: Path, signer: SignerKey) -> None:
    """Write a new key's file, mode 0600.

    Raises:
        KeyringExists: something is there already.
        KeyringUnwritable: the file cannot be written.
    """
    _file(path).write_new((signer.reveal() + "\n").encode())


def read_log_key(path: Path) -> SignerKey | None:
    """The key, or None where it is kept elsewhere: only signing checkpoints needs it.

    Raises:
        KeyringPermissions: the file is open to others, a link, or cannot be read.
        KeyringCorrupt: it does not hold a key.
    """
    try:
        _, content = _file(path).read()
    except KeyringMissing:
        return None
    try:
        return SignerKey.parse(content.decode().removesuffix("\n"))
    except (LogMalformed, UnicodeDecodeError):
        raise KeyringCorrupt("the log's key is damaged") from None


def _file(path: Path) -> PrivateFile:
    return PrivateFile(path, what="log's key")
