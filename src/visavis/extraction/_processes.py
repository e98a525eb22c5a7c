"""Processes that look at pictures, one a core: each with the models, and with nothing else.

They hold no key, no claim, no store and no credential, and are started without the environment
that may carry them, so that a picture made to break a decoder finds none of these beside it. And
Python's lock, which lets one thread of a process work at a time, holds up none of them.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Final, TypeVar

from visavis._stages import tell
from visavis.errors import Error, InputInvalid, ProcessFailed
from visavis.extraction._message import Message, MessageMalformed, receive, send
from visavis.extraction._tasks import read_error, read_stages
from visavis.models import Provider

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from visavis.models import Manifest

__all__ = ["Processes"]

_T = TypeVar("_T")

_SECONDS: Final = 60.0
"""That a process may take for an answer, or to load: a minute is longer than the worst pictures."""

_MOST: Final = 1024 * 1024
"""Bytes of an answer: five embeddings take 2.5 KiB."""

_KEPT: Final = ("HOME", "LANG", "PATH", "PYTHONPATH", "TMPDIR", "TZ")
_KEPT_FAMILIES: Final = ("CUDA_", "GLIBC_", "LC_", "LD_", "NVIDIA_", "OMP_", "OPENBLAS_", "XDG_")
"""Of the environment. Settings, among which a key ring may be, are not."""


class Processes:
    """So many processes with one pack, which take one question at a time each.

    It may be shared by threads. A process that ends, or does not answer, is replaced when it is
    next needed; what it was asked has failed.
    """

    def __init__(
        self,
        pack: Manifest,
        *,
        count: int,
        provider: Provider = Provider.CPU,
        home: Path | None = None,
        cache: Path | None = None,
        nice: int = 0,
    ) -> None:
        """Start them, and wait until they are ready.

        Args:
            pack: which models.
            count: how many processes.
            provider: what runs the networks.
            home: visavis's data folder, with the pack's files; the platform's own by default.
            cache: the folder of converted models; the platform's own by default.
            nice: by how much others go before them.

        Raises:
            InputInvalid: there is to be none.
            Error: ``model.*``, as ``Extractor.load``.
            ProcessFailed: one does not start.
        """
        if count < 1:
            raise InputInvalid("there is one process at least")
        self.pack = pack
        self.count = count
        set_up = pickle.dumps((pack, provider, home, cache, nice))
        self._all = [_Process(set_up) for _ in range(count)]
        self._free: queue.SimpleQueue[_Process] = queue.SimpleQueue()
        try:
            first, *others = self._all
            first.require_ready()  # alone: on a new machine it converts the models, for all of them
            for process in others:
                process.start()
            for process in others:
                process.require_ready()
        except BaseException:
            self._end()
            raise
        for process in self._all:
            self._free.put(process)

    @property
    def shut_in(self) -> bool:
        """Whether the system keeps all of them from files, networks and other processes."""
        return all(process.shut_in for process in self._all)

    def ask(self, asked: Message, read: Callable[[Message], _T]) -> _T:
        """Have one of them answer; wait for one to be free.

        Args:
            asked: what.
            read: takes the answer, or raises `MessageMalformed`.

        Raises:
            Error: what was raised there.
            ProcessFailed: it ended, did not answer in time, or answered something else.
        """
        process = self._free.get()
        try:
            return process.ask(asked, read)
        finally:
            self._free.put(process)

    def close(self) -> None:
        """End them, when each has answered what it was asked."""
        for _ in self._all:
            self._free.get()
        self._end()

    def _end(self) -> None:
        for process in self._all:
            process.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class _Process:
    """One of them; it is started when it is needed and does not run."""

    def __init__(self, set_up: bytes) -> None:
        self._set_up = set_up
        self._connection: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = False
        self.shut_in = False

    def start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        ours.settimeout(_SECONDS)
        self._connection, self._ready = ours, False
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - nothing of a caller's
                # -P: nothing is imported from the folder that we happen to be in
                [sys.executable, "-P", "-m", "visavis.extraction._process", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            )
        send(ours, Message({}, [self._set_up]))
        return ours

    def require_ready(self) -> socket.socket:
        """Wait until it has loaded its models.

        Raises:
            Error: ``model.*``.
            ProcessFailed: it does not start.
        """
        if self._process is None or self._process.poll() is not None:
            self.end()
        with self._failing():
            connection = self._connection or self.start()
            if not self._ready:
                self._read(connection, self._note)
                self._ready = True
        return connection

    def ask(self, asked: Message, read: Callable[[Message], _T]) -> _T:
        connection = self.require_ready()
        with self._failing():
            send(connection, asked)
            return self._read(connection, read)

    def end(self) -> None:
        """Kill it: it has nothing to lose."""
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._connection = self._process = None

    def _note(self, answered: Message) -> None:
        self.shut_in = answered.head.get("shut_in") is True

    def _read(self, connection: socket.socket, read: Callable[[Message], _T]) -> _T:
        answered = receive(connection, most=_MOST)
        if answered is None:
            raise MessageMalformed("it ended")
        for name, began, ended in read_stages(answered):
            tell(name, began, ended)
        error = read_error(answered)
        if error is not None:
            raise error
        return read(answered)

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except (OSError, MessageMalformed):
            self.end()
            raise ProcessFailed("a process that looks at pictures failed") from None
        except Error:
            raise
        except BaseException:  # it was interrupted within an answer, and would give it to the next
            self.end()
            raise


def _environment() -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or name.startswith(_KEPT_FAMILIES)
    }
    # There is a process a core: numpy's own threads would only wait for each other.
    return {"OPENBLAS_NUM_THREADS": "1", **kept}
