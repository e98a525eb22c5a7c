"""The client for programs with an event loop: the same, awaited."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Self, TypeVar

import httpx2

from visavis.client import _calls
from visavis.client._answers import answered
from visavis.client._receipts import Expected, PublishedKeys
from visavis.client._retries import Retries, pause_after
from visavis.client._transport import options
from visavis.comparison import Outcome
from visavis.errors import Error

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping, Sequence
    from types import TracebackType
    from uuid import UUID

    from visavis.client._call import Call
    from visavis.client._results import (
        Consent,
        ConsistencyProof,
        Enrolled,
        EnrolmentState,
        InclusionProof,
        LogEntry,
        Verified,
    )
    from visavis.receipts import Receipt
    from visavis.sealing import Claim

__all__ = ["AsyncClient"]

_T = TypeVar("_T")


class AsyncClient:
    """Speaks to one service, from one event loop; every method does what `Client`'s does."""

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        tls: ssl.SSLContext | None = None,
        retries: Retries = Retries(),  # noqa: B008 - frozen
    ) -> None:
        """Nothing is sent yet; see `Client`."""
        self._http = httpx2.AsyncClient(**options(url, key=key, tls=tls))
        self._retries = retries
        self._keys = PublishedKeys()

    async def enrol(
        self, *, samples: Sequence[bytes], consent: Consent, idempotency_key: str | None = None
    ) -> Enrolled:
        """Enrol a person who is there and agrees; see `Client.enrol`."""
        return await self._do(_calls.enrol(samples=samples, consent=consent, key=idempotency_key))

    async def show(self, enrolment_id: UUID) -> EnrolmentState:
        """Whether an enrolment is active, and its days."""
        return await self._do(_calls.show(enrolment_id))

    async def verify(
        self,
        *,
        enrolment_id: UUID,
        claim: Claim,
        probes: Sequence[bytes],
        purpose: str,
        transaction: Mapping[str, Any] | None = None,
        nonce: str | None = None,
        audience: str | None = None,
        terminal: str | None = None,
        idempotency_key: str | None = None,
    ) -> Verified:
        """Is this the person who enrolled? See `Client.verify`."""
        call = _calls.verify(
            enrolment_id=enrolment_id,
            claim=claim,
            probes=probes,
            purpose=purpose,
            transaction=transaction,
            nonce=nonce,
            audience=audience,
            terminal=terminal,
            key=idempotency_key,
        )
        return await self._do(call)

    async def renew(
        self,
        *,
        enrolment_id: UUID,
        claim: Claim,
        probes: Sequence[bytes],
        terminal: str | None = None,
        idempotency_key: str | None = None,
    ) -> Claim:
        """A new claim for who matches; see `Client.renew`."""
        call = _calls.renew(
            enrolment_id=enrolment_id,
            claim=claim,
            probes=probes,
            terminal=terminal,
            key=idempotency_key,
        )
        return await self._do(call)

    async def enable(self, enrolment_id: UUID, *, idempotency_key: str | None = None) -> None:
        """After attended recovery, let attempts through again."""
        await self._do(_calls.enable(enrolment_id, key=idempotency_key))

    async def forget(self, enrolment_id: UUID, *, idempotency_key: str | None = None) -> None:
        """Delete everything of an enrolment, at once and for good."""
        await self._do(_calls.forget(enrolment_id, key=idempotency_key))

    async def withdraw_consent(
        self, consent_id: UUID, *, idempotency_key: str | None = None
    ) -> None:
        """From now on, nothing is verified under it."""
        await self._do(_calls.withdraw(consent_id, key=idempotency_key))

    async def checkpoint(self) -> bytes:
        """The log's last checkpoint, a signed note; keep it where the service cannot change it."""
        return await self._do(_calls.checkpoint())

    async def log_entries(self, *, start: int = 0, limit: int = 1000) -> tuple[LogEntry, ...]:
        """Leaves of the log, from one place on; 1,000 at most."""
        return await self._do(_calls.entries(start=start, limit=limit))

    async def prove_inclusion(self, leaf: bytes) -> InclusionProof:
        """That a receipt's leaf is in the log."""
        return await self._do(_calls.prove_inclusion(leaf))

    async def prove_extension(self, *, since: int) -> ConsistencyProof:
        """That the log only grew since an older checkpoint's size."""
        return await self._do(_calls.prove_extension(since=since))

    async def check_receipt(
        self,
        receipt: str,
        *,
        audience: str,
        nonce: str | None,
        transaction: Mapping[str, Any] | None,
        issuer: str = "visavis/default",
        expected: Outcome = Outcome.MATCH,
    ) -> Receipt:
        """What a receipt says, if it is genuine; see `Client.check_receipt`."""
        wanted = Expected(
            issuer=issuer,
            audience=audience,
            nonce=nonce,
            transaction=transaction,
            outcome=expected,
        )
        if self._keys.old() or (checked := self._keys.check(receipt, wanted)) is None:
            self._keys.put(await self._do(_calls.key_set()))
            checked = self._keys.require(receipt, wanted)
        return checked

    async def require_ready(self) -> None:
        """Return if the service can do something."""
        await self._do(_calls.ready())

    async def version(self) -> str:
        """Which visavis the service is."""
        return await self._do(_calls.version())

    async def close(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def _do(self, call: Call[_T]) -> _T:
        tried = 0
        while True:
            tried += 1
            try:
                return answered(call, await self._http.request(**call.arguments()))
            except (Error, httpx2.RequestError) as error:
                pause = pause_after(error, tried=tried, retries=self._retries)
            await asyncio.sleep(pause)
