"""The identifier of an institution, and the tag that its claims carry."""

from __future__ import annotations

import hashlib
import re

from visavis.errors import InputInvalid

from ._encoding import encode_for

TAG_SIZE = 7  # bytes: with version and secret exactly 64 base32 characters, no padding bits

_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def check_institution(institution: str) -> str:
    """Return the identifier unchanged: 1 to 63 of ``a-z``, ``0-9`` and ``-``, no leading dash.

    Raises:
        InputInvalid: it is anything else.
    """
    if not _PATTERN.fullmatch(institution):
        raise InputInvalid("an institution's identifier is 1 to 63 of a-z, 0-9 and dashes")
    return institution


def institution_tag(institution: str) -> bytes:
    """Seven bytes that say which institution issued a claim, for routing only; no secret."""
    name = check_institution(institution)
    return hashlib.sha256(encode_for(name, b"institution tag")).digest()[:TAG_SIZE]
