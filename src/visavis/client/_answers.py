"""From an HTTP answer to a result, or to the error that it stands for."""

from __future__ import annotations

import datetime as dt
import inspect
import re
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from visavis import errors
from visavis.client._results import (
    ConsistencyProof,
    Enrolled,
    EnrolmentState,
    InclusionProof,
    LogEntry,
    Verified,
)
from visavis.comparison import Outcome
from visavis.errors import Error, ServiceAnswerInvalid, ServiceUnreachable
from visavis.sealing import Claim

if TYPE_CHECKING:
    import httpx2

    from visavis.client._call import Call

__all__ = [
    "answered",
    "read_checkpoint",
    "read_claim",
    "read_consistency",
    "read_enrolled",
    "read_entries",
    "read_inclusion",
    "read_nothing",
    "read_state",
    "read_verified",
    "read_version",
]

_T = TypeVar("_T")
_CODE = re.compile(r"[a-z_]+(\.[a-z_]+)+")
_LONGEST = 300  # characters of a detail: a sentence
_OF_PROXIES = frozenset({502, 503, 504})
"""With these, what stands before the service says that the service does not answer."""

_REPLAYED = "Idempotency-Replayed"


def answered(call: Call[_T], response: httpx2.Response) -> _T:
    """The result of a call.

    Raises:
        ServiceAnswerInvalid: it is not what the service answers.
        Error: the service could not do it, and says why.
    """
    if not response.is_success:
        raise _problem(response)
    try:
        return call.read(response)
    except (Error, LookupError, TypeError, ValueError):
        # "from None": the original may quote the answer, and that may hold a claim.
        raise ServiceAnswerInvalid("the answer is not as it should be") from None


def read_nothing(response: httpx2.Response) -> None:
    """Of a 204."""
    if response.content:
        raise ValueError("a body")


def read_version(response: httpx2.Response) -> str:
    """Of ``/version``."""
    return str(_object(response)["version"])


def read_checkpoint(response: httpx2.Response) -> bytes:
    """A signed note, byte by byte."""
    return response.content


def read_enrolled(response: httpx2.Response) -> Enrolled:
    """Of an enrolment."""
    content = _object(response)
    return Enrolled(
        claim=Claim.parse(content["claim"]),
        enrolment_id=UUID(content["enrolment_id"]),
        consent_id=UUID(content["consent_id"]),
    )


def read_claim(response: httpx2.Response) -> Claim:
    """Of a renewal."""
    return Claim.parse(_object(response)["claim"])


def read_state(response: httpx2.Response) -> EnrolmentState:
    """Of an enrolment that is asked about."""
    content = _object(response)
    state = content["state"]
    if state not in ("active", "disabled"):
        raise ValueError("state")
    return EnrolmentState(
        enrolment_id=UUID(content["enrolment_id"]),
        state=state,
        enrolled_on=dt.date.fromisoformat(content["enrolled_on"]),
        last_used_on=dt.date.fromisoformat(content["last_used_on"]),
    )


def read_verified(response: httpx2.Response) -> Verified:
    """Of a verification."""
    content = _object(response)
    receipt = content["receipt"]
    return Verified(
        outcome=Outcome(content["outcome"]),
        enrolment_id=UUID(content["enrolment_id"]),
        purpose=str(content["purpose"]),
        profile=str(content["profile"]),
        leaf=bytes.fromhex(content["leaf"]),
        receipt=None if receipt is None else str(receipt),
        repeated=response.headers.get(_REPLAYED) == "true",
    )


def read_entries(response: httpx2.Response) -> tuple[LogEntry, ...]:
    """Leaves of the log."""
    return tuple(
        LogEntry(index=int(one["index"]), leaf=bytes.fromhex(one["leaf"]))
        for one in _object(response)["entries"]
    )


def read_inclusion(response: httpx2.Response) -> InclusionProof:
    """That a leaf is in the log."""
    content = _object(response)
    return InclusionProof(
        index=int(content["index"]),
        hashes=_hashes(content),
        checkpoint=content["checkpoint"].encode(),
    )


def read_consistency(response: httpx2.Response) -> ConsistencyProof:
    """That the log only grew."""
    content = _object(response)
    return ConsistencyProof(
        since=int(content["since"]),
        hashes=_hashes(content),
        checkpoint=content["checkpoint"].encode(),
    )


def _hashes(content: dict[str, Any]) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(one) for one in content["proof"])


def _object(response: httpx2.Response) -> dict[str, Any]:
    content = response.json()
    if not isinstance(content, dict):
        raise TypeError("not an object")
    return content


def _problem(response: httpx2.Response) -> Error:
    """The library's own error of this code, with the request's id in a note."""
    try:
        content = _object(response)
        code, detail = str(content["code"]), str(content["detail"])
    except (LookupError, TypeError, ValueError):
        if response.status_code in _OF_PROXIES:
            return ServiceUnreachable(f"a proxy answered {response.status_code} in its place")
        return ServiceAnswerInvalid(f"status {response.status_code}, and no problem of ours")
    kind = _kinds().get(code)
    if kind is None:
        named = code if _CODE.fullmatch(code) else "one of no known form"
        return ServiceAnswerInvalid(f"a code that this version does not know: {named[:_LONGEST]}")
    more: dict[str, Any] = {}
    if "retry_after" in inspect.signature(kind).parameters:
        more["retry_after"] = _retry_after(response)
    error = kind(detail[:_LONGEST], **more)
    if isinstance(content.get("input"), str):
        error.input = content["input"]
    if isinstance(content.get("request_id"), str):
        error.add_note(f"request {content['request_id'][:_LONGEST]}")
    return error


def _kinds() -> dict[str, type[Error]]:
    known = (getattr(errors, name) for name in errors.__all__)
    return {kind.code: kind for kind in known}


def _retry_after(response: httpx2.Response) -> dt.timedelta:
    text = response.headers.get("Retry-After", "")
    seconds = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1  # noqa: PLR2004 - digits of three years
    return dt.timedelta(seconds=seconds)
