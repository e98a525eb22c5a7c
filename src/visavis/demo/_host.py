"""Only one ``Host`` is answered: pages of other names cannot reach the demo by pointing at it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["OneHost"]

_POLICY_VIOLATION = 1008


class OneHost:
    """Refuses every request whose ``Host`` is not exactly that of this origin (DNS rebinding)."""

    def __init__(self, app: ASGIApp, *, origin: str) -> None:
        self._app = app
        self._origin = origin
        self._host = urlsplit(origin).netloc.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or self._is_ours(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        else:
            refusal = PlainTextResponse(f"The demo is at {self._origin}/\n", status_code=421)
            await refusal(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        return [value for name, value in scope["headers"] if name == b"host"] == [self._host]
