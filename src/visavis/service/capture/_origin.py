"""Who may speak to a session: the page itself, and the browser that opened the link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from visavis.errors import OriginRefused

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from visavis.service._service import Service
    from visavis.service.capture._session import CaptureSession

__all__ = ["cookie_name", "own_origin", "require_own_origin", "session_of"]

_PLAIN: Final = {"ws": "http", "wss": "https"}


def own_origin(connection: HTTPConnection, service: Service) -> str:
    """The origin of this service as browsers see it: as set, else as this connection came."""
    if service.settings.service.public_url is not None:
        return service.settings.service.public_url
    url = connection.url
    return f"{_PLAIN.get(url.scheme, url.scheme)}://{url.netloc}"


def require_own_origin(connection: HTTPConnection, service: Service) -> None:
    """Refuse what another page sends, whatever cookies go along.

    Raises:
        OriginRefused: the ``Origin`` is not exactly this service's.
    """
    if connection.headers.get("origin") != own_origin(connection, service):
        raise OriginRefused("only the capture page itself may ask this")


def cookie_name(*, secure: bool) -> str:
    """The session's cookie.

    ``__Host-`` ties it to this host and to TLS. Without TLS browsers refuse such a name, and the
    demo on one's own machine needs another.
    """
    return "__Host-visavis-capture" if secure else "visavis-capture"


def session_of(connection: HTTPConnection, service: Service) -> CaptureSession:
    """The session of this browser.

    Raises:
        OriginRefused: as `require_own_origin`.
        SessionUnknown: it has none.
    """
    require_own_origin(connection, service)
    secure = own_origin(connection, service).startswith("https://")
    return service.captures.of_cookie(connection.cookies.get(cookie_name(secure=secure)))
