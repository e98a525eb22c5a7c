"""Making a vault's parts, so that an interrupted making can be begun again."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from visavis.errors import InputInvalid, KeyringUnknown, KeyringUnwritable, StoreExists
from visavis.records import add_institution, add_key, append_leaf, create_store, list_institutions
from visavis.sealing import FileKeyRing, check_institution
from visavis.transparency import Event, EventKind, SignerKey
from visavis.verifier._beside import make_missing_keys
from visavis.verifier._copy import begin_copy
from visavis.verifier._log_key import log_key_path, read_log_key, write_log_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from visavis.records import Store, Transaction
    from visavis.sealing import Kek
    from visavis.transparency import VerifierKey
    from visavis.verifier._vault import Vault

__all__ = ["Parts", "create_parts", "new_institution"]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a vault consists of."""

    store: Store
    key_ring: FileKeyRing
    signer: SignerKey


def create_parts(store: str, *, keys: Path, institution: str) -> Parts:
    """Make a key ring, a log key and a store with one institution.

    The store comes last, and in one transaction. Killed before that, keys lie there that no store
    uses; a note beside them says for which store, and making that store takes them up again.

    Raises:
        StoreExists, KeyringExists: something is there already; nothing is overwritten.
        Error: ``store.*``, ``keyring.*``: it cannot be made. Keys just made are removed.
    """
    log_key = log_key_path(keys, institution)
    _make_folder(keys.parent)
    with contextlib.ExitStack() as stack:
        resumed = stack.enter_context(_noted(keys, store))
        undo = stack.enter_context(contextlib.ExitStack())
        if resumed:
            log_key.unlink(missing_ok=True)  # perhaps half written, and no store's yet
        if resumed and keys.exists():
            key_ring = FileKeyRing(keys)
        else:
            key_ring = FileKeyRing.create(keys)
            undo.callback(keys.unlink, missing_ok=True)
        kek = _kek(key_ring, institution)
        signer = SignerKey.generate(f"visavis/{institution}")
        write_log_key(log_key, signer)
        undo.callback(log_key.unlink, missing_ok=True)
        for path in make_missing_keys(keys):
            undo.callback(path.unlink, missing_ok=True)

        def furnish(t: Transaction) -> None:
            _add(t, kek, log_key=signer.verifier, on=datetime.now(UTC).date())

        made = create_store(store, furnish=furnish)
        undo.pop_all()
    return Parts(made, key_ring, signer)


def new_institution(vault: Vault, name: str) -> VerifierKey:
    """Adds an institution to a vault's store and key ring, with a log of its own.

    Open it with ``Vault.open(..., institution=name)``. If it is interrupted, call it again.

    Returns:
        What its log's checkpoints are checked with, to be published.

    Raises:
        InputInvalid: no identifier, or the institution is there already.
        KeyringUnwritable: the key ring is not in a file, or that cannot be written.
        Error: ``store.*``, ``keyring.*``, ``log.copy_*``.
    """
    check_institution(name)
    if not isinstance(vault.key_ring, FileKeyRing):
        raise KeyringUnwritable("the key ring is not in a file: whoever keeps it changes it")
    with vault.store.snapshot() as s:
        if any(one.institution == name for one in list_institutions(s)):
            raise InputInvalid("the store has this institution already")
    kek = _kek(vault.key_ring, name)
    path = log_key_path(vault.key_ring.path, name)
    signer = read_log_key(path)
    if signer is None:
        signer = SignerKey.generate(f"visavis/{name}")
        write_log_key(path, signer)
    if vault.copies is not None:
        begin_copy(signer.verifier, to=vault.copies / name)
    today = vault.clock().astimezone(UTC).date()
    with vault.store.transaction() as t:
        _add(t, kek, log_key=signer.verifier, on=today)
        started = Event(kind=EventKind.KEY_STARTED, institution=name, kek_id=kek.kek_id)
        append_leaf(t, started, on=today)
    return signer.verifier


def _kek(key_ring: FileKeyRing, institution: str) -> Kek:
    try:
        return key_ring.current(institution)
    except KeyringUnknown:
        return key_ring.add_institution(institution)


def _add(t: Transaction, kek: Kek, *, log_key: VerifierKey, on: date) -> None:
    add_institution(t, kek.institution, log_key=log_key, on=on)
    add_key(t, kek, on=on)


@contextlib.contextmanager
def _noted(keys: Path, store: str) -> Iterator[bool]:
    """Keep a note of the store to be made, one maker at a time; whether one was there before.

    It goes at the end, whatever that is, but for one: what was taken up again and failed again can
    be taken up once more.
    """
    wanted = hashlib.sha256(store.encode()).hexdigest()
    note = keys.with_name(f".{keys.name}.init")
    try:
        descriptor = os.open(note, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise KeyringUnwritable(f"its folder takes no files: {error.strerror}") from None
    with os.fdopen(descriptor, "r+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        found = file.read()
        if not found:
            file.write(wanted)
            file.flush()
            os.fsync(file.fileno())
        try:
            yield found == wanted
        except BaseException as error:
            if not found or isinstance(error, StoreExists):
                note.unlink(missing_ok=True)
            raise
        note.unlink(missing_ok=True)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise KeyringUnwritable(f"its folder cannot be made: {error.strerror}") from None
