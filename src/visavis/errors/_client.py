"""Errors of the service's client that the service itself has not."""

from __future__ import annotations

from visavis.errors._base import Error

__all__ = ["ServiceAnswerInvalid", "ServiceUnreachable"]


class ServiceUnreachable(Error):
    """No answer came, after every try. What was asked may have been done."""

    code = "service.unreachable"


class ServiceAnswerInvalid(Error):
    """Something answered, but not as this version's service does."""

    code = "service.answer_invalid"
