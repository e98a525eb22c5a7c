"""What is done beside requests: the log's order, abandoned attempts, webhooks."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import structlog

from visavis.errors import Error
from visavis.service._failures import places
from visavis.verifier import tend

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from visavis.service._service import Service

__all__ = ["keep_up", "one_round"]


@contextlib.asynccontextmanager
async def keep_up(service: Service) -> AsyncIterator[None]:
    """One round every few seconds, as long as the application lives."""
    task = asyncio.create_task(_for_ever(service))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _for_ever(service: Service) -> None:
    while True:
        try:
            await asyncio.to_thread(one_round, service)
        except Exception as error:  # noqa: BLE001 - the next round may go better
            service.metrics.upkeep.labels("failed").inc()
            structlog.get_logger().error(
                "upkeep failed",
                error=type(error).__name__,
                code=error.code if isinstance(error, Error) else None,
                places=places(error),
            )
        else:
            service.metrics.upkeep.labels("done").inc()
        await asyncio.sleep(service.settings.service.upkeep_seconds)


def one_round(service: Service) -> None:
    """Everything once, for every institution."""
    for vault in service.vaults.all():
        tend(vault)
