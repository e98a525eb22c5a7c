"""Base64 (RFC 4648, section 4) with exactly one text for each byte string."""

from __future__ import annotations

import base64

from visavis.errors import LogMalformed


def to_base64(data: bytes) -> str:
    """Standard alphabet, with padding."""
    return base64.b64encode(data).decode()


def from_base64(text: str) -> bytes:
    """Read what ``to_base64`` wrote, and nothing else.

    Raises:
        LogMalformed: it is not base64, or has stray bits, and would be another text for the same.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise LogMalformed("not base64") from None
    if to_base64(data) != text:
        raise LogMalformed("base64 that is not in its canonical form")
    return data
