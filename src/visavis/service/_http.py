"""uvicorn's HTTP/1.1 with a deadline and a limit for the head of a request.

uvicorn waits for ever for one that never ends, which a few thousand such connections turn against
the service; and its faster parser, httptools, takes a head of any length, and any number of hosts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio

    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

__all__ = ["protocol"]

_MAX_HEAD: Final = 16 * 1024
"""Bytes: an access token is the longest thing in it."""


def protocol(head_seconds: float) -> type[HttpToolsProtocol]:
    """The protocol that uvicorn shall speak.

    Args:
        head_seconds: from the first connection, or the first byte of a later request, to the end
            of the head.
    """
    return type("Protocol", (_Protocol,), {"HEAD_SECONDS": head_seconds})


class _Protocol(HttpToolsProtocol):
    HEAD_SECONDS: ClassVar[float] = 20.0

    _deadline: asyncio.TimerHandle | None = None
    _head = 0  # bytes of it that are here
    _heads = 0  # that were whole
    _in_message = False  # whether a body is still to come

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        while data and not self.transport.is_closing():
            # A head is looked at in pieces of its greatest length: a longer one is never gathered.
            size = len(data) if self._in_message else _MAX_HEAD
            self._take(data[:size])
            data = data[size:]

    def _take(self, piece: bytes) -> None:
        if not self._answering():
            self._expect_head()
        in_message, heads = self._in_message, self._heads
        super().data_received(piece)
        if self._heads != heads:
            self._head_is_here()
        elif not in_message and not self.transport.is_closing():
            self._head += len(piece)
            if self._head > _MAX_HEAD:
                self.send_400_response("The head of the request is too long.")

    def on_headers_complete(self) -> None:
        # Its parser takes a request for no host, or for two (RFC 9112, section 3.2).
        if self.parser.get_http_version() != "1.0":
            hosts = sum(name == b"host" for name, _ in self.headers)
            if hosts != 1:
                raise ValueError(hosts)  # answered with 400
        super().on_headers_complete()
        self._heads += 1
        self._in_message = True

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._in_message = False
        if not self._answering():  # it was answered before all of it had come
            self._head_is_here()

    def handle_websocket_upgrade(self) -> None:
        self._head_is_here()
        super().handle_websocket_upgrade()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_here()
        super().connection_lost(exc)

    def _answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _expect_head(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.HEAD_SECONDS, self._give_up)

    def _head_is_here(self) -> None:
        self._head = 0
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        self.transport.close()
