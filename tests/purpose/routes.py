"""Every route that answers over HTTP, one line each: method, address and what it takes.

    python -m tests.purpose.routes > tests/purpose/reviewed_routes.txt

writes the reviewed list anew. Read the difference before committing it: no route may find a person
by their face, answer a score, take an address to fetch a picture from, or hand out what is sealed
(DESIGN sections 1 and 4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, APIWebSocketRoute

from visavis.service._openapi import describe
from visavis.service._routes import ROUTERS
from visavis.service.capture._routers import ROUTERS as CAPTURE_ROUTERS

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["routes"]


def routes() -> list[str]:
    """Sorted lines: the route, its fields, and the fields of its answer."""
    app = FastAPI()
    for router in (*ROUTERS, *CAPTURE_ROUTERS):
        app.include_router(router)
    spec = describe(app)
    schemas = spec["components"]["schemas"]
    described = [
        " ".join(
            [method.upper(), path, *_taken(operation, schemas), "->", *_given(operation, schemas)]
        )
        for path, operations in spec["paths"].items()
        for method, operation in operations.items()
    ]
    return sorted([*described, *_of_the_page()])


def _of_the_page() -> Iterator[str]:
    """Routes that the description leaves out: they are the capture page's own."""
    for router in CAPTURE_ROUTERS:
        for route in router.routes:
            if isinstance(route, APIWebSocketRoute):
                yield f"SOCKET {route.path} -> page"
            elif isinstance(route, APIRoute) and not route.include_in_schema:
                model = route.response_model
                names = sorted(getattr(model, "model_fields", ()))
                for method in sorted(route.methods or ()):
                    yield f"{method} {route.path} -> page({','.join(names)})"


def _taken(operation: dict[str, Any], schemas: dict[str, Any]) -> Iterator[str]:
    for parameter in operation.get("parameters", ()):
        yield f"{parameter['in']}:{parameter['name']}"
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        names = _fields(content["schema"], schemas)
        yield f"{media_type.partition('/')[2]}({','.join(names)})"


def _given(operation: dict[str, Any], schemas: dict[str, Any]) -> Iterator[str]:
    for status, answer in operation["responses"].items():
        if status != "default":
            names = {
                name
                for content in answer.get("content", {}).values()
                for name in _fields(content["schema"], schemas)
            }
            yield f"{status}({','.join(sorted(names))})"


def _fields(schema: dict[str, Any], schemas: dict[str, Any]) -> list[str]:
    """Every field by its path."""
    if "$ref" in schema:
        return _fields(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    names = []
    for alternative in schema.get("anyOf", ()):
        names += _fields(alternative, schemas)
    if "items" in schema:
        names += _fields(schema["items"], schemas)
    for name, inner in schema.get("properties", {}).items():
        below = _fields(inner, schemas)
        names += [f"{name}.{one}" for one in below] or [name]
    return sorted(set(names))


if __name__ == "__main__":
    print("\n".join(routes()))  # noqa: T201 - the point of this script
