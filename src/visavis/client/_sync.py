"""The client for programs with threads."""

from __future__ import annotations

import time
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

__all__ = ["Client"]

_T = TypeVar("_T")


class Client:
    """Speaks to one service. It may be shared by threads; close it, or use it as a context.

    Every method raises the errors of `visavis.errors` that the service answers with; beside them
    `ServiceUnreachable` when no answer came, `ServiceAnswerInvalid` for one that is none. Where
    asking again is safe, that was done before.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        tls: ssl.SSLContext | None = None,
        retries: Retries = Retries(),  # noqa: B008 - frozen
    ) -> None:
        """Nothing is sent yet.

        Args:
            url: the service's address, ``https://``; ``http://`` to this very machine only.
            key: an API key or an access token; whoever only checks receipts needs none.
            tls: for authorities of one's own, or a client certificate.
            retries: the patience.

        Raises:
            InputInvalid: the address is none that is called.
        """
        self._http = httpx2.Client(**options(url, key=key, tls=tls))
        self._retries = retries
        self._keys = PublishedKeys()

    def enrol(
        self, *, samples: Sequence[bytes], consent: Consent, idempotency_key: str | None = None
    ) -> Enrolled:
        """Enrol a person who is there and agrees.

        Args:
            samples: contents of 1 to 5 picture files; two or three different ones are advised.
            consent: what they agreed to.
            idempotency_key: for a caller who may ask again after a restart of its own; by default
                a random one, for the tries of this call.
        """
        return self._do(_calls.enrol(samples=samples, consent=consent, key=idempotency_key))

    def show(self, enrolment_id: UUID) -> EnrolmentState:
        """Whether an enrolment is active, and its days."""
        return self._do(_calls.show(enrolment_id))

    def verify(
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
        """Is this the person who enrolled? A non-match is a result, not an error.

        Args:
            enrolment_id: the one that is kept beside the account concerned.
            claim: what the holder carries.
            probes: contents of 1 to 5 picture files of the person who is here.
            purpose: what for; the holder has consented to it.
            transaction: what is confirmed; the receipt carries its salted hash.
            nonce: repeated in the receipt; use each once.
            audience: who shall rely on the receipt.
            terminal: where this is; failures are counted by it, too.
            idempotency_key: as for `enrol`.
        """
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
        return self._do(call)

    def renew(
        self,
        *,
        enrolment_id: UUID,
        claim: Claim,
        probes: Sequence[bytes],
        terminal: str | None = None,
        idempotency_key: str | None = None,
    ) -> Claim:
        """A new claim for who matches; the old one works until the new one's first use.

        It is an attempt, as `verify`. Asked again with the same key, it is done once more, and the
        claim before is void.
        """
        call = _calls.renew(
            enrolment_id=enrolment_id,
            claim=claim,
            probes=probes,
            terminal=terminal,
            key=idempotency_key,
        )
        return self._do(call)

    def enable(self, enrolment_id: UUID, *, idempotency_key: str | None = None) -> None:
        """After attended recovery, let attempts through again."""
        self._do(_calls.enable(enrolment_id, key=idempotency_key))

    def forget(self, enrolment_id: UUID, *, idempotency_key: str | None = None) -> None:
        """Delete everything of an enrolment, at once and for good."""
        self._do(_calls.forget(enrolment_id, key=idempotency_key))

    def withdraw_consent(self, consent_id: UUID, *, idempotency_key: str | None = None) -> None:
        """From now on, nothing is verified under it."""
        self._do(_calls.withdraw(consent_id, key=idempotency_key))

    def checkpoint(self) -> bytes:
        """The log's last checkpoint, a signed note; keep it where the service cannot change it."""
        return self._do(_calls.checkpoint())

    def log_entries(self, *, start: int = 0, limit: int = 1000) -> tuple[LogEntry, ...]:
        """Leaves of the log, from one place on; 1,000 at most."""
        return self._do(_calls.entries(start=start, limit=limit))

    def prove_inclusion(self, leaf: bytes) -> InclusionProof:
        """That a receipt's leaf is in the log."""
        return self._do(_calls.prove_inclusion(leaf))

    def prove_extension(self, *, since: int) -> ConsistencyProof:
        """That the log only grew since an older checkpoint's size."""
        return self._do(_calls.prove_extension(since=since))

    def check_receipt(
        self,
        receipt: str,
        *,
        audience: str,
        nonce: str | None,
        transaction: Mapping[str, Any] | None,
        issuer: str = "visavis/default",
        expected: Outcome = Outcome.MATCH,
    ) -> Receipt:
        """What a receipt says, if it is genuine and for this very question.

        With the keys that the service publishes, which are kept for an hour. Accept each
        ``receipt_id`` once.

        Args:
            receipt: the text.
            audience: who asks.
            nonce: what the question carried; None if it carried none.
            transaction: what was to be confirmed; likewise.
            issuer: whose answer is wanted, ``visavis/`` and the institution.
            expected: what it must say.

        Raises:
            Error: ``receipt.*``.
        """
        wanted = Expected(
            issuer=issuer,
            audience=audience,
            nonce=nonce,
            transaction=transaction,
            outcome=expected,
        )
        if self._keys.old() or (checked := self._keys.check(receipt, wanted)) is None:
            self._keys.put(self._do(_calls.key_set()))
            checked = self._keys.require(receipt, wanted)
        return checked

    def require_ready(self) -> None:
        """Return if the service can do something."""
        self._do(_calls.ready())

    def version(self) -> str:
        """Which visavis the service is."""
        return self._do(_calls.version())

    def close(self) -> None:
        """Close every connection."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _do(self, call: Call[_T]) -> _T:
        tried = 0
        while True:
            tried += 1
            try:
                return answered(call, self._http.request(**call.arguments()))
            except (Error, httpx2.RequestError) as error:
                pause = pause_after(error, tried=tried, retries=self._retries)
            time.sleep(pause)
