"""What is done beside requests: the log's order, abandoned attempts, webhooks."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import structlog

from visavis._outgoing import OutgoingClient
from visavis.errors import Error
from visavis.records import list_institutions
from visavis.service._failures import places
from visavis.service.capture._conclude import close_session
from visavis.verifier import tend
from visavis.webhooks import deliver, post_with

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

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
        await asyncio.to_thread(one_round, service)
        for session in service.captures.expire():
            with _counted(service):
                await close_session(service, session)
        await asyncio.sleep(service.settings.service.upkeep_seconds)


def one_round(service: Service) -> None:
    """Everything once, for every institution; what fails is logged, and the rest is done."""
    institutions: list[str] = []
    with _counted(service):
        institutions = _institutions(service)
    for institution in institutions:
        with _counted(service):
            tend(service.vaults.of(institution))
    with _counted(service):
        _tell(service)


@contextlib.contextmanager
def _counted(service: Service) -> Iterator[None]:
    try:
        yield
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


def _institutions(service: Service) -> list[str]:
    with service.vaults.store.snapshot() as s:
        return [one.institution for one in list_institutions(s)]


def _tell(service: Service) -> None:
    """Deliver the webhooks that are due."""
    vault = service.vaults.first
    if vault.secret is not None:
        with OutgoingClient() as client:
            deliver(vault.store, vault.secret, send=post_with(client), now=vault.clock())
