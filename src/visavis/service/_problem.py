"""Errors as HTTP answers: RFC 9457 problems, and the status of every code in one table."""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from visavis import errors
from visavis.service._asgi import CODE, request_id

if TYPE_CHECKING:
    from datetime import timedelta

    from starlette.types import Scope

__all__ = ["PROBLEM_TYPE", "STATUS", "problem", "status_of"]

PROBLEM_TYPE = "application/problem+json"

_BY_STATUS: dict[HTTPStatus, tuple[type[errors.Error], ...]] = {
    HTTPStatus.UNPROCESSABLE_ENTITY: (
        errors.IdempotencyConflict,
        errors.ClaimMalformed,
        errors.FaceNone,
        errors.FaceSeveral,
        errors.FaceTooSmall,
        errors.FramesDisagree,
        errors.ImageCorrupt,
        errors.ImageEmpty,
        errors.ImageTooLarge,
        errors.ImageTooSmall,
        errors.ImageUnreadable,
        errors.ImageUnsupported,
        errors.InputInvalid,
        errors.LogProofInvalid,
        errors.OperatingPointAbsent,
        errors.QualityBlurred,
        errors.QualityCropped,
        errors.QualityTooBright,
        errors.QualityTooDark,
        errors.QualityTurnedAway,
        errors.QualityUnevenLight,
        errors.SamplesDisagree,
    ),
    HTTPStatus.BAD_REQUEST: (errors.RequestMalformed,),
    HTTPStatus.REQUEST_TIMEOUT: (errors.RequestTimeout,),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (errors.RequestTooLarge,),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: (errors.RequestUnsupported,),
    HTTPStatus.METHOD_NOT_ALLOWED: (errors.RouteMethod,),
    HTTPStatus.NOT_FOUND: (
        errors.CredentialUnknown,
        errors.WebhookUnknown,
        errors.ConsentUnknown,
        errors.EnrolmentUnknown,
        errors.InstitutionUnknown,
        errors.RouteUnknown,
        errors.SessionUnknown,
    ),
    HTTPStatus.MISDIRECTED_REQUEST: (errors.SessionElsewhere,),
    HTTPStatus.TOO_MANY_REQUESTS: (
        errors.EnrolmentDelayed,
        errors.RateExceeded,
        errors.TerminalDelayed,
    ),
    HTTPStatus.UNAUTHORIZED: (errors.CredentialRefused,),
    HTTPStatus.FORBIDDEN: (
        errors.CredentialScopeMissing,
        errors.NonMatch,
        errors.OriginRefused,
        errors.ProfileUnsatisfied,
        errors.SettingOff,
        errors.VerificationRefused,
    ),
    HTTPStatus.CONFLICT: (
        errors.IdempotencyInProgress,
        errors.IdempotencySpent,
        errors.EnrolmentNeedsRenewal,
        errors.LivenessExpired,
        errors.LivenessFinished,
        errors.SessionOpened,
        errors.SessionUnready,
        errors.StoreConflict,
    ),
    HTTPStatus.LOCKED: (errors.EnrolmentDisabled,),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        errors.IssuerUnavailable,
        errors.LogCopyDamaged,
        errors.LogCopyForeign,
        errors.LogCopyMissing,
        errors.LogCopyUnwritable,
        errors.ServiceOverloaded,
        errors.StoreBusy,
        errors.StoreDiverged,
        errors.StoreRestored,
        errors.StoreUnreachable,
        errors.StoreUnwritable,
    ),
    # Not meant to reach a caller; if one does, it is our mistake or the operator's to mend.
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        errors.KeyringCorrupt,
        errors.KeyringEpochCurrent,
        errors.KeyringEpochDestroyed,
        errors.KeyringExists,
        errors.KeyringMismatch,
        errors.KeyringMissing,
        errors.KeyringPermissions,
        errors.KeyringUnknown,
        errors.KeyringUnwritable,
        errors.LogMalformed,
        errors.LogSignatureInvalid,
        errors.LogTampered,
        errors.ModelCorrupt,
        errors.ModelDigestMismatch,
        errors.ModelManifestInvalid,
        errors.ModelMissing,
        errors.ModelNotStored,
        errors.ModelUnavailable,
        errors.ModelUnknown,
        errors.PresentationsMalformed,
        errors.PresentationsUnreadable,
        errors.ProcessFailed,
        errors.ReceiptAudienceWrong,
        errors.ReceiptExpired,
        errors.ReceiptIssuerWrong,
        errors.ReceiptKeyUnknown,
        errors.ReceiptMalformed,
        errors.ReceiptNonceWrong,
        errors.ReceiptSignatureInvalid,
        errors.ReceiptTransactionWrong,
        errors.ReceiptTypeWrong,
        errors.RunMismatch,
        errors.ScoresColumnMissing,
        errors.ScoresInvalid,
        errors.ScoresLayoutUnknown,
        errors.ScoresMalformed,
        errors.ScoresReaderMissing,
        errors.ScoresSeparated,
        errors.ScoresTooFew,
        errors.ScoresUnreadable,
        errors.SealingRefused,
        errors.ServiceAnswerInvalid,
        errors.ServiceFailed,
        errors.ServiceSetUp,
        errors.ServiceUnreachable,
        errors.SettingsInvalid,
        errors.StoreCorrupt,
        errors.StoreExists,
        errors.StoreKeyInUse,
        errors.StoreMissing,
        errors.StorePermissions,
        errors.StoreVersion,
        errors.WebhookSignatureInvalid,
    ),
}

STATUS = {kind: status for status, kinds in _BY_STATUS.items() for kind in kinds}
"""The status of every error there is; a test fails on one that has none."""


_UNREAD = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}
)
"""After these, what comes on the connection may be the rest of a body."""


def status_of(error: errors.Error) -> HTTPStatus:
    """The status that this error is answered with."""
    return STATUS.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)


def problem(error: errors.Error, scope: Scope) -> JSONResponse:
    """The answer to a caller: the code, a detail that is safe to show, and when to try again.

    The code is noted in the request's scope, for its line in the log.

    ``type`` is RFC 9457's ``about:blank``: what a program branches on is ``code``.
    """
    scope[CODE] = error.code
    status = status_of(error)
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "code": error.code,
        "detail": _detail(error, status),
    }
    if error.input is not None:
        content["input"] = error.input
    if (identity := request_id(scope)) is not None:
        content["request_id"] = identity
    headers = {"Cache-Control": "no-store"}
    retry_after: timedelta | None = getattr(error, "retry_after", None)
    if retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(retry_after.total_seconds())))
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if status in _UNREAD:
        headers["Connection"] = "close"
    return JSONResponse(content, status, headers, media_type=PROBLEM_TYPE)


def _detail(error: errors.Error, status: HTTPStatus) -> str:
    """Of our own troubles a caller learns the code; what went wrong stands in the log."""
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return "the service cannot do this now; its operator can look the request id up"
    return error.detail
