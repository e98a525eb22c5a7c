"""A key ring in a file that only its owner may read."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from visavis.errors import (
    Error,
    KeyringCorrupt,
    KeyringExists,
    KeyringMissing,
    KeyringPermissions,
    KeyringUnknown,
    KeyringUnwritable,
)

from ._keytable import KeyTable, TableKeyRing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ._kek import Kek

_PRIVATE = 0o600
_OTHERS = 0o077  # any of these bits lets somebody else in
_FRESH = 1.0  # seconds: looking at the file costs a tenth of opening a record
_MAX_SIZE = 64 * 1024 * 1024  # bytes: 250 a key, so far more institutions than one process serves


class FileKeyRing(TableKeyRing):
    """A JSON file with mode 0600. Losing it loses every enrolment; keep a backup apart.

    Another process may change the file (rotation does). ``current`` always looks whether it has
    changed; ``find`` looks at most once a second, and whenever it does not know a key. Changes are
    written to a new file that takes the old one's place in one step, one writer at a time.
    """

    def __init__(self, path: Path) -> None:
        """Read the key ring at ``path``.

        Raises:
            KeyringMissing: there is no file.
            KeyringPermissions: others may read or write it, it belongs to somebody else, or it is
                a link or no plain file.
            KeyringCorrupt: it is not a key ring.
        """
        self.path = path
        self._seen = _read(path)
        self._fresh_until = 0.0

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make a key ring without any institution.

        Raises:
            KeyringExists: something is there already.
            KeyringUnwritable: the file cannot be written.
        """
        with _locked(path), _written(path, KeyTable({})) as new:
            _link(new, path)
        return cls(path)

    def add_institution(self, institution: str) -> Kek:
        """Give a new institution its first epoch, and return its key.

        Raises:
            InputInvalid: no identifier, or the institution is there already.
            KeyringUnwritable: the file cannot be written.
        """
        return self._change(lambda table: table.with_institution(institution)).current(institution)

    def start_epoch(self, institution: str) -> Kek:
        """Start the institution's next epoch, and return its key, from now on the current one.

        Raises:
            KeyringUnknown: no such institution.
            KeyringUnwritable: the file cannot be written.
        """
        return self._change(lambda table: table.with_epoch(institution)).current(institution)

    def destroy_epoch(self, institution: str, epoch: int) -> None:
        """Drop the key of an epoch: what is still sealed with it, in backups too, is shut for good.

        The key leaves this file. Copies of the file, and blocks that the disk has not yet written
        anew, are beyond reach from here.

        Raises:
            KeyringUnknown: no such institution or epoch.
            KeyringEpochCurrent: it is the current one.
            KeyringEpochDestroyed: it was destroyed before.
            KeyringUnwritable: the file cannot be written.
        """
        self._change(lambda table: table.without_key(institution, epoch=epoch))

    def backup(self, destination: Path) -> None:
        """Write a copy with every key, mode 0600, to a place where nothing is yet.

        Raises:
            KeyringExists: something is there already.
            KeyringUnwritable: the copy cannot be written.
        """
        with _locked(self.path), _written(destination, self._table()) as new:
            _link(new, destination)

    def find(self, institution: str, kek_id: bytes) -> Kek:
        try:
            return self._table().find(institution, kek_id)
        except KeyringUnknown:
            self._look_again()  # rotation may have brought the key within this second
            return self._table().find(institution, kek_id)

    def current(self, institution: str) -> Kek:
        self._look_again()  # nothing new shall be sealed with the key before
        return self._table().current(institution)

    def _table(self) -> KeyTable:
        if time.monotonic() >= self._fresh_until:
            self._look_again()
        return self._seen.table

    def _look_again(self) -> None:
        fresh_until = time.monotonic() + _FRESH
        try:
            identity = _identity(self.path.lstat())
        except OSError as error:
            raise _unreadable(error) from None
        if identity != self._seen.identity:
            self._seen = _read(self.path)
        self._fresh_until = fresh_until

    def _change(self, change: Callable[[KeyTable], KeyTable]) -> KeyTable:
        with _locked(self.path):
            changed = change(_read(self.path).table)
            with _written(self.path, changed) as new:
                new.replace(self.path)
                _sync_folder(self.path)
        return changed


@dataclass(frozen=True, slots=True)
class _Seen:
    """A table, and which state of the file it was read from."""

    identity: tuple[int, ...]
    table: KeyTable


def _identity(status: os.stat_result) -> tuple[int, ...]:
    # Replacing the file changes its number; writing, chmod and chown change the last time.
    return status.st_dev, status.st_ino, status.st_ctime_ns


def _read(path: Path) -> _Seen:
    try:
        # O_NONBLOCK: a pipe in the file's place must not keep us waiting.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            status = os.fstat(descriptor)
            _check(status)
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                document = file.read(_MAX_SIZE + 1)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise _unreadable(error) from None
    if len(document) > _MAX_SIZE:
        raise KeyringCorrupt("far too large for a key ring")
    return _Seen(_identity(status), KeyTable.parse(document))


def _check(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise KeyringPermissions("the key ring is not a plain file")
    if status.st_uid != os.geteuid():
        raise KeyringPermissions("the key ring belongs to another user")
    if status.st_mode & _OTHERS:
        raise KeyringPermissions("the key ring is open to others; its mode must be 0600")


def _unreadable(error: OSError) -> Error:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return KeyringMissing("there is no key ring at this path")
    if error.errno == errno.ELOOP:
        return KeyringPermissions("the key ring is a symbolic link")
    return KeyringPermissions(f"the key ring cannot be read: {error.strerror}")


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep other writers of this key ring out, in this process and others."""
    lock = path.with_name(f".{path.name}.lock")
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(os.fdopen(os.open(lock, flags, _PRIVATE), "wb"))
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as error:
            raise _unwritable(error) from None
        yield


@contextlib.contextmanager
def _written(path: Path, table: KeyTable) -> Iterator[Path]:
    """A complete file beside ``path``, on disk and ready to take its place; gone afterwards."""
    # One fixed name: what a crash left behind, keys included, goes away with the next write.
    new = path.with_name(f".{path.name}.new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, flags, _PRIVATE), "wb") as file:
            file.write(table.render())
            file.flush()
            os.fsync(file.fileno())
        yield new
    except OSError as error:
        raise _unwritable(error) from None
    finally:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)


def _link(new: Path, path: Path) -> None:
    """Give the file its name, unless that is taken: unlike a rename, a link overwrites nothing."""
    try:
        path.hardlink_to(new)
    except FileExistsError:
        raise KeyringExists("something is there already; keys are never overwritten") from None
    _sync_folder(path)


def _sync_folder(path: Path) -> None:
    """Make a new or changed name in the folder survive a power failure."""
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(error: OSError) -> KeyringUnwritable:
    return KeyringUnwritable(f"the key ring cannot be written: {error.strerror}")
