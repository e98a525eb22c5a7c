"""Headers that keep browsers from doing more with an answer than it was meant for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visavis.service._asgi import is_start

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["SecurityHeaders"]

_HEADERS: dict[bytes, bytes] = {
    # Answers are data: no page may run, frame or load anything on their behalf.
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
    b"form-action 'none'",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
    b"cache-control": b"no-store",
}
# RFC 6797, section 7.2: only over TLS. Two years, as browsers' preload lists ask for.
_OVER_TLS = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")


class SecurityHeaders:
    """Adds the headers that an answer does not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wanted = [*_HEADERS.items(), *([_OVER_TLS] if scope["scheme"] == "https" else [])]

        async def sending(message: Message) -> None:
            if is_start(message):
                own = list(message.get("headers", ()))
                names = {name for name, _ in own}
                added = [(name, value) for name, value in wanted if name not in names]
                message = {**message, "headers": [*own, *added]}
            await send(message)

        await self._app(scope, receive, sending)
