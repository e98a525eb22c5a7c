"""The last resort: whatever else is raised becomes a 500 without a word of what it was."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from visavis.errors import Error, ProcessFailed, ServiceFailed
from visavis.service._asgi import is_start, request_id
from visavis.service._problem import problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Failures", "places"]

_DEEPEST = 12  # frames in the log


class Failures:
    """Answers an exception with ``service.failed``, and logs its type and its places in the code.

    Not its message: that may repeat what a caller sent.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = started or is_start(message)
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:  # noqa: BLE001 - the last resort
            structlog.get_logger().error(
                "failed",
                request_id=request_id(scope),
                error=type(error).__name__,
                code=error.code if isinstance(error, Error) else ServiceFailed.code,
                places=places(error),
            )
            if started:
                return  # half an answer is out; the server closes the connection
            known = error if isinstance(error, Error) else ServiceFailed("not expected")
            await problem(known, scope)(scope, receive, send)


def places(error: BaseException) -> list[str]:
    """``file:line function`` of the innermost frames, without any value."""
    frames = traceback.extract_tb(error.__traceback__)[-_DEEPEST:]
    elsewhere = error.places if isinstance(error, ProcessFailed) else ()
    here = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return [*elsewhere, *here]
