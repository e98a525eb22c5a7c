"""What lies beside a key ring: the keys that sign receipts, and the server's secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visavis.errors import KeyringMissing
from visavis.receipts import FileReceiptKeys, ReceiptIssuer
from visavis.sealing import ServerSecret

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "make_missing_keys",
    "read_receipt_issuer",
    "read_server_secret",
    "receipt_keys_path",
    "server_secret_path",
]


def receipt_keys_path(keys: Path) -> Path:
    """Where the keys that sign receipts lie, given the key ring's file."""
    return keys.with_name(f"{keys.stem}-receipts.json")


def server_secret_path(keys: Path) -> Path:
    """Where the server's secret lies, given the key ring's file."""
    return keys.with_name(f"{keys.stem}-server.key")


def read_receipt_issuer(keys: Path, institution: str) -> ReceiptIssuer | None:
    """The institution's issuer of receipts; None where there are no keys to sign with.

    Its name is that of the institution's log.

    Raises:
        KeyringPermissions, KeyringCorrupt: the keys are there, but not fit.
    """
    try:
        found = FileReceiptKeys(receipt_keys_path(keys))
    except KeyringMissing:
        return None
    return ReceiptIssuer(keys=found, issuer=f"visavis/{institution}")


def read_server_secret(keys: Path) -> ServerSecret | None:
    """The server's secret; None where there is none.

    Raises:
        KeyringPermissions, KeyringCorrupt: it is there, but not fit.
    """
    try:
        return ServerSecret.read(server_secret_path(keys))
    except KeyringMissing:
        return None


def make_missing_keys(keys: Path) -> tuple[Path, ...]:
    """Make receipt keys and the server's secret where there are none; return what was made.

    Raises:
        KeyringUnwritable: a file cannot be written.
    """
    made = []
    for path, make in (
        (receipt_keys_path(keys), FileReceiptKeys.create),
        (server_secret_path(keys), ServerSecret.create),
    ):
        if not path.exists():
            make(path)
            made.append(path)
    return tuple(made)
