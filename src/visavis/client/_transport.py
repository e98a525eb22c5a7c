"""How both clients speak HTTP: to one address, without redirects, without cookies kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from visavis import __version__
from visavis._outgoing import require_url
from visavis.client._call import require_word

if TYPE_CHECKING:
    import ssl

__all__ = ["options"]

_TIMEOUT = 45.0
"""Seconds for an answer: longer than the service takes (``service.answer_seconds``, 30)."""


def options(url: str, *, key: str | None, tls: ssl.SSLContext | None) -> dict[str, Any]:
    """What httpx2's clients are made with.

    Raises:
        InputInvalid: the address is neither ``https://`` nor this very machine's, or the key none.
    """
    require_url(url)
    headers = {"User-Agent": f"visavis/{__version__}"}
    if key is not None:
        require_word(key, what="a key")
        headers["Authorization"] = f"Bearer {key}"
    return {
        "base_url": url,
        "headers": headers,
        "verify": True if tls is None else tls,
        "timeout": _TIMEOUT,
        "follow_redirects": False,  # a credential goes to whom it was meant for
    }
