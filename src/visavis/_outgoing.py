"""The calls that visavis makes by itself: an issuer's keys, and webhooks. Nothing else goes out.

Where to is said by whoever administers this machine, never by a caller. HTTPS only, because both
are trusted for what arrives over them; plain HTTP is let through to this very machine, for trials.
No redirect is followed, or a far server could send us to a near one. Private addresses are let
through on purpose: an institution's own systems are there. The environment's proxy settings hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from visavis.errors import InputInvalid

if TYPE_CHECKING:
    from types import TracebackType

    import httpx2

__all__ = ["OutgoingClient", "OutgoingFailed", "require_url"]

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_TIMEOUT = 10.0  # seconds to connect, and between two arrivals of bytes
_MAX_SIZE = 256 * 1024  # bytes read of an answer: a key set of a hundred keys
_OK = 200


class OutgoingFailed(Exception):
    """No answer, or none that can be used. The text is for a log and holds no answer's content."""


class OutgoingClient:
    """Keeps connections open until it is closed. Making one costs nothing before its first call."""

    def __init__(self) -> None:
        self._made: httpx2.Client | None = None

    def get(self, url: str) -> bytes:
        """The body of a 200 answer.

        Raises:
            OutgoingFailed: there is none.
            InputInvalid: the URL is none that is called.
        """
        import httpx2  # noqa: PLC0415 - as above

        require_url(url)
        try:
            with self._client.stream("GET", url) as response:
                if response.status_code != _OK:
                    raise OutgoingFailed(f"status {response.status_code}")
                content = b""
                for part in response.iter_bytes():
                    content += part
                    if len(content) > _MAX_SIZE:
                        raise OutgoingFailed("far too large an answer")
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise OutgoingFailed(type(error).__name__) from None
        return content

    def post(self, url: str, *, body: bytes, headers: dict[str, str]) -> int:
        """The status of the answer; its body is not read.

        Raises:
            OutgoingFailed: there is no answer.
            InputInvalid: the URL is none that is called.
        """
        import httpx2  # noqa: PLC0415 - as above

        require_url(url)
        try:
            with self._client.stream("POST", url, content=body, headers=headers) as response:
                return response.status_code
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise OutgoingFailed(type(error).__name__) from None

    def close(self) -> None:
        """Close every connection."""
        if self._made is not None:
            self._made.close()

    @property
    def _client(self) -> httpx2.Client:
        import httpx2  # noqa: PLC0415 - slow to import, and most commands call nobody

        if self._made is None:  # reading the authorities' certificates takes 30 ms
            self._made = httpx2.Client(follow_redirects=False, timeout=_TIMEOUT)
        return self._made

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def require_url(url: str) -> None:
    """Refuses a URL that is not ``https://host...``, or ``http://`` to this machine.

    Raises:
        InputInvalid: it is neither, or carries a password or a fragment.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise InputInvalid("not a URL: https://host/path")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise InputInvalid("a URL that is called carries no password and no fragment")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        raise InputInvalid("only https:// is called, and http:// on this machine")
