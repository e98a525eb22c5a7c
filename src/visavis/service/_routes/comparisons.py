"""POST /v1/comparisons: off until there is liveness to begin with."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from visavis.credentials import Principal, Scope
from visavis.errors import SettingOff
from visavis.service._answers import Problem
from visavis.service._body import BodyForm, Given
from visavis.service._dependencies import Serving, allowed, documented, given
from visavis.service._schemas import ComparisonFields, ComparisonRequest

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["comparison"])

_FORM: BodyForm[ComparisonFields] = BodyForm(
    fields=ComparisonFields, whole=ComparisonRequest, sides=("references", "probes")
)


@router.post(
    "/comparisons",
    summary="Compare a document's portrait with its living holder",
    status_code=403,
    response_model=Problem,
    openapi_extra=documented(_FORM),
)
async def compare(
    service: Serving,
    caller: Annotated[Principal, Depends(allowed(Scope.COMPARE))],
    body: Annotated[Given[ComparisonFields], Depends(given(_FORM))],
) -> None:
    """Always refused with `setting.off`: the probe must come from a finished liveness session.

    A comparison of two uploaded pictures would tell whether any two pictures show one person,
    whoever that is, and nobody would have made a claim.
    """
    del service, caller, body
    raise SettingOff("comparisons need liveness sessions, which this visavis does not have yet")
