"""A key ring in a file that only its owner may read."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from visavis._private_files import PrivateFile
from visavis.errors import KeyringUnknown

from ._keytable import KeyTable, TableKeyRing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ._kek import Kek

_FRESH = 1.0  # seconds: looking at the file costs a tenth of opening a record


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
        self._file = _file(path)
        self._seen = _read(self._file)
        self._fresh_until = 0.0

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make a key ring without any institution.

        Raises:
            KeyringExists: something is there already.
            KeyringUnwritable: the file cannot be written.
        """
        file = _file(path)
        with file.locked():
            file.write_new(KeyTable({}).render())
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
        with self._file.locked():
            _file(destination).write_new(self._table().render())

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
        state = self._file.state()
        if state != self._seen.state:
            self._seen = _read(self._file)
        self._fresh_until = fresh_until

    def _change(self, change: Callable[[KeyTable], KeyTable]) -> KeyTable:
        with self._file.locked():
            changed = change(_read(self._file).table)
            self._file.replace(changed.render())
        return changed


@dataclass(frozen=True, slots=True)
class _Seen:
    """A table, and which state of the file it was read from."""

    state: tuple[int, ...]
    table: KeyTable


def _file(path: Path) -> PrivateFile:
    return PrivateFile(path, what="key ring")


def _read(file: PrivateFile) -> _Seen:
    state, document = file.read()
    return _Seen(state, KeyTable.parse(document))
