"""What the layers around the routes have in common: an ASGI application inside another."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Message, Scope

__all__ = ["CALLER", "CODE", "REQUEST_ID", "header", "is_start", "request_id", "with_headers"]

REQUEST_ID = "visavis.request_id"
CALLER = "visavis.caller"
CODE = "visavis.code"
"""Where the request's id, its caller and the code of its problem stand in an ASGI scope."""


def request_id(scope: Scope) -> str | None:
    """The request's id, where it has one already."""
    found: str | None = scope.get(REQUEST_ID)
    return found


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
