"""POST /v1/consents/{consent_id}/withdrawal."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from visavis.credentials import Principal, Scope
from visavis.service._dependencies import Serving, allowed
from visavis.service._idempotency import documented_key, done_once
from visavis.verifier import withdraw_consent

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["consent"])


@router.post(
    "/consents/{consent_id}/withdrawal",
    summary="Withdraw a consent",
    status_code=204,
    openapi_extra={"parameters": [documented_key()]},
)
async def withdraw(
    request: Request,
    service: Serving,
    caller: Annotated[Principal, Depends(allowed(Scope.FORGET))],
    consent_id: UUID,
) -> Response:
    """From now on, nothing is verified under it. The enrolment stays until it is forgotten."""
    return await done_once(
        request, service, caller, partial(withdraw_consent, consent_id=consent_id)
    )
