"""uvicorn's HTTP/1.1 with a deadline for the head of a request.

uvicorn waits for ever for one that never ends, which a few thousand such connections turn against
the service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio

    from uvicorn.protocols.http.h11_impl import RequestResponseCycle

__all__ = ["protocol"]


def protocol(head_seconds: float) -> type[H11Protocol]:
    """The protocol that uvicorn shall speak.

    Args:
        head_seconds: from the first connection, or the first byte of a later request, to the end
            of the head.
    """
    return type("Protocol", (_Protocol,), {"HEAD_SECONDS": head_seconds})


class _Protocol(H11Protocol):
    HEAD_SECONDS: ClassVar[float] = 20.0

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        if not self._answering():
            self._expect_head()
        super().data_received(data)
        if self._answering():
            self._head_is_here()

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
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        self.transport.close()
