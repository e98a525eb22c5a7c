"""A call as a value: what is sent, and how its answer is read."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from visavis.errors import InputInvalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import httpx2

__all__ = ["IDEMPOTENCY_KEY", "Call", "key_or_new", "parts", "require_word"]

IDEMPOTENCY_KEY = "Idempotency-Key"

_T_co = TypeVar("_T_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[_T_co]):
    """A request, and what makes its answer a result.

    Attributes:
        method: of HTTP.
        path: below the service's address.
        read: from a good answer, the result; raises LookupError, TypeError or ValueError for an
            answer that is not as it should be.
        query: of the address.
        key: the ``Idempotency-Key``, by which the service does it once; None where it changes
            nothing.
        files: the parts of its body.
    """

    method: str
    path: str
    read: Callable[[httpx2.Response], _T_co] = field(repr=False)
    query: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None
    files: Sequence[Any] | None = field(default=None, repr=False)

    def arguments(self) -> dict[str, Any]:
        """As httpx2's ``request`` takes them."""
        return {
            "method": self.method,
            "url": self.path,
            "params": dict(self.query),
            "headers": {} if self.key is None else {IDEMPOTENCY_KEY: self.key},
            "files": self.files,
        }


def key_or_new(key: str | None) -> str:
    """The caller's ``Idempotency-Key``, or one that no other request has.

    Raises:
        InputInvalid: the caller's is none.
    """
    if key is None:
        return secrets.token_urlsafe(24)
    require_word(key, what="an idempotency key")
    return key


def require_word(text: str, *, what: str) -> None:
    """Refuses what cannot stand in a header as one word.

    Raises:
        InputInvalid: it is empty, or has other characters than printable ASCII without spaces.
    """
    if not text or not all("!" <= character <= "~" for character in text):
        raise InputInvalid(f"{what} is one word of printable ASCII characters")


def parts(fields: Mapping[str, Any], **pictures: Sequence[bytes]) -> list[Any]:
    """A body of multipart/form-data: everything but pictures as JSON, and the pictures.

    Raises:
        InputInvalid: a field cannot be written as JSON.
    """
    given = {name: value for name, value in fields.items() if value is not None}
    try:
        written = json.dumps(given, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise InputInvalid("a field cannot be written as JSON") from None
    return [
        ("request", (None, written, "application/json")),
        *(
            (side, (f"{side}-{number}", content, "application/octet-stream"))
            for side, contents in pictures.items()
            for number, content in enumerate(contents)
        ),
    ]
