"""POST /v1/consents/{consent_id}/withdrawal."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from visavis.credentials import Principal, Scope
from visavis.service._dependencies import Serving, allowed
from visavis.verifier import withdraw_consent

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["consent"])


@router.post("/consents/{consent_id}/withdrawal", summary="Withdraw a consent", status_code=204)
async def withdraw(
    service: Serving,
    caller: Annotated[Principal, Depends(allowed(Scope.FORGET))],
    consent_id: UUID,
) -> Response:
    """From now on, nothing is verified under it. The enrolment stays until it is forgotten."""
    await service.records.run(
        lambda: withdraw_consent(service.vaults.of(caller.institution), consent_id=consent_id)
    )
    return Response(status_code=204)
