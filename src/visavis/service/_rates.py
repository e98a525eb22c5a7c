"""How often a credential may be used, over all and for what should not happen in bulk."""

from __future__ import annotations

import time
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from limits import parse
from limits.aio.storage import MovingWindowSupport, Storage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import ConfigurationError
from limits.storage import storage_from_string

from visavis.errors import RateExceeded, ServiceSetUp

if TYPE_CHECKING:
    from uuid import UUID

    from visavis.settings import ServiceSettings

__all__ = ["Rate", "Rates"]


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
            storage = storage_from_string(f"async+{settings.rate_storage}")
        except (ValueError, ConfigurationError):
            raise ServiceSetUp("a rate limit, or where it is counted, cannot be read") from None
        if not isinstance(storage, Storage) or not isinstance(storage, MovingWindowSupport):
            raise ServiceSetUp("rates cannot be counted there")
        self._limiter = MovingWindowRateLimiter(storage)

    async def count(self, credential_id: UUID, *rates: Rate) -> None:
        """Count one use.

        Raises:
            RateExceeded: there were too many, with the time until there may be one more.
        """
        for rate in rates:
            limit, key = self._limits[rate], str(credential_id)
            if not await self._limiter.hit(limit, rate, key):
                window = await self._limiter.get_window_stats(limit, rate, key)
                wait = max(1.0, window.reset_time - time.time())
                raise RateExceeded(
                    f"the credential may do this {limit}", retry_after=timedelta(seconds=wait)
                )
