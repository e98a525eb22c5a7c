"""The calls that there are, one function each; both clients make theirs here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from visavis.client import _answers
from visavis.client._call import Call, key_or_new, parts
from visavis.receipts import parse_key_set

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from uuid import UUID

    import httpx2

    from visavis.client._results import (
        Consent,
        ConsistencyProof,
        Enrolled,
        EnrolmentState,
        InclusionProof,
        LogEntry,
        Verified,
    )
    from visavis.sealing import Claim

__all__ = [
    "checkpoint",
    "enable",
    "enrol",
    "entries",
    "forget",
    "key_set",
    "prove_extension",
    "prove_inclusion",
    "ready",
    "renew",
    "show",
    "verify",
    "version",
    "withdraw",
]

_T = TypeVar("_T")


def enrol(*, samples: Sequence[bytes], consent: Consent, key: str | None) -> Call[Enrolled]:
    """``POST /v1/enrolments``."""
    agreed = {
        "purpose": consent.purpose,
        "wording": consent.wording,
        "language": consent.language,
        "expires_on": None if consent.expires_on is None else consent.expires_on.isoformat(),
    }
    return Call(
        method="POST",
        path="/v1/enrolments",
        read=_answers.read_enrolled,
        key=key_or_new(key),
        files=parts({"consent": agreed}, samples=samples),
    )


def show(enrolment_id: UUID) -> Call[EnrolmentState]:
    """``GET /v1/enrolments/{enrolment_id}``."""
    return _get(f"/v1/enrolments/{enrolment_id}", _answers.read_state)


def verify(
    *,
    enrolment_id: UUID,
    claim: Claim,
    probes: Sequence[bytes],
    purpose: str,
    transaction: Mapping[str, Any] | None,
    nonce: str | None,
    audience: str | None,
    terminal: str | None,
    key: str | None,
) -> Call[Verified]:
    """``POST /v1/verifications``."""
    fields = {
        "enrolment_id": str(enrolment_id),
        "claim": claim.reveal(),
        "purpose": purpose,
        "transaction": None if transaction is None else dict(transaction),
        "nonce": nonce,
        "audience": audience,
        "terminal": terminal,
    }
    return Call(
        method="POST",
        path="/v1/verifications",
        read=_answers.read_verified,
        key=key_or_new(key),
        files=parts(fields, probes=probes),
    )


def renew(
    *,
    enrolment_id: UUID,
    claim: Claim,
    probes: Sequence[bytes],
    terminal: str | None,
    key: str | None,
) -> Call[Claim]:
    """``POST /v1/enrolments/{enrolment_id}/renewals``."""
    return Call(
        method="POST",
        path=f"/v1/enrolments/{enrolment_id}/renewals",
        read=_answers.read_claim,
        key=key_or_new(key),
        files=parts({"claim": claim.reveal(), "terminal": terminal}, probes=probes),
    )


def enable(enrolment_id: UUID, *, key: str | None) -> Call[None]:
    """``POST /v1/enrolments/{enrolment_id}/enablement``."""
    return Call(
        method="POST",
        path=f"/v1/enrolments/{enrolment_id}/enablement",
        read=_answers.read_nothing,
        key=key_or_new(key),
    )


def forget(enrolment_id: UUID, *, key: str | None) -> Call[None]:
    """``DELETE /v1/enrolments/{enrolment_id}``."""
    return Call(
        method="DELETE",
        path=f"/v1/enrolments/{enrolment_id}",
        read=_answers.read_nothing,
        key=key_or_new(key),
    )


def withdraw(consent_id: UUID, *, key: str | None) -> Call[None]:
    """``POST /v1/consents/{consent_id}/withdrawal``."""
    return Call(
        method="POST",
        path=f"/v1/consents/{consent_id}/withdrawal",
        read=_answers.read_nothing,
        key=key_or_new(key),
    )


def checkpoint() -> Call[bytes]:
    """``GET /v1/log/checkpoint``."""
    return _get("/v1/log/checkpoint", _answers.read_checkpoint)


def entries(*, start: int, limit: int) -> Call[tuple[LogEntry, ...]]:
    """``GET /v1/log/entries``."""
    query = {"start": str(start), "limit": str(limit)}
    return _get("/v1/log/entries", _answers.read_entries, **query)


def prove_inclusion(leaf: bytes) -> Call[InclusionProof]:
    """``GET /v1/log/proof`` of a leaf."""
    return _get("/v1/log/proof", _answers.read_inclusion, leaf=leaf.hex())


def prove_extension(*, since: int) -> Call[ConsistencyProof]:
    """``GET /v1/log/proof`` since a size."""
    return _get("/v1/log/proof", _answers.read_consistency, since=str(since))


def key_set() -> Call[dict[str, Any]]:
    """``GET /.well-known/jwks.json``."""
    return _get("/.well-known/jwks.json", _read_key_set)


def ready() -> Call[None]:
    """``GET /readyz``."""
    return _get("/readyz", lambda _: None)


def version() -> Call[str]:
    """``GET /version``."""
    return _get("/version", _answers.read_version)


def _read_key_set(response: httpx2.Response) -> dict[str, Any]:
    return parse_key_set(response.content)


def _get(path: str, read: Callable[[httpx2.Response], _T], **query: str) -> Call[_T]:
    return Call(method="GET", path=path, read=read, query=query)
