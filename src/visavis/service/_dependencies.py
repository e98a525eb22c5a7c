"""What routes ask for before they do anything: room, a caller with the right scope, a body.

In this order, so that whoever may not do something costs us as little as possible: nothing of a
body is read before its caller is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

from visavis.credentials import Principal, Scope
from visavis.errors import CredentialScopeMissing
from visavis.service._asgi import CALLER
from visavis.service._body import FIELDS_PART, BodyForm, Given
from visavis.service._idempotency import documented_key
from visavis.service._openapi import reference
from visavis.service._rates import Rate
from visavis.service._service import Service
from visavis.verifier import MAX_SAMPLES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["Serving", "allowed", "allowed_any", "documented", "given", "room"]

_Fields = TypeVar("_Fields", bound=BaseModel)
_LARGE = 256 * 1024  # bytes of a body that are not read on the event loop

_BEARER = HTTPBearer(
    scheme_name="credential",
    description="An API key (`visavis credentials new`), or an access token of a known issuer.",
    auto_error=False,
)


# Those that only look are coroutines, too: FastAPI takes every other function to a thread and back.


async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Serving = Annotated[Service, Depends(_service)]

# Dependencies ask for it themselves: FastAPI takes as long over one as a refusal needs otherwise.


async def room(request: Request) -> None:
    """Refuse at once what the threads that look at faces have no room for.

    Raises:
        ServiceOverloaded: they have none.
    """
    (await _service(request)).require_room()


def allowed(scope: Scope, *rates: Rate) -> Callable[..., Awaitable[Principal]]:
    """The caller, if their credential is good, has the scope, and was not used too often.

    Args:
        scope: what the route needs.
        rates: what is counted beside the use itself.

    Raises:
        Error: ``credential.*``, ``rate.exceeded``.
    """

    async def check(
        request: Request,
        bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    ) -> Principal:
        service = await _service(request)
        caller = await _caller(request, service, bearer)
        caller.require(scope)
        await service.rates.count(caller.credential_id, Rate.USE, *rates)
        return caller

    return check


def allowed_any(*scopes: Scope) -> Callable[..., Awaitable[Principal]]:
    """The caller, if their credential is for any of these: what is asked for decides for which.

    Raises:
        Error: ``credential.*``, ``rate.exceeded``.
    """

    async def check(
        request: Request,
        bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    ) -> Principal:
        service = await _service(request)
        caller = await _caller(request, service, bearer)
        if caller.scopes.isdisjoint(scopes):
            raise CredentialScopeMissing(f"this credential is not for {' or '.join(scopes)}")
        await service.rates.count(caller.credential_id, Rate.USE)
        return caller

    return check


async def _caller(
    request: Request, service: Service, bearer: HTTPAuthorizationCredentials | None
) -> Principal:
    """Who calls, noted for the line in the log."""
    presented = None if bearer is None else bearer.credentials
    caller = await service.callers.authenticate(presented)
    request.scope[CALLER] = caller
    return caller


def given(form: BodyForm[_Fields]) -> Callable[..., Awaitable[Given[_Fields]]]:
    """The body, read as this form says.

    Raises:
        Error: ``request.*``, ``input.invalid``.
    """

    async def read(request: Request) -> Given[_Fields]:
        service = await _service(request)
        body = await request.body()
        content_type = request.headers.get("content-type", "")

        def parse() -> Given[_Fields]:
            return form.read(body, content_type=content_type)

        return await service.records.run(parse) if len(body) > _LARGE else parse()

    return read


def documented(form: BodyForm[Any], *, repeatable: bool = False) -> dict[str, Any]:
    """What the OpenAPI description says of such a body; ``_openapi`` has the models.

    Args:
        form: of the body.
        repeatable: whether the route heeds ``Idempotency-Key``.
    """
    content: dict[str, Any] = {"application/json": {"schema": reference(form.whole)}}
    if form.sides:
        files = {
            "type": "array",
            "items": {"type": "string", "contentMediaType": "application/octet-stream"},
            "minItems": 1,
            "maxItems": MAX_SAMPLES,
        }
        content["multipart/form-data"] = {
            "schema": {
                "type": "object",
                "properties": {
                    FIELDS_PART: reference(form.fields),
                    **dict.fromkeys(form.sides, files),
                },
                "required": [FIELDS_PART, *form.sides],
                "additionalProperties": False,
            },
            "encoding": {FIELDS_PART: {"contentType": "application/json"}},
        }
    key = [documented_key()] if repeatable else []
    return {"requestBody": {"required": True, "content": content}, "parameters": key}
