"""The application: routes inside, and around them one layer for each concern."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

from visavis.errors import (
    Error,
    InputInvalid,
    RequestMalformed,
    RouteMethod,
    RouteUnknown,
    ServiceOverloaded,
)
from visavis.service._access_log import AccessLog
from visavis.service._admission import Admission
from visavis.service._asgi import request_id
from visavis.service._body_limit import BodyLimit
from visavis.service._deadlines import Deadlines
from visavis.service._dependencies import room
from visavis.service._failures import Failures, places
from visavis.service._openapi import describe
from visavis.service._page import page
from visavis.service._problem import problem, status_of
from visavis.service._request_id import RequestId
from visavis.service._routes import ROUTERS
from visavis.service._security_headers import SecurityHeaders
from visavis.service._traces import Tracing
from visavis.service._upkeep import keep_up
from visavis.service.capture._routers import ROUTERS as CAPTURE_ROUTERS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from starlette.responses import Response
    from starlette.types import Scope

    from visavis.service._service import Service

__all__ = ["create_app"]

_OURS = 500


def create_app(service: Service) -> FastAPI:
    """The application that serves this; it closes the service when it ends.

    Args:
        service: made by `Service.of`.
    """
    app = _Application(
        # FastAPI's own telemetry repeats addresses, and what exceptions say; ours is _traces.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        title="visavis",
        docs_url=None,  # FastAPI's own pages load scripts from elsewhere; see _page
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    app.state.service = service
    for router in (*ROUTERS, *CAPTURE_ROUTERS):
        app.include_router(router)
    app.add_api_route("/docs", page, methods=["GET"], include_in_schema=False)
    for kind, handler in (
        (Error, _known),
        (RequestValidationError, _not_valid),
        (HTTPException, _not_routed),
    ):
        app.add_exception_handler(kind, handler)
    chosen = service.settings.service
    # The last one added is the outermost.
    app.add_middleware(BodyLimit, max_bytes=chosen.max_body)
    app.add_middleware(
        Deadlines, body_seconds=chosen.body_seconds, answer_seconds=chosen.answer_seconds
    )
    app.add_middleware(Failures)
    app.add_middleware(Admission, routes=_needing_room(), require_room=service.require_room)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(AccessLog, metrics=service.metrics)
    if service.traces is not None:
        app.add_middleware(Tracing, traces=service.traces)
    app.add_middleware(RequestId)
    return app


def _needing_room() -> Iterator[APIRoute]:
    for router in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute) and any(
                needed.dependency is room for needed in route.dependencies
            ):
                yield route


class _Application(FastAPI):
    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = describe(self)
        return self.openapi_schema


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    async with keep_up(service):
        yield
    await service.close()


async def _known(request: Request, error: Exception) -> Response:
    if not isinstance(error, Error):
        raise error
    # Too much to do is nobody's mistake, and the line of the answer says it: the places would take
    # longer to find than everything else that a refusal is made of.
    if status_of(error) >= _OURS and not isinstance(error, ServiceOverloaded):
        structlog.get_logger().warning(
            "problem", request_id=request_id(request.scope), code=error.code, places=places(error)
        )
    return problem(error, request.scope)


async def _not_valid(request: Request, error: Exception) -> Response:
    """A parameter of the path or the query. What was wrong with it is not repeated."""
    name = "the request"
    if isinstance(error, RequestValidationError) and error.errors():
        name = str(error.errors()[0]["loc"][-1])
    invalid = InputInvalid(f"{name} is not what it must be")
    invalid.input = name
    return problem(invalid, request.scope)


async def _not_routed(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    known: Error
    if error.status_code == 404:  # noqa: PLR2004 - as HTTP has it
        known = RouteUnknown("there is nothing at this address")
    elif error.status_code == 405:  # noqa: PLR2004
        known = RouteMethod("this address does not take this method")
    else:
        known = RequestMalformed("the request is not well-formed")
    response = problem(known, request.scope)
    if isinstance(known, RouteMethod):
        response.headers["Allow"] = ", ".join(sorted(_methods(request.scope))) or "GET"
    return response


def _methods(scope: Scope) -> set[str]:
    """Every method of this address: each route knows its own alone."""
    routers = (*ROUTERS, *CAPTURE_ROUTERS)
    routes = [one for router in routers for one in router.routes if isinstance(one, Route)]
    matching = [one for one in routes if one.matches(scope)[0] is not Match.NONE]
    return {method for one in matching for method in one.methods or ()}
