"""/v1/enrolments: enrol, look at, renew, enable, forget."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Request, Response

from visavis.credentials import Principal, Scope
from visavis.errors import EnrolmentUnknown, SettingOff
from visavis.records import find_enrolment
from visavis.sealing import Claim
from visavis.service._answers import Claimed, EnrolmentAnswer, EnrolmentShown
from visavis.service._body import BodyForm, Given
from visavis.service._dependencies import Serving, allowed, documented, given, room
from visavis.service._idempotency import Repeatable, answer_kept, documented_key, done_once
from visavis.service._rates import Rate
from visavis.service._schemas import (
    EnrolmentFields,
    EnrolmentRequest,
    RenewalFields,
    RenewalRequest,
)
from visavis.service._service import Service
from visavis.service._traces import carried
from visavis.service._uploads import require_upload
from visavis.verifier import GivenConsent, enable, forget

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["enrolment"])

_ENROL: BodyForm[EnrolmentFields] = BodyForm(
    fields=EnrolmentFields, whole=EnrolmentRequest, sides=("samples",)
)
_RENEW: BodyForm[RenewalFields] = BodyForm(
    fields=RenewalFields, whole=RenewalRequest, sides=("probes",)
)


@router.post(
    "/enrolments",
    summary="Enrol a person",
    status_code=201,
    dependencies=[Depends(room)],
    openapi_extra=documented(_ENROL, repeatable=True),
)
async def enrol(
    request: Request,
    service: Serving,
    caller: Annotated[Principal, Depends(allowed(Scope.ENROL, Rate.ENROL))],
    body: Annotated[Given[EnrolmentFields], Depends(given(_ENROL))],
) -> EnrolmentAnswer:
    """Seals the person's reference under a new claim, which is the holder's and kept nowhere.

    Only where the settings allow pictures that the caller sends (`uploads`), and a claim in the
    answer (`claim_in_answer`). The pictures are not kept.
    """
    _require(service, caller, "uploads", "claim_in_answer")
    agreed = body.fields.consent
    repeatable = Repeatable.of(request, body)

    def work() -> EnrolmentAnswer:
        vault = service.vaults.of(caller.institution)
        once = repeatable.once(vault, caller) if repeatable else None
        if once:
            once.answered(vault)  # refuses a key that came with another body, before any work
        require_upload(vault, limit=service.settings.service.uploads)
        enrolment = service.verifier.enrol(
            vault,
            samples=body.pictures["samples"],
            consent=GivenConsent.to_words(
                agreed.wording,
                purpose=agreed.purpose,
                language=agreed.language,
                expires_on=agreed.expires_on,
            ),
            once=once,
        )
        return EnrolmentAnswer(
            claim=enrolment.claim.reveal(),
            enrolment_id=enrolment.enrolment_id,
            consent_id=enrolment.consent_id,
        )

    return await service.faces.run(carried(work))


@router.get("/enrolments/{enrolment_id}", summary="Show the state of an enrolment")
async def show(
    service: Serving,
    caller: Annotated[Principal, Depends(allowed(Scope.ENROL))],
    enrolment_id: UUID,
) -> EnrolmentShown:
    """Tells whether it is active, and its days; nothing of it is of a face."""

    def work() -> EnrolmentShown:
        with service.vaults.store.snapshot() as s:
            found = find_enrolment(s, caller.institution, enrolment_id)
        if found is None:
            raise EnrolmentUnknown("there is no such enrolment")
        return EnrolmentShown(
            enrolment_id=found.enrolment_id,
            state=found.state.value,
            enrolled_on=found.enrolled_on,
            last_used_on=found.last_used_on,
        )

    return await service.records.run(work)


@router.post(
    "/enrolments/{enrolment_id}/renewals",
    summary="Renew a claim",
    status_code=201,
    dependencies=[Depends(room)],
    openapi_extra=documented(_RENEW, repeatable=True),
    response_model=Claimed,
)
async def renew(
    request: Request,
    service: Serving,
    caller: Annotated[Principal, Depends(allowed(Scope.ENROL, Rate.ENROL))],
    enrolment_id: UUID,
    body: Annotated[Given[RenewalFields], Depends(given(_RENEW))],
) -> Claimed | Response:
    """Seals the same reference under a new claim; the old one works until the new one is used.

    It is an attempt like a verification: only who matches is given a new claim. Only where the
    settings allow a claim in the answer (`claim_in_answer`).
    """
    _require(service, caller, "claim_in_answer")
    repeatable = Repeatable.of(request, body)

    def work() -> Claimed | Response:
        vault = service.vaults.of(caller.institution)
        once = repeatable.once(vault, caller) if repeatable else None
        if once and (kept := once.answered(vault)) is not None:
            return answer_kept(kept)  # nobody was given a claim
        renewed = service.verifier.renew(
            vault,
            claim=Claim.parse(body.fields.claim),
            probes=body.pictures["probes"],
            enrolment_id=enrolment_id,
            profile=service.profile,
            terminal=body.fields.terminal,
            once=once,
        )
        return Claimed(claim=renewed.claim.reveal())

    return await service.faces.run(carried(work))


@router.post(
    "/enrolments/{enrolment_id}/enablement",
    summary="Enable an enrolment",
    status_code=204,
    openapi_extra={"parameters": [documented_key()]},
)
async def enable_again(
    request: Request,
    service: Serving,
    caller: Annotated[Principal, Depends(allowed(Scope.ADMIN))],
    enrolment_id: UUID,
) -> Response:
    """Enables an enrolment that is disabled or delayed, after somebody has looked into it."""
    return await done_once(request, service, caller, partial(enable, enrolment_id=enrolment_id))


@router.delete(
    "/enrolments/{enrolment_id}",
    summary="Forget an enrolment",
    status_code=204,
    openapi_extra={"parameters": [documented_key()]},
)
async def forget_at_once(
    request: Request,
    service: Serving,
    caller: Annotated[Principal, Depends(allowed(Scope.FORGET, Rate.FORGET))],
    enrolment_id: UUID,
) -> Response:
    """Deletes everything of it, at once and for good."""
    return await done_once(request, service, caller, partial(forget, enrolment_id=enrolment_id))


def _require(service: Service, caller: Principal, *settings: str) -> None:
    """Refuses what a setting does not allow, and logs what it does."""
    for setting in settings:
        if not getattr(service.settings.service, setting):
            raise SettingOff(f"the setting service.{setting} does not allow this")
        structlog.get_logger().info(
            "allowed by a setting",
            setting=setting,
            institution=caller.institution,
            credential_id=str(caller.credential_id),
        )
