"""One line for each answer: which route, which status, how long; and the same as metrics."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import structlog

from visavis.service._asgi import (
    TRACE_ID,
    caller,
    is_start,
    known_method,
    problem_code,
    request_id,
    route,
)

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from visavis.service._metrics import Metrics

__all__ = ["AccessLog"]


class AccessLog:
    """Logs the route as it stands in the program, never the path that was asked for."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if is_start(message):
                status = int(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            seconds = time.perf_counter() - began
            method, code, known = known_method(scope), problem_code(scope), caller(scope)
            self._metrics.answered(
                method=method, route=route(scope), status=status, seconds=seconds
            )
            if code is not None:
                self._metrics.problem(code)
            structlog.get_logger().info(
                "answered",
                request_id=request_id(scope),
                method=method,
                trace_id=scope.get(TRACE_ID),
                route=route(scope),
                status=status,
                seconds=round(seconds, 4),
                code=code,
                credential_id=None if known is None else str(known.credential_id),
                institution=None if known is None else known.institution,
            )
