"""When a call is made again, and after which pause. No clock and no socket in here."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx2

from visavis.errors import (
    Error,
    IdempotencyInProgress,
    ServiceAnswerInvalid,
    ServiceOverloaded,
    ServiceUnreachable,
    StoreBusy,
    StoreUnreachable,
)

if TYPE_CHECKING:
    from datetime import timedelta

__all__ = ["Retries", "pause_after"]

_PASSING = (
    IdempotencyInProgress,
    ServiceOverloaded,
    ServiceUnreachable,
    StoreBusy,
    StoreUnreachable,
)
"""Errors that say nothing of what was asked, and that time may mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """How often, and how patiently.

    Attributes:
        tries: how often a call is made at most.
        first: seconds of the longest first pause; each later one may be twice as long. Half of a
            pause is left to chance, so that callers who failed together do not come back together.
        longest: seconds of any pause. Who is told to wait longer than that is not kept waiting.
    """

    tries: int = 5
    first: float = 0.2
    longest: float = 10.0


def pause_after(error: Error | httpx2.RequestError, *, tried: int, retries: Retries) -> float:
    """How many seconds to wait before a call is made again. The service does each once.

    Args:
        error: what became of the last try.
        tried: how often, so far.
        retries: the patience.

    Raises:
        Error: it is not made again.
    """
    again = isinstance(error, (httpx2.TransportError, *_PASSING))
    wished: timedelta | None = getattr(error, "retry_after", None)
    asked = 0.0 if wished is None else wished.total_seconds()
    if not again or tried >= retries.tries or asked > retries.longest:
        if isinstance(error, Error):
            raise error
        # "from None": the original holds the request, and with it the claim.
        if isinstance(error, httpx2.DecodingError):
            raise ServiceAnswerInvalid("the answer cannot be decoded") from None
        raise ServiceUnreachable(f"no answer came ({type(error).__name__})") from None
    longest = min(retries.first * 2.0 ** (tried - 1), retries.longest)
    return max(asked, longest * (0.5 + secrets.SystemRandom().random() / 2))
