"""Opening sessions, for the institution's server; and what the page asks, for its holder."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Annotated

import structlog
from fastapi import APIRouter, Depends, Request, Response

from visavis.credentials import Principal, Scope
from visavis.errors import InputInvalid, SessionUnready, SettingOff
from visavis.receipts import Question
from visavis.sealing import Claim, claim_qr_svg
from visavis.service._body import BodyForm, Given
from visavis.service._dependencies import Serving, allowed_any, documented, given
from visavis.service._multipart import read_multipart
from visavis.service._traces import carried
from visavis.service._uploads import require_upload
from visavis.service.capture._attempt import begin_attempt
from visavis.service.capture._conclude import conclude
from visavis.service.capture._origin import cookie_name, own_origin, require_own_origin, session_of
from visavis.service.capture._schemas import (
    AgreementGiven,
    ClaimPresented,
    HolderResult,
    HolderSession,
    LinkOpened,
    SessionAnswer,
    SessionRequest,
    SessionShown,
)
from visavis.service.capture._session import CaptureSession, Kind, Result, State
from visavis.service.capture._sessions import LINK_LIFETIME
from visavis.verifier import MAX_SAMPLES

if TYPE_CHECKING:
    from visavis.service._service import Service

__all__ = ["router"]

router = APIRouter()

_OPEN: BodyForm[SessionRequest] = BodyForm(fields=SessionRequest, whole=SessionRequest)
_LINK: BodyForm[LinkOpened] = BodyForm(fields=LinkOpened, whole=LinkOpened)
_AGREED: BodyForm[AgreementGiven] = BodyForm(fields=AgreementGiven, whole=AgreementGiven)
_CLAIM: BodyForm[ClaimPresented] = BodyForm(fields=ClaimPresented, whole=ClaimPresented)

_SCOPES = {
    Kind.ENROLMENT: Scope.ENROL,
    Kind.VERIFICATION: Scope.VERIFY,
    Kind.COMPARISON: Scope.COMPARE,
}


@router.post(
    "/v1/sessions",
    summary="Open a capture session",
    tags=["capture"],
    status_code=201,
    openapi_extra=documented(_OPEN),
)
async def open_session(
    request: Request,
    service: Serving,
    caller: Annotated[Principal, Depends(allowed_any(*_SCOPES.values()))],
    body: Annotated[Given[SessionRequest], Depends(given(_OPEN))],
) -> SessionAnswer:
    """Makes a link to the capture page, for one person and one purpose. It works once.

    The scope that is needed is that of the kind: enrol, verify or compare. The session lives in the
    memory of one process for a quarter of an hour; what came of it can be asked for ten minutes.
    """
    asked = body.fields
    caller.require(_SCOPES[asked.kind])
    _require_fitting(service, asked)
    session = CaptureSession(
        session_id=service.captures.new_id(),
        institution=caller.institution,
        kind=asked.kind,
        purpose=asked.purpose,
        wording=asked.wording,
        language=asked.language,
        enrolment_id=asked.enrolment_id,
        claim=None if asked.claim is None else Claim.parse(asked.claim),
        question=Question(
            audience=asked.audience, nonce=asked.nonce, transaction=asked.transaction
        ),
        terminal=asked.terminal,
        return_url=asked.return_url,
        expires_at=service.clock() + LINK_LIFETIME,
    )
    token = service.captures.add(session)
    return SessionAnswer(
        session_id=session.session_id,
        link=f"{own_origin(request, service)}/capture/#t={token}",
        expires_at=session.expires_at,
    )


@router.get("/v1/sessions/{session_id}", summary="Show what came of a session", tags=["capture"])
async def show_session(
    service: Serving,
    caller: Annotated[Principal, Depends(allowed_any(*_SCOPES.values()))],
    session_id: uuid.UUID,
) -> SessionShown:
    """For the institution's server. What the page told the browser is not to be relied on."""
    session = service.captures.of_id(caller.institution, session_id)
    caller.require(_SCOPES[session.kind])
    result = session.result
    shown = SessionShown(session_id=session.session_id, kind=session.kind, state=session.state)
    if result is None:
        return shown
    return shown.model_copy(
        update={
            "outcome": result.outcome,
            "code": result.code,
            "enrolment_id": result.enrolment_id,
            "consent_id": result.consent_id,
            "receipt": result.receipt,
        }
    )


@router.post("/capture/exchange", include_in_schema=False)
async def exchange(
    request: Request,
    response: Response,
    service: Serving,
    body: Annotated[Given[LinkOpened], Depends(given(_LINK))],
) -> HolderSession:
    """Turns the link's token into a cookie; a reload, without a token, finds it again."""
    require_own_origin(request, service)
    token = body.fields.token
    if not token:
        return _shown(service, session_of(request, service))
    session, cookie = service.captures.exchange(token)
    secure = own_origin(request, service).startswith("https://")
    embedded = body.fields.embedded and secure
    policy = "SameSite=None; Partitioned" if embedded else "SameSite=Strict"
    lifetime = int(LINK_LIFETIME.total_seconds())
    response.headers["Set-Cookie"] = (
        f"{cookie_name(secure=secure)}={cookie}; Path=/; HttpOnly; Max-Age={lifetime}; {policy}"
        + ("; Secure" if secure else "")
    )
    return _shown(service, session)


@router.post("/capture/consent", include_in_schema=False)
async def agree(
    request: Request,
    service: Serving,
    body: Annotated[Given[AgreementGiven], Depends(given(_AGREED))],
) -> dict[str, bool]:
    """The holder has read the wording, and agrees."""
    session = session_of(request, service)
    if session.kind is not Kind.ENROLMENT:
        raise InputInvalid("nothing is to be agreed to here")
    if body.fields.language != session.language:
        raise InputInvalid("the wording is in another language")
    session.consented = True
    return {"consented": True}


@router.post("/capture/claim", include_in_schema=False)
async def present(
    request: Request,
    service: Serving,
    body: Annotated[Given[ClaimPresented], Depends(given(_CLAIM))],
) -> dict[str, bool]:
    """The holder presents their claim. Whether it is the right one is not said here."""
    session = session_of(request, service)
    if session.kind is not Kind.VERIFICATION or session.claim is not None:
        raise InputInvalid("no claim is asked for here")
    session.claim = Claim.parse(body.fields.claim)
    return {"presented": True}


@router.post("/capture/photographs", include_in_schema=False)
async def photographs(request: Request, service: Serving) -> HolderResult:
    """Photographs in place of the camera, where the institution allows it. Each time is logged."""
    session = session_of(request, service)
    if not service.settings.service.uploads or session.kind is Kind.COMPARISON:
        raise SettingOff("photographs are not taken here; the camera is needed")
    with session.alone():
        return await _from_photographs(request, service, session)


async def _from_photographs(
    request: Request, service: Service, session: CaptureSession
) -> HolderResult:
    structlog.get_logger().info("allowed by a setting", setting="uploads")
    parts = read_multipart(
        await request.body(), content_type=request.headers.get("content-type", "")
    )
    if not 1 <= len(parts) <= MAX_SAMPLES or any(part.name != "photo" for part in parts):
        raise InputInvalid(f"1 to {MAX_SAMPLES} photographs are taken")

    def work() -> Result:
        pictures = [part.content for part in parts]
        if session.kind is Kind.ENROLMENT:
            require_upload(
                service.vaults.of(session.institution), limit=service.settings.service.uploads
            )
        else:
            session.attempt = begin_attempt(service, session)
        return conclude(service, session, pictures, liveness="none")

    session.result = await service.faces.run(carried(work))
    session.state = State.FINISHED
    return _told(session)


@router.get("/capture/result", include_in_schema=False)
async def result(request: Request, service: Serving) -> HolderResult:
    """Passed or failed; and of an enrolment the claim, the first time that it is asked."""
    session = service.captures.of_cookie(
        request.cookies.get(cookie_name(secure=own_origin(request, service).startswith("https://")))
    )
    return _told(session)


def _told(session: CaptureSession) -> HolderResult:
    found = session.result
    if found is None:
        raise SessionUnready("the session has no result yet")
    claim, found.claim = found.claim, None
    if claim is None:
        return HolderResult(outcome=found.outcome)
    return HolderResult(outcome=found.outcome, claim=claim.reveal(), claim_svg=claim_qr_svg(claim))


def _shown(service: Service, session: CaptureSession) -> HolderSession:
    return HolderSession(
        kind=session.kind,
        institution=session.institution,
        purpose=session.purpose,
        wording=session.wording,
        language=session.language,
        transaction=None
        if session.question.transaction is None
        else dict(session.question.transaction),
        claim_wanted=session.kind is Kind.VERIFICATION and session.claim is None,
        upload=service.settings.service.uploads > 0 and session.kind is not Kind.COMPARISON,
        return_url=session.return_url,
        finished=session.result is not None,
        embedders=list(service.settings.service.embedders),
    )


def _require_fitting(service: Service, asked: SessionRequest) -> None:
    """Refuse what a session of this kind needs and has not, or has and may not."""
    needs = {
        Kind.ENROLMENT: {"wording"},
        Kind.VERIFICATION: {"enrolment_id"},
        Kind.COMPARISON: set[str](),
    }[asked.kind]
    may = (
        needs
        | {
            Kind.ENROLMENT: set[str](),
            Kind.VERIFICATION: {"claim", "transaction", "nonce", "audience", "terminal"},
            Kind.COMPARISON: set[str](),
        }[asked.kind]
    )
    for name in (
        "wording",
        "enrolment_id",
        "claim",
        "transaction",
        "nonce",
        "audience",
        "terminal",
    ):
        given_now = getattr(asked, name) is not None
        if (name in needs and not given_now) or (given_now and name not in may):
            wrong = InputInvalid(f"{name} {'is missing' if name in needs else 'is not for this'}")
            wrong.input = name
            raise wrong
    if (
        asked.return_url is not None
        and asked.return_url not in service.settings.service.return_urls
    ):
        raise InputInvalid("return_url is not one of those that are registered")
