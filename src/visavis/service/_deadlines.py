"""How long a request may take to come in, and how long its answer may take."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from visavis.errors import RequestTimeout, ServiceOverloaded
from visavis.service._asgi import is_start
from visavis.service._problem import problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Deadlines"]


class Deadlines:
    """One deadline for the whole body, and one from there to the answer's first byte.

    Work that has begun in a thread goes on, and what it decided is in the log; a caller learns of
    it by trying again with the same ``Idempotency-Key``.
    """

    def __init__(self, app: ASGIApp, *, body_seconds: float, answer_seconds: float) -> None:
        self._app = app
        self._body_seconds = body_seconds
        self._answer_seconds = answer_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        loop = asyncio.get_running_loop()
        body_until = loop.time() + self._body_seconds
        whole, started = False, False

        async def receiving() -> Message:
            nonlocal whole
            if whole:
                return await receive()
            try:
                async with asyncio.timeout_at(body_until):
                    message = await receive()
            except TimeoutError:
                raise RequestTimeout("the body did not come in time") from None
            if not message.get("more_body", False):
                whole = True
                limit.reschedule(loop.time() + self._answer_seconds)
            return message

        async def sending(message: Message) -> None:
            nonlocal started
            if is_start(message):
                started = True
                limit.reschedule(None)
            await send(message)

        try:
            async with asyncio.timeout(self._body_seconds + self._answer_seconds) as limit:
                await self._app(scope, receiving, sending)
        except TimeoutError:
            if started or not limit.expired():
                raise
            error = ServiceOverloaded(
                "there was no answer in time", retry_after=timedelta(seconds=self._answer_seconds)
            )
            await problem(error, scope)(scope, receive, send)
