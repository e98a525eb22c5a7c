"""POST /v1/verifications: is this the person who enrolled?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from visavis._stages import listening
from visavis.comparison import Outcome
from visavis.credentials import Principal, Scope
from visavis.sealing import Claim
from visavis.service._answers import VerificationAnswer
from visavis.service._body import BodyForm, Given
from visavis.service._dependencies import Serving, allowed, documented, given, room
from visavis.service._idempotency import Repeatable, answer_kept
from visavis.service._schemas import VerificationFields, VerificationRequest
from visavis.service._traces import carried
from visavis.verifier import Verification

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["verification"])

_FORM: BodyForm[VerificationFields] = BodyForm(
    fields=VerificationFields, whole=VerificationRequest, sides=("probes",)
)


@router.post(
    "/verifications",
    summary="Verify a person",
    dependencies=[Depends(room)],
    response_model=VerificationAnswer,
    openapi_extra=documented(_FORM, repeatable=True),
)
async def verify(
    request: Request,
    service: Serving,
    caller: Annotated[Principal, Depends(allowed(Scope.VERIFY))],
    body: Annotated[Given[VerificationFields], Depends(given(_FORM))],
) -> VerificationAnswer | Response:
    """Answers match or non-match, with a signed receipt, and never a score.

    An attempt counts as failed until it is a match. A claim that is unknown, forgotten, another's,
    or without consent to the purpose is refused with one and the same answer.
    """
    asked = body.fields
    repeatable = Repeatable.of(request, body)

    def work() -> VerificationAnswer | Response:
        vault = service.vaults.of(caller.institution)
        once = repeatable.once(vault, caller, answer=_answer) if repeatable else None
        if once and (kept := once.answered(vault)) is not None:
            return answer_kept(kept)
        claim = Claim.parse(asked.claim)
        verification = service.verifier.verify(
            vault,
            claim=claim,
            probes=body.pictures["probes"],
            purpose=asked.purpose,
            enrolment_id=asked.enrolment_id,
            profile=service.profile,
            terminal=asked.terminal,
            audience=asked.audience,
            nonce=asked.nonce,
            transaction=asked.transaction,
            once=once,
        )
        service.metrics.decided(profile=verification.profile, outcome=verification.outcome.value)
        return _answer(verification)

    with listening(service.metrics.stage):
        return await service.faces.run(carried(work))


def _answer(verification: Verification) -> VerificationAnswer:
    return VerificationAnswer(
        outcome=verification.outcome.value,
        reason=None if verification.outcome is Outcome.MATCH else "comparison",
        enrolment_id=verification.enrolment_id,
        purpose=verification.purpose,
        profile=verification.profile,
        leaf=verification.leaf.hex(),
        receipt=verification.receipt,
    )
