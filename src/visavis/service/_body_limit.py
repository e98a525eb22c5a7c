"""Bodies that are too large are refused before they are read, or as soon as they show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visavis.errors import RequestMalformed, RequestTooLarge
from visavis.service._asgi import header
from visavis.service._problem import problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from visavis.errors import Error

__all__ = ["BodyLimit"]


class BodyLimit:
    """Refuses by ``Content-Length`` at once, and counts what comes without one."""

    def __init__(self, app: ASGIApp, *, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        error = self._judge(header(scope, b"content-length"))
        if error is not None:
            await problem(error, scope)(scope, receive, send)
            return
        read = 0

        async def receiving() -> Message:
            nonlocal read
            message = await receive()
            if message["type"] == "http.request":
                read += len(message.get("body", b""))
                if read > self._max_bytes:
                    raise self._too_large()
            return message

        await self._app(scope, receiving, send)

    def _judge(self, length: bytes | None) -> Error | None:
        if length is None:
            return None
        if not length.isdigit():
            return RequestMalformed("Content-Length is not a number")
        return self._too_large() if int(length[:20]) > self._max_bytes else None

    def _too_large(self) -> RequestTooLarge:
        return RequestTooLarge(f"a body has at most {self._max_bytes:,} bytes here")
