"""/v1/enrolments: enrol, look at, renew, enable, forget."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Response

from visavis.credentials import Principal, Scope
from visavis.errors import EnrolmentUnknown, RateExceeded, SettingOff
from visavis.records import count_upload, find_enrolment
from visavis.sealing import Claim
from visavis.service._answers import Claimed, EnrolmentAnswer, EnrolmentShown
from visavis.service._body import BodyForm, Given
from visavis.service._dependencies import Serving, allowed, documented, given, room
from visavis.service._pictures import open_pictures
from visavis.service._rates import Rate
from visavis.service._schemas import (
    EnrolmentFields,
    EnrolmentRequest,
    RenewalFields,
    RenewalRequest,
)
from visavis.service._service import Service
from visavis.verifier import GivenConsent, enable, forget

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["enrolment"])

_ENROL: BodyForm[EnrolmentFields] = BodyForm(
    fields=EnrolmentFields, whole=EnrolmentRequest, sides=("samples",)
)
_RENEW: BodyForm[RenewalFields] = BodyForm(
    fields=RenewalFields, whole=RenewalRequest, sides=("probes",)
)


_USE = "enrolment"


@router.post(
    "/enrolments",
    summary="Enrol a person",
    status_code=201,
    dependencies=[Depends(room)],
    openapi_extra=documented(_ENROL),
)
async def enrol(
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

    def work() -> EnrolmentAnswer:
        samples = open_pictures(body, "samples")
        _count_upload(service, caller)
        enrolment = service.verifier.enrol(
            service.vaults.of(caller.institution),
            samples=samples,
            consent=GivenConsent.to_words(
                agreed.wording,
                purpose=agreed.purpose,
                language=agreed.language,
                expires_on=agreed.expires_on,
            ),
        )
        return EnrolmentAnswer(
            claim=enrolment.claim.reveal(),
            enrolment_id=enrolment.enrolment_id,
            consent_id=enrolment.consent_id,
        )

    return await service.faces.run(work)


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
    openapi_extra=documented(_RENEW),
)
async def renew(
    service: Serving,
    caller: Annotated[Principal, Depends(allowed(Scope.ENROL, Rate.ENROL))],
    enrolment_id: UUID,
    body: Annotated[Given[RenewalFields], Depends(given(_RENEW))],
) -> Claimed:
    """Seals the same reference under a new claim; the old one works until the new one is used.

    It is an attempt like a verification: only who matches is given a new claim. Only where the
    settings allow a claim in the answer (`claim_in_answer`).
    """
    _require(service, caller, "claim_in_answer")

    def work() -> Claimed:
        renewed = service.verifier.renew(
            service.vaults.of(caller.institution),
            claim=Claim.parse(body.fields.claim),
            probes=open_pictures(body, "probes"),
            enrolment_id=enrolment_id,
            profile=service.profile,
            terminal=body.fields.terminal,
        )
        return Claimed(claim=renewed.claim.reveal())

    return await service.faces.run(work)


@router.post(
    "/enrolments/{enrolment_id}/enablement", summary="Enable an enrolment", status_code=204
)
async def enable_again(
    service: Serving,
    caller: Annotated[Principal, Depends(allowed(Scope.ADMIN))],
    enrolment_id: UUID,
) -> Response:
    """Enables an enrolment that is disabled or delayed, after somebody has looked into it."""
    await service.records.run(
        lambda: enable(service.vaults.of(caller.institution), enrolment_id=enrolment_id)
    )
    return Response(status_code=204)


@router.delete("/enrolments/{enrolment_id}", summary="Forget an enrolment", status_code=204)
async def forget_at_once(
    service: Serving,
    caller: Annotated[Principal, Depends(allowed(Scope.FORGET, Rate.FORGET))],
    enrolment_id: UUID,
) -> Response:
    """Deletes everything of it, at once and for good."""
    await service.records.run(
        lambda: forget(service.vaults.of(caller.institution), enrolment_id=enrolment_id)
    )
    return Response(status_code=204)


def _count_upload(service: Service, caller: Principal) -> None:
    vault = service.vaults.of(caller.institution)
    limit = service.settings.service.uploads
    now = vault.clock().astimezone(UTC)
    with vault.store.transaction() as t:
        counted = count_upload(t, caller.institution, use=_USE, on=now.date(), limit=limit)
    if not counted:
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)
        raise RateExceeded(
            f"at most {limit} enrolments a day may be made of pictures that are sent",
            retry_after=midnight - now,
        )


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
