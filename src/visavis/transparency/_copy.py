"""A log's copy, kept elsewhere: what a store that was restored is brought up to date from.

A folder with three files, because they are written in three ways. ``leaves`` only grows, 32 bytes a
leaf. ``told.N`` grows, too, and is written anew, as ``told.N+1``, where openings must go. ``head``
names the signed checkpoint and how much of the others counts; it is replaced in one step when they
are on disk. So whatever breaks, the folder is the copy as it was before or as it is after.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from visavis._strict_json import parse_json
from visavis.errors import (
    Error,
    InputInvalid,
    LogCopyDamaged,
    LogCopyForeign,
    LogCopyMissing,
    LogCopyUnwritable,
    LogMalformed,
    LogSignatureInvalid,
    LogTampered,
)

from ._checkpoint import Checkpoint
from ._leaf import LEAF_SIZE
from ._rfc6962 import Frontier, leaf_hash
from ._told import read_told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from ._note import VerifierKey
    from ._told import Told

_FORMAT = "visavis-log-copy-1"
_PRIVATE = 0o600
_MAX_HEAD = 64 * 1024  # bytes: a note has some hundred, and 64 peaks 67 each
_CHUNK = 4096  # leaves read at once
_DAMAGED = "the log's copy is cut short or was changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyHead:
    """How far a copy goes.

    Attributes:
        note: the signed checkpoint; None while there is none.
        peaks: of the tree, so that it can grow on.
        size: how many leaves.
        told: how many bytes of what is told count.
        told_file: the number of their file.
    """

    note: bytes | None = None
    peaks: tuple[bytes, ...] = field(default=(), repr=False)
    size: int = 0
    told: int = 0
    told_file: int = 0


class LogCopy:
    """One log's copy. Whoever writes holds ``locked``; reading needs no lock."""

    def __init__(self, folder: Path, *, key: VerifierKey) -> None:
        """The copy in this folder, which need not be there yet.

        Args:
            folder: where it is.
            key: the log's.
        """
        self.folder = folder
        self.key = key

    def create(self) -> None:
        """Make a copy of nothing yet, mode 0600 in a folder of 0700; one that is there stays.

        Raises:
            LogCopyUnwritable: it cannot be made.
        """
        with _writing():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self.locked():
                if not (self.folder / "head").exists():
                    self._append("leaves", b"", at=0)
                    self._append("told.0", b"", at=0)
                    self._write_head(CopyHead())

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other writers out, in this process and others.

        Raises:
            LogCopyMissing: there is no folder.
            LogCopyUnwritable: it takes no lock.
        """
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        with contextlib.ExitStack() as stack:
            try:
                descriptor = os.open(self.folder / ".lock", flags, _PRIVATE)
                file = stack.enter_context(os.fdopen(descriptor, "wb"))
                fcntl.flock(file, fcntl.LOCK_EX)
            except FileNotFoundError:
                raise LogCopyMissing("there is no copy of the log at this place") from None
            except OSError as error:
                raise _unwritable(error) from None
            yield

    def head(self) -> CopyHead:
        """How far it goes, from its head alone: the signature is checked, the leaves are not.

        Raises:
            LogCopyMissing: there is no copy.
            LogCopyForeign: it is another log's.
            LogCopyDamaged: it is none, or was changed.
        """
        with self._opened("head") as file:
            content, _, checksum = file.read(_MAX_HEAD).removesuffix(b"\n").rpartition(b"\n")
        if checksum != _checksum(content):
            raise LogCopyDamaged(_DAMAGED)
        try:
            return self._parse(parse_json(content))
        except (ValueError, TypeError, KeyError, AttributeError, InputInvalid):
            raise LogCopyDamaged(_DAMAGED) from None
        except (LogMalformed, LogSignatureInvalid):
            raise LogCopyDamaged("the copy's checkpoint is not one of this log") from None

    def entries(self, head: CopyHead, *, frontier: Frontier) -> Iterator[tuple[bytes, Told | None]]:
        """Every leaf in order, with what is told of it, in bounded memory.

        At the end, all of it was checked against the signed checkpoint; do nothing for good before.

        Args:
            head: how far to read.
            frontier: of the empty tree; at each leaf, the tree up to and with it.

        Raises:
            LogCopyDamaged: leaves are missing or were changed, or an opening is not its leaf's.
        """
        with self._opened(f"told.{head.told_file}") as file:
            told = read_told(file, size=head.told)
            upcoming = next(told, None)
            for leaf in self._leaves(head):
                found = None
                if upcoming is not None and upcoming.position == frontier.size:
                    if not upcoming.opening.opens(leaf):
                        raise LogCopyDamaged("the log's copy has an opening that does not fit")
                    found, upcoming = upcoming, next(told, None)
                frontier.append(leaf_hash(leaf))
                yield leaf, found
        if upcoming is not None or frontier.peaks != head.peaks:
            raise LogCopyDamaged(_DAMAGED)

    def check(self) -> CopyHead:
        """Read all of it.

        Raises:
            LogCopyMissing, LogCopyForeign, LogCopyDamaged: as ``head`` and ``entries``.
        """
        head = self.head()
        for _, told in self.entries(head, frontier=Frontier()):
            if told is not None:
                told.read()
        return head

    def extend(
        self, head: CopyHead, *, leaves: Sequence[bytes], told: Iterable[Told], note: bytes
    ) -> CopyHead:
        """Go on up to a later checkpoint; on disk when it returns.

        Args:
            head: how far it goes.
            leaves: the next ones.
            told: of them, in order of their positions.
            note: the signed checkpoint over all.

        Raises:
            LogTampered: the leaves do not lead to the checkpoint; the copy stays as it is.
            LogCopyDamaged: it became shorter.
            LogCopyUnwritable: it cannot be written.
        """
        frontier = Frontier(head.size, head.peaks)
        for leaf in leaves:
            frontier.append(leaf_hash(leaf))
        signed = Checkpoint.open(note, verifier=self.key)
        if (signed.size, signed.root) != (frontier.size, frontier.root()):
            raise LogTampered("the log's leaves do not lead to its checkpoint; nothing was copied")
        records = b"".join(one.encode() for one in told)
        with _writing():
            self._append("leaves", b"".join(leaves), at=head.size * LEAF_SIZE)
            self._append(f"told.{head.told_file}", records, at=head.told)
            return self._write_head(
                CopyHead(
                    note=note,
                    peaks=frontier.peaks,
                    size=frontier.size,
                    told=head.told + len(records),
                    told_file=head.told_file,
                )
            )

    def told(self, head: CopyHead) -> Iterator[Told]:
        """What is told, without a look at the leaves.

        Raises:
            LogCopyDamaged: it is cut short or was changed.
        """
        with self._opened(f"told.{head.told_file}") as file:
            yield from read_told(file, size=head.told)

    def drop(self, head: CopyHead, *, gone: Callable[[Told], bool]) -> CopyHead:
        """Erase openings, if there are any such: what is told is written anew without them.

        Raises:
            LogCopyDamaged: what is told is cut short or was changed.
            LogCopyUnwritable: it cannot be written.
        """
        if not any(map(gone, self.told(head))):
            return head
        number, size = head.told_file + 1, 0
        with _writing():
            self._append(f"told.{number}", b"", at=0)
            with (self.folder / f"told.{number}").open("r+b") as file:
                for one in self.told(head):
                    if not gone(one):
                        size += file.write(one.encode())
                file.flush()
                os.fsync(file.fileno())
            kept = CopyHead(
                note=head.note, peaks=head.peaks, size=head.size, told=size, told_file=number
            )
            return self._write_head(kept)

    def _leaves(self, head: CopyHead) -> Iterator[bytes]:
        with self._opened("leaves") as file:
            for start in range(0, head.size, _CHUNK):
                count = min(_CHUNK, head.size - start)
                chunk = file.read(count * LEAF_SIZE)
                if len(chunk) != count * LEAF_SIZE:
                    raise LogCopyDamaged("the log's copy lacks leaves")
                for at in range(0, len(chunk), LEAF_SIZE):
                    yield chunk[at : at + LEAF_SIZE]

    def _parse(self, content: dict[str, Any]) -> CopyHead:
        if content["format"] != _FORMAT:
            raise LogCopyDamaged("not a log's copy of a format that this visavis knows")
        if content["log_key"] != self.key.render():
            raise LogCopyForeign("a copy of another log")
        note = None if content["note"] is None else content["note"].encode()
        signed = None if note is None else Checkpoint.open(note, verifier=self.key)
        peaks = tuple(bytes.fromhex(peak) for peak in content["peaks"])
        frontier = Frontier(0 if signed is None else signed.size, peaks)
        told, told_file = int(content["told"]), int(content["told_file"])
        if (signed is not None and frontier.root() != signed.root) or min(told, told_file) < 0:
            raise LogCopyDamaged(_DAMAGED)
        return CopyHead(note=note, peaks=peaks, size=frontier.size, told=told, told_file=told_file)

    def _write_head(self, head: CopyHead) -> CopyHead:
        content = json.dumps(
            {
                "format": _FORMAT,
                "log_key": self.key.render(),
                "note": None if head.note is None else head.note.decode(),
                "peaks": [peak.hex() for peak in head.peaks],
                "told": head.told,
                "told_file": head.told_file,
            }
        ).encode()
        self._append("head.new", content + b"\n" + _checksum(content) + b"\n", at=0)
        (self.folder / "head.new").replace(self.folder / "head")
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        for path in self.folder.glob("told.*"):  # an older one has what was to be erased
            if path.name != f"told.{head.told_file}":
                path.unlink()
        return head

    def _append(self, name: str, content: bytes, *, at: int) -> None:
        """Write to the end of a file that counts up to ``at``: what lies behind, nobody counted."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
        with os.fdopen(os.open(self.folder / name, flags, _PRIVATE), "wb") as file:
            if os.fstat(file.fileno()).st_size < at:
                raise LogCopyDamaged(_DAMAGED)
            file.truncate(at)
            file.seek(at)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    @contextlib.contextmanager
    def _opened(self, name: str) -> Iterator[BinaryIO]:
        # O_NONBLOCK: a pipe in the file's place must not keep us waiting.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
        try:
            with os.fdopen(os.open(self.folder / name, flags), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise LogCopyDamaged("a part of the log's copy is not a plain file")
                yield file
        except OSError as error:
            missing = error.errno in (errno.ENOENT, errno.ENOTDIR) and name == "head"
            kind = LogCopyMissing if missing else LogCopyDamaged
            raise kind(f"the log's copy cannot be read: {error.strerror}") from None


def _checksum(content: bytes) -> bytes:
    """Against accidents: whoever may write the copy may write this."""
    return hashlib.sha256(content).hexdigest().encode()


@contextlib.contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _unwritable(error) from None


def _unwritable(error: OSError) -> Error:
    return LogCopyUnwritable(f"the log's copy cannot be written: {error.strerror}")
