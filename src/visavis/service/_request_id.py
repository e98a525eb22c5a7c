"""Every request has an id: in its answer, in the log, and in what a caller reports."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from visavis.service._asgi import REQUEST_ID, is_start, with_headers

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["RequestId"]


class RequestId:
    """Makes a random id. One that a caller sends is not taken: it would be text in our log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        made = str(uuid.uuid4())
        scope[REQUEST_ID] = made

        async def sending(message: Message) -> None:
            if is_start(message):
                message = with_headers(message, [(b"x-request-id", made.encode())])
            await send(message)

        await self._app(scope, receive, sending)
