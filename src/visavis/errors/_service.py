"""Errors about callers: their credentials, their repeated requests, their webhooks."""

from __future__ import annotations

from visavis.errors._base import Error

__all__ = [
    "CredentialRefused",
    "CredentialScopeMissing",
    "CredentialUnknown",
    "IdempotencyConflict",
    "IdempotencyInProgress",
    "IdempotencySpent",
    "IssuerUnavailable",
    "WebhookSignatureInvalid",
    "WebhookUnknown",
]


class CredentialRefused(Error):
    """The credential does not let anybody in.

    One error for every reason (malformed, unknown, expired, revoked, forged, another audience's),
    so that a caller learns nothing by trying.
    """

    code = "credential.refused"


class CredentialScopeMissing(Error):
    """The credential is good, but not for this."""

    code = "credential.scope_missing"


class CredentialUnknown(Error):
    """The institution has no such credential, or it was revoked before."""

    code = "credential.unknown"


class IssuerUnavailable(Error):
    """The token issuer's keys cannot be had at present, so that no token of it can be checked."""

    code = "credential.issuer_unavailable"


class IdempotencyConflict(Error):
    """The same Idempotency-Key came with another body before; nothing was done."""

    code = "idempotency.conflict"


class IdempotencyInProgress(Error):
    """The request with this Idempotency-Key is being worked on; try again in a moment."""

    code = "idempotency.in_progress"


class IdempotencySpent(Error):
    """What this Idempotency-Key brought is not given again: its claim was used, or forgotten."""

    code = "idempotency.spent"


class WebhookUnknown(Error):
    """The institution has no such webhook, or no endpoint is registered."""

    code = "webhook.unknown"


class WebhookSignatureInvalid(Error):
    """A webhook does not come from whom it should, was altered, or is too old."""

    code = "webhook.signature_invalid"
