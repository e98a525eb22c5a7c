"""What happens to an institution's keys, each with its leaf: rotation, destruction, backup."""

from __future__ import annotations

import contextlib
from datetime import UTC
from typing import TYPE_CHECKING

from visavis.errors import KeyringEpochCurrent, KeyringUnknown, KeyringUnwritable
from visavis.records import add_key, append_leaf, list_keys, remove_key, rotate
from visavis.sealing import FileKeyRing
from visavis.transparency import Event, EventKind
from visavis.verifier._log_key import log_key_path, read_log_key, write_log_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from visavis.records import Rotation, Transaction
    from visavis.sealing import Kek
    from visavis.verifier._vault import Vault

__all__ = ["backup_keys", "destroy_epoch", "list_key", "rotate_keys", "start_epoch"]


def start_epoch(vault: Vault) -> int:
    """Starts the institution's next epoch and returns its number; `rotate_keys` does the rest.

    Raises:
        KeyringUnwritable: the key ring is not in a file, or that cannot be written.
        Error: ``keyring.*``.
    """
    return _in_a_file(vault).start_epoch(vault.institution).epoch


def rotate_keys(vault: Vault, *, progress: Callable[[int], None] | None = None) -> Rotation:
    """Puts the current epoch's key around every record. No claim is needed for that.

    May be interrupted at any time, and called again. Verifications, renewals and forgettings go on
    meanwhile.

    Args:
        vault: whose records.
        progress: called with the number of records done so far.

    Returns:
        What was done. Only if nothing remains can the older epochs be destroyed.

    Raises:
        KeyringUnknown, KeyringEpochDestroyed: an old key is missing that records still need.
        Error: ``store.*``, ``keyring.*``.
    """
    kek = vault.key_ring.current(vault.institution)
    with vault.store.transaction() as t:
        list_key(t, kek, on=_today(vault))
    done = rotate(
        vault.store, key_ring=vault.key_ring, institution=vault.institution, progress=progress
    )
    if not done.remaining:
        with vault.store.transaction() as t:
            _append(t, vault, EventKind.KEY_ROTATED, kek.kek_id)
    return done


def destroy_epoch(vault: Vault, *, epoch: int) -> None:
    """Destroys the key of an epoch: what is still sealed with it, in backups, is shut for good.

    Raises:
        KeyringEpochCurrent: it is the current one.
        KeyringEpochDestroyed: it was destroyed before.
        KeyringUnknown: there is no such epoch.
        StoreKeyInUse: records are still sealed with it; nothing was changed.
        KeyringUnwritable: the key ring is not in a file, or that cannot be written.
        Error: ``store.*``, ``keyring.*``.
    """
    key_ring = _in_a_file(vault)
    epochs = {one.number: one for one in key_ring.epochs(vault.institution)}
    if epoch not in epochs:
        raise KeyringUnknown("the institution has no such epoch")
    if epoch == max(epochs):
        raise KeyringEpochCurrent("start a new epoch before this one is destroyed")
    kek_id = epochs[epoch].kek_id
    with vault.store.transaction() as t:
        # Off the list first: from here on nothing can be sealed with it. It is off already where
        # an earlier destruction was interrupted before the key ring was written.
        if any(key.kek_id == kek_id for key in list_keys(t, vault.institution)):
            remove_key(t, vault.institution, kek_id)
            _append(t, vault, EventKind.KEY_DESTROYED, kek_id)
    key_ring.destroy_epoch(vault.institution, epoch)


def backup_keys(keys: Path, *, destination: Path) -> tuple[Path, ...]:
    """Copies a key ring and the logs' signing keys beside it, each mode 0600.

    With a copy of the store and a holder's claim, the copy opens that holder's reference, also
    after the epoch was destroyed here: destroy old copies, too.

    Args:
        keys: the key ring's file.
        destination: the copy's, where nothing is yet. The signing keys come to lie beside it.

    Returns:
        The files that were written.

    Raises:
        KeyringExists: something is there already; nothing is overwritten.
        Error: ``keyring.*``; nothing was left behind.
    """
    key_ring = FileKeyRing(keys)
    written = [destination]
    with contextlib.ExitStack() as undo:
        key_ring.backup(destination)
        undo.callback(destination.unlink, missing_ok=True)
        for institution in key_ring.institutions():
            signer = read_log_key(log_key_path(keys, institution))
            if signer is not None:
                copy = log_key_path(destination, institution)
                write_log_key(copy, signer)
                undo.callback(copy.unlink, missing_ok=True)
                written.append(copy)
        undo.pop_all()
    return tuple(written)


def list_key(transaction: Transaction, kek: Kek, *, on: date) -> None:
    """Lets records be sealed with a key, and logs it if they could not before."""
    if add_key(transaction, kek, on=on):
        event = Event(kind=EventKind.KEY_STARTED, institution=kek.institution, kek_id=kek.kek_id)
        append_leaf(transaction, event, on=on)


def _append(transaction: Transaction, vault: Vault, kind: EventKind, kek_id: bytes) -> None:
    event = Event(kind=kind, institution=vault.institution, kek_id=kek_id)
    append_leaf(transaction, event, on=_today(vault))


def _in_a_file(vault: Vault) -> FileKeyRing:
    if not isinstance(vault.key_ring, FileKeyRing):
        raise KeyringUnwritable("the key ring is not in a file: whoever keeps it changes it")
    return vault.key_ring


def _today(vault: Vault) -> date:
    return vault.clock().astimezone(UTC).date()
