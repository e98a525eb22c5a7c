"""Errors of the HTTP service that no other room has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visavis.errors._base import Error

if TYPE_CHECKING:
    from datetime import timedelta

__all__ = [
    "RateExceeded",
    "RequestMalformed",
    "RequestTimeout",
    "RequestTooLarge",
    "RequestUnsupported",
    "RouteMethod",
    "RouteUnknown",
    "ServiceFailed",
    "ServiceOverloaded",
    "ServiceSetUp",
    "SettingOff",
]


class RequestMalformed(Error):
    """The body is not what its content type says, or a header is not what it should be."""

    code = "request.malformed"


class RequestTooLarge(Error):
    """The body is larger than the service reads."""

    code = "request.too_large"


class RequestTimeout(Error):
    """The body, or the answer, did not come in time."""

    code = "request.timeout"


class RequestUnsupported(Error):
    """The body is neither JSON nor multipart/form-data."""

    code = "request.unsupported"


class RouteUnknown(Error):
    """There is nothing at this address."""

    code = "route.unknown"


class RouteMethod(Error):
    """The address is right, the method is not."""

    code = "route.method"


class RateExceeded(Error):
    """The credential was used too often; try again after ``retry_after``.

    Attributes:
        retry_after: how long from now.
    """

    code = "rate.exceeded"

    def __init__(self, detail: str, *, retry_after: timedelta) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class ServiceOverloaded(Error):
    """There is more to do than can be done in time; nothing was begun.

    Attributes:
        retry_after: how long from now.
    """

    code = "service.overloaded"

    def __init__(self, detail: str, *, retry_after: timedelta) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class ServiceFailed(Error):
    """A mistake of visavis itself; its log has the request's id."""

    code = "service.failed"


class ServiceSetUp(Error):
    """The service does not start with these settings."""

    code = "service.set_up"


class SettingOff(Error):
    """The settings of this service do not allow it; the detail names the setting."""

    code = "setting.off"
