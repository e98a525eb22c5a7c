"""One line for each answer: which route, which status, how long; and the same as metrics."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import structlog

from visavis.service._asgi import CALLER, CODE, is_start, request_id

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from visavis.service._metrics import Metrics

__all__ = ["AccessLog"]

_NO_ROUTE = "none"


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
            route = getattr(scope.get("route"), "path", _NO_ROUTE)
            code: str | None = scope.get(CODE)
            self._metrics.answered(
                method=scope["method"], route=route, status=status, seconds=seconds
            )
            if code is not None:
                self._metrics.problem(code)
            caller = scope.get(CALLER)
            structlog.get_logger().info(
                "answered",
                request_id=request_id(scope),
                method=scope["method"],
                route=route,
                status=status,
                seconds=round(seconds, 4),
                code=code,
                credential_id=None if caller is None else str(caller.credential_id),
                institution=None if caller is None else caller.institution,
            )
