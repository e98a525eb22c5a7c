"""How often a credential may be used, over all and for what should not happen in bulk."""

from __future__ import annotations

import time
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from limits import parse
from limits.aio.storage import MovingWindowSupport, Storage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import ConfigurationError, StorageError
from limits.storage import storage_from_string

from visavis.errors import RateExceeded, ServiceOverloaded, ServiceSetUp
from visavis.service._moving_window import MovingWindow

if TYPE_CHECKING:
    from uuid import UUID

    from visavis.settings import ServiceSettings

__all__ = ["Rate", "Rates"]

_MEMORY = "memory://"
_SOON = timedelta(seconds=5)


class Rate(StrEnum):
    """What is counted."""

    USE = "use"
    ENROL = "enrol"
    FORGET = "forget"


class Rates:
    """Counts uses by credential, in memory or where all processes share the count."""

    def __init__(self, settings: ServiceSettings) -> None:
        """Read the limits.

        Raises:
            ServiceSetUp: a limit or the storage is none.
        """
        written = {
            Rate.USE: settings.rate,
            Rate.ENROL: settings.enrolment_rate,
            Rate.FORGET: settings.forgetting_rate,
        }
        try:
            self._limits = {rate: parse(text) for rate, text in written.items()}
            self._limiter = _shared(settings.rate_storage)
        except (ValueError, ConfigurationError):
            raise ServiceSetUp("a rate limit, or where it is counted, cannot be read") from None
        self._here = {
            rate: MovingWindow(limit.amount, limit.get_expiry())
            for rate, limit in self._limits.items()
        }

    async def count(self, credential_id: UUID, *rates: Rate) -> None:
        """Count one use.

        Raises:
            RateExceeded: there were too many, with the time until there may be one more.
            ServiceOverloaded: where they are counted does not answer.
        """
        for rate in rates:
            wait = await self._use(rate, str(credential_id))
            if wait > 0:
                raise RateExceeded(
                    f"the credential may do this {self._limits[rate]}",
                    retry_after=timedelta(seconds=max(1.0, wait)),
                )

    async def close(self) -> None:
        """Close the connections to where uses are counted."""
        if self._limiter is not None:
            # limits closes none itself; its storages keep their client there.
            client: Any = getattr(getattr(self._limiter.storage, "bridge", None), "storage", None)
            if hasattr(client, "aclose"):
                await client.aclose()

    async def _use(self, rate: Rate, key: str) -> float:
        if self._limiter is None:
            return self._here[rate].use(key)
        limit = self._limits[rate]
        try:
            if await self._limiter.hit(limit, rate, key):
                return 0.0
            window = await self._limiter.get_window_stats(limit, rate, key)
        except StorageError:  # whoever cannot be counted is not let in
            raise ServiceOverloaded("rates cannot be counted now", retry_after=_SOON) from None
        return max(1.0, window.reset_time - time.time())


def _shared(address: str) -> MovingWindowRateLimiter | None:
    """What counts for all processes; None where each counts for itself."""
    if address == _MEMORY:
        return None
    storage = storage_from_string(f"async+{address}", wrap_exceptions=True)
    if not isinstance(storage, Storage) or not isinstance(storage, MovingWindowSupport):
        raise ServiceSetUp("rates cannot be counted there")
    return MovingWindowRateLimiter(storage)
