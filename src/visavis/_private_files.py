"""Files that hold keys: mode 0600, their owner's, and changed in one step or not at all."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
from typing import TYPE_CHECKING

from visavis.errors import (
    Error,
    KeyringCorrupt,
    KeyringExists,
    KeyringMissing,
    KeyringPermissions,
    KeyringUnwritable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["PrivateFile"]

_PRIVATE = 0o600
_OTHERS = 0o077  # any of these bits lets somebody else in
_MAX_SIZE = 64 * 1024 * 1024  # bytes: 250 a key, so far more institutions than one process serves


class PrivateFile:
    """A file of keys. Writers take turns, over all processes; readers see all of a change or none.

    Attributes:
        path: where it lies.
        what: what the messages call it (``key ring``).
    """

    def __init__(self, path: Path, *, what: str) -> None:
        self.path = path
        self.what = what

    def read(self) -> tuple[tuple[int, ...], bytes]:
        """Which state of the file this is, as in ``state``, and its content.

        Raises:
            KeyringMissing: there is no file.
            KeyringPermissions: others may read or write it, it belongs to somebody else, or it is
                a link or no plain file.
            KeyringCorrupt: it is far too large.
        """
        try:
            # O_NONBLOCK: a pipe in the file's place must not keep us waiting.
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
            with os.fdopen(os.open(self.path, flags), "rb") as file:
                status = os.fstat(file.fileno())
                self._check(status)
                content = file.read(_MAX_SIZE + 1)
        except OSError as error:
            raise self._unreadable(error) from None
        if len(content) > _MAX_SIZE:
            raise KeyringCorrupt(f"far too large for a {self.what}")
        return _state(status), content

    def state(self) -> tuple[int, ...]:
        """Something that is another after each change of the file.

        Raises:
            KeyringMissing, KeyringPermissions: there is no file, or it cannot be looked at.
        """
        try:
            return _state(self.path.lstat())
        except OSError as error:
            raise self._unreadable(error) from None

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other writers of this file out, in this process and others.

        Raises:
            KeyringUnwritable: the folder takes no lock.
        """
        lock = self.path.with_name(f".{self.path.name}.lock")
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        with contextlib.ExitStack() as stack:
            try:
                file = stack.enter_context(os.fdopen(os.open(lock, flags, _PRIVATE), "wb"))
                fcntl.flock(file, fcntl.LOCK_EX)
            except OSError as error:
                raise self._unwritable(error) from None
            yield

    def write_new(self, content: bytes) -> None:
        """Write the file, where nothing is yet; keep it locked, or a name of its own.

        Raises:
            KeyringExists: something is there already.
            KeyringUnwritable: the file cannot be written.
        """
        with self._written(content) as new:
            try:
                self.path.hardlink_to(new)  # unlike a rename, a link overwrites nothing
            except FileExistsError:
                raise KeyringExists(
                    "something is there already; keys are never overwritten"
                ) from None
            self._sync_folder()

    def replace(self, content: bytes) -> None:
        """Write the file anew; keep it locked meanwhile.

        Raises:
            KeyringUnwritable: the file cannot be written.
        """
        with self._written(content) as new:
            new.replace(self.path)
            self._sync_folder()

    def _check(self, status: os.stat_result) -> None:
        if not stat.S_ISREG(status.st_mode):
            raise KeyringPermissions(f"the {self.what} is not a plain file")
        if status.st_uid != os.geteuid():
            raise KeyringPermissions(f"the {self.what} belongs to another user")
        if status.st_mode & _OTHERS:
            raise KeyringPermissions(f"the {self.what} is open to others; its mode must be 0600")

    def _unreadable(self, error: OSError) -> Error:
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            return KeyringMissing(f"there is no {self.what} at this path")
        if error.errno == errno.ELOOP:
            return KeyringPermissions(f"the {self.what} is a symbolic link")
        return KeyringPermissions(f"the {self.what} cannot be read: {error.strerror}")

    @contextlib.contextmanager
    def _written(self, content: bytes) -> Iterator[Path]:
        """A complete file beside ours, on disk and ready to take its place; gone afterwards."""
        # One fixed name: what a crash left behind, keys included, goes away with the next write.
        new = self.path.with_name(f".{self.path.name}.new")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            new.unlink(missing_ok=True)
            with os.fdopen(os.open(new, flags, _PRIVATE), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            yield new
        except OSError as error:
            raise self._unwritable(error) from None
        finally:
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)

    def _sync_folder(self) -> None:
        """Make a new or changed name in the folder survive a power failure."""
        descriptor = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _unwritable(self, error: OSError) -> KeyringUnwritable:
        return KeyringUnwritable(f"the {self.what} cannot be written: {error.strerror}")


def _state(status: os.stat_result) -> tuple[int, ...]:
    # Replacing the file changes its number; writing, chmod and chown change the last time.
    return status.st_dev, status.st_ino, status.st_ctime_ns
