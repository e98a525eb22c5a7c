"""``Idempotency-Key``: a request that is made again is answered again, and done once.

The answer is kept whole, for a day, beside what it was about; an answer that carried a claim is
not: a repeated enrolment gets a fresh claim, and the one before is void.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from visavis.errors import Error, InputInvalid, ServiceSetUp
from visavis.service._problem import PROBLEM_TYPE, problem
from visavis.verifier import Once

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request

    from visavis.credentials import Principal
    from visavis.service._answers import Answer
    from visavis.service._body import Given
    from visavis.verifier import Vault, Verification

__all__ = ["HEADER", "Repeatable", "answer_kept"]

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeatable:
    """What makes a request recognisable when it comes again."""

    key: str
    what: bytes

    @classmethod
    def of(cls, request: Request, given: Given[Any] | None = None) -> Repeatable | None:
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
            answer: what a verification is answered with.

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
                raise TypeError("this use case answers no verification")
            return _render(JSONResponse(answer(done).model_dump(mode="json")))

        return Once.of(
            vault.secret,
            credential_id=caller.credential_id,
            key=self.key,
            body=self.what,
            render=render,
        )


def answer_kept(kept: bytes) -> Response:
    """The answer, as it was given before."""
    content = json.loads(kept)
    headers = {**content["headers"], REPLAYED: "true"}
    if content["body"] is None:
        return Response(status_code=content["status"], headers=headers)
    media_type = PROBLEM_TYPE if "code" in content["body"] else None
    return JSONResponse(content["body"], content["status"], headers, media_type=media_type)


def _render(response: Response) -> bytes:
    kept = {name: response.headers[name] for name in _KEPT if name in response.headers}
    body = json.loads(bytes(response.body)) if response.body else None
    content = {"status": response.status_code, "headers": kept, "body": body}
    return json.dumps(content).encode()


_KEPT = ("Retry-After",)
