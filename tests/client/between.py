"""What can stand between a client and its service: answers that get lost, and scripted ones."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Line:
    """A line to a service that loses the first so many answers.

    Attributes:
        url: for the client.
        lost: how many answers it loses yet.
    """

    url: str
    lost: int
    requests: list[bytes] = field(default_factory=list)


@contextlib.contextmanager
def losing(to: tuple[str, int], *, answers: int) -> Iterator[Line]:
    """Hands every request on, one a connection, and drops the first answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        line = Line(url=f"http://127.0.0.1:{listening.getsockname()[1]}", lost=answers)

        def serve() -> None:
            while True:
                try:
                    caller, _ = listening.accept()
                except OSError:
                    return
                with caller, socket.create_connection(to) as service:
                    asked = _request(caller)
                    line.requests.append(asked)
                    service.sendall(asked.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
                    answer = b""
                    while part := service.recv(65536):
                        answer += part
                    if line.lost:
                        line.lost -= 1
                    else:
                        caller.sendall(answer)

        yield from _running(serve, listening, line)


@contextlib.contextmanager
def answering(*answers: bytes) -> Iterator[Line]:
    """Gives these answers, one a connection; afterwards it is not there."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        line = Line(url=f"http://127.0.0.1:{listening.getsockname()[1]}", lost=0)

        def serve() -> None:
            for answer in answers:
                try:
                    caller, _ = listening.accept()
                except OSError:
                    return
                with caller:
                    line.requests.append(_request(caller))
                    caller.sendall(answer)
            listening.close()

        yield from _running(serve, listening, line)


def answer(status: int, body: bytes, **headers: str) -> bytes:
    """An answer of HTTP/1.1."""
    given = {"Content-Length": str(len(body)), "Connection": "close", **headers}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in given.items())
    return f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode() + body


def _running(serve: object, listening: socket.socket, line: Line) -> Iterator[Line]:
    assert callable(serve)
    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield line
    finally:
        with contextlib.suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def _request(caller: socket.socket) -> bytes:
    asked = b""
    while b"\r\n\r\n" not in asked:
        asked += caller.recv(65536)
    head, _, body = asked.partition(b"\r\n\r\n")
    lengths = [line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-len")]
    length = int(lengths[0]) if lengths else 0
    while len(body) < length:
        body += caller.recv(65536)
    return head + b"\r\n\r\n" + body
