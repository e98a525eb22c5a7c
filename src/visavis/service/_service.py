"""What the routes work with: one object, made once, handed to every request."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from visavis.comparison import PROFILES
from visavis.errors import ServiceOverloaded
from visavis.liveness import NONCE_BYTES
from visavis.service._callers import Callers
from visavis.service._inference import Workers
from visavis.service._looking import at_once
from visavis.service._metrics import Metrics
from visavis.service._rates import Rates
from visavis.service._traces import Spans
from visavis.service.capture._sessions import CaptureSessions
from visavis.verifier import require_current

if TYPE_CHECKING:
    from collections.abc import Callable

    from visavis.comparison import Profile
    from visavis.service._vaults import Vaults
    from visavis.settings import Settings
    from visavis.verifier import Verifier

__all__ = ["Service"]

_RECORDS_THREADS = 8
"""They wait for the database most of the time; on SQLite those that write share one commit."""

_RECORDS_WAITING = 256
_FACES_BESIDES = 4
"""Threads that settle what was looked at, and wait for the disk, while pictures are looked at."""

_SOON = timedelta(seconds=5)


def _now() -> datetime:
    return datetime.now(UTC)


def _nonce() -> bytes:
    return secrets.token_bytes(NONCE_BYTES)


@dataclass(slots=True, kw_only=True)
class Service:
    """Everything that outlives a request.

    Attributes:
        settings: of this process.
        profile: what verifications must satisfy.
        verifier: looks at faces.
        vaults: what is kept, by institution.
        callers: knows credentials.
        faces: the threads that look at faces.
        records: the threads for everything else that waits for the store.
        rates: how often credentials are used.
        metrics: what is counted.
        captures: the sessions of the capture page.
        clock: what time it is, with a time zone.
        nonce: 32 bytes nobody can foresee, for each challenge.
        traces: makes spans of requests; None where nobody asks for them.
        draining: whether the service is about to end.
    """

    settings: Settings
    profile: Profile
    verifier: Verifier
    vaults: Vaults
    callers: Callers
    faces: Workers
    records: Workers
    rates: Rates
    metrics: Metrics
    captures: CaptureSessions
    clock: Callable[[], datetime]
    nonce: Callable[[], bytes]
    traces: Spans | None = None
    draining: bool = field(default=False)

    @classmethod
    def of(
        cls,
        *,
        settings: Settings,
        verifier: Verifier,
        vaults: Vaults,
        clock: Callable[[], datetime] = _now,
        nonce: Callable[[], bytes] = _nonce,
        traces: Spans | None = None,
    ) -> Self:
        """Put it together; no thread starts before there is work.

        Raises:
            ServiceSetUp: a rate limit cannot be read, or what traces need is not installed.
        """
        if traces is None and settings.service.traces is not None:
            traces = Spans.to(settings.service.traces)
        metrics = Metrics()
        chosen = settings.service
        pictures = at_once(chosen)
        records = Workers(
            "records", at_once=_RECORDS_THREADS, waiting=_RECORDS_WAITING, metrics=metrics
        )
        return cls(
            settings=settings,
            profile=next(one for one in PROFILES if one.name == settings.profile),
            verifier=verifier,
            vaults=vaults,
            callers=Callers(vaults.store, workers=records, settings=chosen),
            faces=Workers(
                "faces",
                at_once=pictures,
                waiting=pictures * chosen.waiting,
                metrics=metrics,
                besides=_FACES_BESIDES,
            ),
            records=records,
            rates=Rates(chosen),
            metrics=metrics,
            captures=CaptureSessions(clock=clock),
            clock=clock,
            nonce=nonce,
            traces=traces,
        )

    def require_room(self) -> None:
        """Refuse at once what the threads that look at faces have no room for.

        Whoever is with the other threads, to have a credential looked up, comes to these next:
        without them, all of a rush would be let in, looked up, read and then refused.

        Raises:
            ServiceOverloaded: they have none.
        """
        self.faces.require_room(besides=self.records.taken)

    def require_ready(self) -> None:
        """Refuse while the service ends, or the store does not answer or is an old one.

        Raises:
            ServiceOverloaded: it ends.
            Error: ``store.*``, ``log.copy_*``.
        """
        if self.draining:
            raise ServiceOverloaded("the service is about to end", retry_after=_SOON)
        require_current(self.vaults.store, self.vaults.first.copies)

    def key_set(self) -> dict[str, Any]:
        """What receipts are checked with, a JWK set; without keys, an empty one."""
        receipts = self.vaults.first.receipts
        return {"keys": []} if receipts is None else receipts.keys.jwks()

    async def close(self) -> None:
        """Finish what was begun."""
        self.draining = True
        await self.faces.close()
        await self.records.close()
        await self.rates.close()
        if self.traces is not None:
            await asyncio.to_thread(self.traces.close)
