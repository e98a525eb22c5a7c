"""The OpenAPI 3.1 description: what FastAPI knows, the bodies we read ourselves, and problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi

from visavis import __version__
from visavis.service import _schemas
from visavis.service._answers import Problem
from visavis.service._problem import PROBLEM_TYPE
from visavis.service.capture._schemas import SessionRequest

if TYPE_CHECKING:
    from fastapi import FastAPI
    from pydantic import BaseModel

__all__ = ["describe", "reference"]

_DESCRIPTION = """\
Self-hosted face *verification*: a person claims an identity with something they carry, consents,
and shows their face; the service answers one question, is this the person who enrolled?

There is no route that finds a person by their face, and none that says how alike two faces are.
Errors are problems (RFC 9457) with a stable `code`.
"""

_BODIES: tuple[type[BaseModel], ...] = (
    _schemas.EnrolmentFields,
    _schemas.EnrolmentRequest,
    _schemas.VerificationFields,
    _schemas.VerificationRequest,
    _schemas.RenewalFields,
    _schemas.RenewalRequest,
    _schemas.ComparisonFields,
    _schemas.ComparisonRequest,
    SessionRequest,
    Problem,
)
_FIRST_PROBLEM = "400"
_METHODS = ("get", "post", "put", "patch", "delete")


def reference(model: type[BaseModel]) -> dict[str, str]:
    """Where the description has a model."""
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def describe(app: FastAPI) -> dict[str, Any]:
    """The description as JSON."""
    spec = get_openapi(
        title="visavis",
        version=__version__,
        summary="Is this the person who enrolled?",
        description=_DESCRIPTION,
        routes=app.routes,
    )
    schemas = spec.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for model in _BODIES:
        made = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(made.pop("$defs", {}))
        schemas[model.__name__] = made
    problem = {PROBLEM_TYPE: {"schema": reference(Problem)}}
    for path in spec["paths"].values():
        for method in _METHODS:
            if method not in path:
                continue
            answers = path[method]["responses"]
            for status in [one for one in answers if one >= _FIRST_PROBLEM]:
                del answers[status]
            answers["default"] = {"description": "A problem.", "content": problem}
    spec["components"]["schemas"] = dict(sorted(schemas.items()))
    return spec
