"""``Idempotency-Key``: a request that is made again is answered again, and done once.

The answer is kept whole, for a day, beside what it was about; an answer that carried a claim is
not: a repeated enrolment or renewal gets a fresh claim, and the one before is void.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from starlette.responses import JSONResponse, Response

from visavis.errors import Error, InputInvalid, NonMatch, ServiceSetUp
from visavis.service._problem import PROBLEM_TYPE, problem
from visavis.service._traces import carried
from visavis.verifier import Once

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request

    from visavis.credentials import Principal
    from visavis.service._answers import Answer
    from visavis.service._body import Given
    from visavis.service._service import Service
    from visavis.verifier import Vault, Verification

__all__ = ["HEADER", "Repeatable", "answer_kept", "documented_key", "done_once"]

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"


class _Act(Protocol):
    def __call__(self, vault: Vault, *, once: Once | None) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeatable:
    """What makes a request recognisable when it comes again."""

    key: str
    what: bytes

    @classmethod
    def of(cls, request: Request, given: Given[Any] | None) -> Repeatable | None:
        """The request's key and what it asks; None for a request without a key.

        What is asked is taken in one form: clients draw a new boundary for every multipart body.

        Raises:
            InputInvalid: there are several keys.
        """
        keys = request.headers.getlist(HEADER)
        if len(keys) > 1:
            raise InputInvalid(f"there is one {HEADER}, or none")
        if not keys:
            return None
        asked: dict[str, Any] = {"method": request.method, "path": request.url.path}
        if given is not None:
            asked["fields"] = given.fields.model_dump(mode="json", exclude=set(given.pictures))
            asked["pictures"] = {
                side: [hashlib.sha256(one).hexdigest() for one in pictures]
                for side, pictures in given.pictures.items()
            }
        return cls(key=keys[0], what=json.dumps(asked, sort_keys=True).encode())

    def once(
        self,
        vault: Vault,
        caller: Principal,
        *,
        answer: Callable[[Verification], Answer] | None = None,
    ) -> Once:
        """For the use case.

        Args:
            vault: where.
            caller: whose key it is.
            answer: what a verification is answered with; None for a renewal, whose match is
                answered with a claim.

        Raises:
            ServiceSetUp: there is no server's secret to recognise requests with.
            InputInvalid: the key is none.
        """
        if vault.secret is None:
            raise ServiceSetUp(f"{HEADER} needs the server's secret beside the key ring")

        def render(done: Verification | Error | None) -> bytes:
            if done is None:
                return _render(Response(status_code=204))
            if isinstance(done, Error):
                return _render(problem(done, {}))
            if answer is None:
                return _render(problem(_non_match(done), {}))
            return _render(JSONResponse(answer(done).model_dump(mode="json")))

        return Once.of(
            vault.secret,
            credential_id=caller.credential_id,
            key=self.key,
            body=self.what,
            render=render,
        )


async def done_once(
    request: Request,
    service: Service,
    caller: Principal,
    act: _Act,
) -> Response:
    """Do what answers nothing: once for each key.

    Args:
        request: without a body.
        service: everything.
        caller: who asks.
        act: the use case.
    """
    repeatable = Repeatable.of(request, None)

    def work() -> Response:
        vault = service.vaults.of(caller.institution)
        once = repeatable.once(vault, caller) if repeatable else None
        if once and (kept := once.answered(vault)) is not None:
            return answer_kept(kept)
        act(vault, once=once)
        return Response(status_code=204)

    return await service.records.run(carried(work))


def documented_key() -> dict[str, Any]:
    """What the OpenAPI description says of the header."""
    return {
        "name": HEADER,
        "in": "header",
        "required": False,
        "description": "A random word: the same request with the same key is done once.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    }


def answer_kept(kept: bytes) -> Response:
    """The answer, as it was given before."""
    content = json.loads(kept)
    headers = {**content["headers"], REPLAYED: "true"}
    if content["body"] is None:
        return Response(status_code=content["status"], headers=headers)
    media_type = PROBLEM_TYPE if "code" in content["body"] else None
    return JSONResponse(content["body"], content["status"], headers, media_type=media_type)


def _non_match(verification: Verification) -> NonMatch:
    try:
        verification.require_match()
    except NonMatch as error:
        return error
    raise TypeError("a match of this use case has a claim, which is not kept")


def _render(response: Response) -> bytes:
    kept = {name: response.headers[name] for name in _KEPT if name in response.headers}
    body = json.loads(bytes(response.body)) if response.body else None
    content = {"status": response.status_code, "headers": kept, "body": body}
    return json.dumps(content).encode()


_KEPT = ("Retry-After",)
