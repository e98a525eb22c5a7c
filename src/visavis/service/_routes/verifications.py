"""POST /v1/verifications: is this the person who enrolled?"""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Depends

from visavis.comparison import Outcome
from visavis.credentials import Principal, Scope
from visavis.sealing import Claim
from visavis.service._answers import VerificationAnswer
from visavis.service._body import BodyForm, Given
from visavis.service._dependencies import Serving, allowed, documented, given, room
from visavis.service._pictures import open_pictures
from visavis.service._schemas import VerificationFields, VerificationRequest

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["verification"])

_FORM: BodyForm[VerificationFields] = BodyForm(
    fields=VerificationFields, whole=VerificationRequest, sides=("probes",)
)


@router.post(
    "/verifications",
    summary="Verify a person",
    dependencies=[Depends(room)],
    openapi_extra=documented(_FORM),
)
async def verify(
    service: Serving,
    caller: Annotated[Principal, Depends(allowed(Scope.VERIFY))],
    body: Annotated[Given[VerificationFields], Depends(given(_FORM))],
) -> VerificationAnswer:
    """Answers match or non-match, with a signed receipt, and never a score.

    An attempt counts as failed until it is a match. A claim that is unknown, forgotten, another's,
    or without consent to the purpose is refused with one and the same answer.
    """
    asked = body.fields

    def work() -> VerificationAnswer:
        claim = Claim.parse(asked.claim)
        began = time.perf_counter()
        probes = open_pictures(body, "probes")
        opened = time.perf_counter()
        verification = service.verifier.verify(
            service.vaults.of(caller.institution),
            claim=claim,
            probes=probes,
            purpose=asked.purpose,
            enrolment_id=asked.enrolment_id,
            profile=service.profile,
            terminal=asked.terminal,
            audience=asked.audience,
            nonce=asked.nonce,
            transaction=asked.transaction,
        )
        service.metrics.stage("decode", opened - began)
        service.metrics.stage("decide", time.perf_counter() - opened)
        outcome = verification.outcome
        service.metrics.decided(profile=verification.profile, outcome=outcome.value)
        return VerificationAnswer(
            outcome=outcome.value,
            reason=None if outcome is Outcome.MATCH else "comparison",
            enrolment_id=verification.enrolment_id,
            purpose=verification.purpose,
            profile=verification.profile,
            leaf=verification.leaf.hex(),
            receipt=verification.receipt,
        )

    return await service.faces.run(work)
