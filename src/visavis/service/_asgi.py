"""What the layers around the routes have in common: an ASGI application inside another."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Message, Scope

    from visavis.credentials import Principal

__all__ = [
    "CALLER",
    "CODE",
    "REQUEST_ID",
    "TRACE_ID",
    "caller",
    "header",
    "is_start",
    "known_method",
    "problem_code",
    "request_id",
    "route",
    "with_headers",
]

REQUEST_ID = "visavis.request_id"
TRACE_ID = "visavis.trace_id"
CALLER = "visavis.caller"
CODE = "visavis.code"
"""Where the request's ids, its caller and the code of its problem stand in an ASGI scope."""

_NO_ROUTE = "none"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def request_id(scope: Scope) -> str | None:
    """The request's id, where it has one already."""
    found: str | None = scope.get(REQUEST_ID)
    return found


def caller(scope: Scope) -> Principal | None:
    """Who asks, where that is known already."""
    found: Principal | None = scope.get(CALLER)
    return found


def problem_code(scope: Scope) -> str | None:
    """The code of the problem that was answered, if it was one."""
    found: str | None = scope.get(CODE)
    return found


def route(scope: Scope) -> str:
    """The route as it stands in the program, never the path that was asked for."""
    return getattr(scope.get("route"), "path", _NO_ROUTE)


def known_method(scope: Scope) -> str:
    """The method. One that nobody knows is the caller's text, which is not repeated."""
    method: str = scope["method"]
    return method if method in _METHODS else "other"


def header(scope: Scope, name: bytes) -> bytes | None:
    """The first value of a request's header, by its name in lower case."""
    return next((value for key, value in scope["headers"] if key == name), None)


def is_start(message: Message) -> bool:
    """Whether with this message the answer begins: its status and headers."""
    return bool(message["type"] == "http.response.start")


def with_headers(message: Message, headers: list[tuple[bytes, bytes]]) -> Message:
    """The beginning of an answer, with these headers in place of its own of those names."""
    names = {name for name, _ in headers}
    kept = [(name, value) for name, value in message.get("headers", ()) if name not in names]
    return {**message, "headers": [*kept, *headers]}
