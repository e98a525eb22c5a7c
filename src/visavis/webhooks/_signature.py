"""The signature of a webhook: HMAC-SHA-256 over its time and its body."""

from __future__ import annotations

import base64
import hmac
import re
from datetime import timedelta
from typing import TYPE_CHECKING

from visavis.errors import WebhookSignatureInvalid

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["SIGNATURE_HEADER", "TOLERANCE", "check_signature", "parse_key", "render_key", "sign"]

SIGNATURE_HEADER = "Visavis-Signature"

TOLERANCE = timedelta(minutes=5)
"""How old a webhook may be, and how far ahead; one that is caught is of no use after that."""

_PREFIX = "visw_"  # so that secret scanners find it
_KEY_SIZE = 32  # bytes
_HEADER = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})", re.ASCII)


def sign(body: bytes, *, key: bytes, now: datetime) -> str:
    """The header's value: ``t=SECONDS,v1=HEX``, over ``SECONDS.BODY``."""
    seconds = int(now.timestamp())
    return f"t={seconds},v1={_mac(body, key=key, seconds=seconds).hex()}"


def check_signature(body: bytes, header: str, *, key: str, now: datetime) -> None:
    """Return for a webhook that comes from whom it should, and for nothing else.

    Args:
        body: as it came, byte by byte.
        header: the value of ``Visavis-Signature``.
        key: as it was shown when the endpoint was registered.
        now: with a time zone.

    Raises:
        WebhookSignatureInvalid: it does not, or is too old.
    """
    match = _HEADER.fullmatch(header)
    if match is None:
        raise WebhookSignatureInvalid("not a signature of a webhook")
    seconds = int(match[1])
    expected = _mac(body, key=parse_key(key), seconds=seconds)
    if not hmac.compare_digest(bytes.fromhex(match[2]), expected):
        raise WebhookSignatureInvalid("the webhook was altered, or signed with another key")
    if abs(now.timestamp() - seconds) > TOLERANCE.total_seconds():
        raise WebhookSignatureInvalid("the webhook is too old")


def render_key(key: bytes) -> str:
    """The key as text, to be kept by whoever checks."""
    return _PREFIX + base64.urlsafe_b64encode(key).decode().rstrip("=")


def parse_key(text: str) -> bytes:
    """Read what ``render_key`` wrote.

    Raises:
        WebhookSignatureInvalid: it is no such key. The detail repeats nothing of it.
    """
    try:
        key = base64.b64decode(text.removeprefix(_PREFIX) + "=", altchars=b"-_", validate=True)
    except ValueError:
        key = b""
    if len(key) != _KEY_SIZE or render_key(key) != text:
        raise WebhookSignatureInvalid("not a key that webhooks are signed with")
    return key


def _mac(body: bytes, *, key: bytes, seconds: int) -> bytes:
    return hmac.digest(key, str(seconds).encode() + b"." + body, "sha256")
