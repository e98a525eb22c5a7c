"""HTTP/1.1 requests as a load: prebuilt bytes over kept connections, from one thread.

The generator runs on the cores of the service it measures, so it does as little as it can: no HTTP
library, no thread a client, one look for the end of each answer. What it costs is in the `Tally`.
"""

from __future__ import annotations

import contextlib
import math
import selectors
import socket
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import cycle
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Address", "Answer", "Tally", "load", "request_bytes"]

Address = tuple[str, int]
"""Host and port."""

_END_OF_HEAD = b"\r\n\r\n"
_READ = 64 * 1024
_LATEST = 60.0  # seconds that an answer may take


class Answer(NamedTuple):
    """One answer.

    Attributes:
        number: of its request, from 0 in the order in which they were begun.
        status: of HTTP.
        seconds: from when the request was begun, or was due, to the answer's last byte.
        body: as it came.
    """

    number: int
    status: int
    seconds: float
    body: bytes


@dataclass
class Tally:
    """What the clients saw.

    Attributes:
        answers: in the order they came.
        elapsed: seconds from the first request to the last answer.
        own_seconds: of processor time, for making this load.
        unanswered: numbers of the requests whose connection ended without an answer.
    """

    answers: list[Answer] = field(default_factory=list)
    elapsed: float = 0.0
    own_seconds: float = 0.0
    unanswered: list[int] = field(default_factory=list)

    @property
    def statuses(self) -> dict[int, int]:
        """How many answers of each status."""
        return dict(Counter(answer.status for answer in self.answers))

    def rate(self, status: int = 200) -> float:
        """Answers of this status a second."""
        return self.statuses.get(status, 0) / self.elapsed

    def milliseconds(self, share: float, status: int = 200) -> float | None:
        """A quantile of their times; None where there was no such answer."""
        times = sorted(one.seconds for one in self.answers if one.status == status)
        if not times:
            return None
        return round(times[min(len(times) - 1, int(share * len(times)))] * 1000, 1)


def request_bytes(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """A POST as it goes over the wire."""
    known = {**headers, "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in known.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def load(
    addresses: Sequence[Address],
    requests: Sequence[bytes],
    *,
    seconds: float = math.inf,
    count: float = math.inf,
    clients: int = 0,
    rate: float = 0.0,
    told: Callable[[int], None] = lambda _: None,
) -> Tally:
    """So many clients, each asking again when it is answered; or so many requests a second.

    At a rate, requests start when they are due, whether earlier ones were answered or not: on a
    kept connection that is free, or a new one. A request's time counts from when it was due.

    Args:
        addresses: of the service; with several, connections take them in turn.
        requests: taken in turn.
        seconds: in which requests start; all of them are waited for.
        count: how many requests at most.
        clients: how many, without a rate.
        rate: requests a second, without clients.
        told: is told after each answer how many there are.
    """
    limits = {"seconds": seconds, "count": count, "rate": rate}
    return _Load(addresses, requests, told=told, **limits).run(clients)


class _Connection:
    """One kept connection, and the request on it."""

    def __init__(self, address: Address) -> None:
        self.socket = socket.create_connection(address)
        self.socket.settimeout(0)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.number = 0
        self.began = 0.0
        self.unsent = memoryview(b"")
        self._received = bytearray()
        self._whole = 0

    def send(self) -> bool:
        """Send what the system takes; whether all is sent."""
        try:
            with contextlib.suppress(BlockingIOError):
                self.unsent = self.unsent[self.socket.send(self.unsent) :]
        except ConnectionError:  # the answer may have come before
            self.unsent = memoryview(b"")
        return not self.unsent

    def receive(self) -> tuple[int, bytes] | None:
        """The answer, once it is whole.

        Raises:
            ConnectionError: it ended before.
        """
        arrived = self.socket.recv(_READ)
        if not arrived:
            raise ConnectionResetError("the connection ended within an answer")
        self._received += arrived
        if not self._whole:
            end = self._received.find(_END_OF_HEAD)
            if end < 0:
                return None
            head = bytes(self._received[:end]).lower()
            _, _, length = head.partition(b"\r\ncontent-length: ")
            self._whole = end + len(_END_OF_HEAD) + int(length.split(b"\r\n")[0])
        if len(self._received) < self._whole:
            return None
        status = int(self._received[9:12])
        body = bytes(self._received[self._received.find(_END_OF_HEAD) + 4 : self._whole])
        self._received.clear()
        self._whole = 0
        return status, body


class _Load:
    def __init__(
        self,
        addresses: Sequence[Address],
        requests: Sequence[bytes],
        *,
        told: Callable[[int], None],
        seconds: float,
        count: float,
        rate: float,
    ) -> None:
        self._addresses = cycle(addresses)
        self._requests = requests
        self._told = told
        self._seconds = seconds
        self._count = count
        self._rate = rate
        self._selector = selectors.DefaultSelector()
        self._free: list[_Connection] = []
        self._begun = 0
        self._waiting = 0
        self._tally = Tally()

    def run(self, clients: int) -> Tally:
        self._free.extend(_Connection(next(self._addresses)) for _ in range(clients))
        processor, began = time.process_time(), time.perf_counter()
        self._until = began + self._seconds
        if self._rate:
            self._arrive(began)
        else:
            for _ in range(clients):
                self._ask_again(began)
            while self._waiting:
                self._look(_LATEST)
        self._tally.elapsed = time.perf_counter() - began
        self._tally.own_seconds = time.process_time() - processor
        for connection in self._free:
            connection.socket.close()
        self._selector.close()
        return self._tally

    def _arrive(self, due: float) -> None:
        """At a rate: whenever one is due."""
        while self._waiting or self._more(due):
            now = time.perf_counter()
            while due <= now and self._more(due):
                self._ask(due)
                due += 1 / self._rate
            self._look(max(0.0, due - time.perf_counter()) if self._more(due) else _LATEST)

    def _more(self, when: float) -> bool:
        return when < self._until and self._begun < self._count

    def _ask_again(self, now: float) -> None:
        if not self._rate and self._more(now):
            self._ask(now)

    def _look(self, wait: float) -> None:
        for key, events in self._selector.select(wait):
            self._go_on(key.data, events)

    def _ask(self, began: float) -> None:
        number = self._begun
        self._begun += 1
        try:
            connection = self._free.pop() if self._free else _Connection(next(self._addresses))
        except ConnectionError:  # nobody is there any more
            self._tally.unanswered.append(number)
            self._until = -math.inf
            return
        connection.number, connection.began = number, began
        connection.unsent = memoryview(self._requests[number % len(self._requests)])
        self._waiting += 1
        events = selectors.EVENT_READ
        if not connection.send():
            events |= selectors.EVENT_WRITE
        self._selector.register(connection.socket, events, connection)

    def _go_on(self, connection: _Connection, events: int) -> None:
        if events & selectors.EVENT_WRITE and connection.send():
            self._selector.modify(connection.socket, selectors.EVENT_READ, connection)
        if not events & selectors.EVENT_READ:
            return
        try:
            answer = connection.receive()
        except ConnectionError:
            self._tally.unanswered.append(connection.number)
            self._end(connection, keep=False)
            self._ask_again(time.perf_counter())
            return
        if answer is None:
            return
        now = time.perf_counter()
        status, body = answer
        self._tally.answers.append(Answer(connection.number, status, now - connection.began, body))
        self._told(len(self._tally.answers))
        # Where the answer came before the whole request was sent, the rest would be taken for more.
        whole = not connection.unsent
        self._end(connection, keep=whole)
        self._ask_again(now)

    def _end(self, connection: _Connection, *, keep: bool) -> None:
        self._waiting -= 1
        self._selector.unregister(connection.socket)
        if keep:
            self._free.append(connection)
        else:
            connection.socket.close()
