"""POST /v1/comparisons: a document's portrait against its living holder."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from visavis.comparison import Decision
from visavis.credentials import Principal, Scope
from visavis.errors import SettingOff
from visavis.receipts import StatedPoint
from visavis.service import _answers
from visavis.service._answers import ComparisonAnswer
from visavis.service._body import BodyForm, Given
from visavis.service._dependencies import Serving, allowed, documented, given, room
from visavis.service._schemas import ComparisonFields, ComparisonRequest
from visavis.service._traces import carried
from visavis.service.capture._conclude import UNATTESTED, take_probes

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["comparison"])

_FORM: BodyForm[ComparisonFields] = BodyForm(
    fields=ComparisonFields, whole=ComparisonRequest, sides=("references",), refused=("probes",)
)


@router.post(
    "/comparisons",
    summary="Compare a document's portrait with its living holder",
    dependencies=[Depends(room)],
    openapi_extra=documented(_FORM),
)
async def compare(
    service: Serving,
    caller: Annotated[Principal, Depends(allowed(Scope.COMPARE))],
    body: Annotated[Given[ComparisonFields], Depends(given(_FORM))],
) -> ComparisonAnswer:
    """The probe is of a finished capture session, and its first comparison uses it up.

    A comparison of two uploaded pictures would tell whether any two pictures show one person,
    whoever that is, and nobody would have made a claim: `setting.off`.
    """
    if body.pictures["probes"]:
        raise SettingOff("probes are not sent: they come from a liveness session alone")
    # Before anything else: one session is one comparison, not a try of many portraits.
    session = service.captures.of_id(caller.institution, body.fields.session_id)
    probes = take_probes(session)

    def work() -> Decision:
        return service.verifier.compare(references=body.pictures["references"], probes=probes)

    decision = await service.faces.run(carried(work))
    point = StatedPoint.of(decision.operating_point)
    return ComparisonAnswer(
        outcome=decision.outcome.value,
        channel=UNATTESTED,
        operating_point=_answers.StatedPoint(
            fmr=point.fmr,
            fmr_upper=point.fmr_upper,
            state="established" if point.established else "provisional",
            reference_samples=point.reference_samples,
            probe_samples=point.probe_samples,
        ),
    )
