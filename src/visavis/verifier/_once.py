"""Requests that are done once, however often they are made (``Idempotency-Key``)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from visavis.errors import Error, IdempotencyInProgress, InputInvalid
from visavis.records import (
    KeptAnswer,
    RequestMark,
    begin_answer,
    drop_answer,
    find_answer,
    finish_answer,
    reopen_answer,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from visavis.records import Transaction
    from visavis.sealing import ServerSecret
    from visavis.verifier._vault import Vault
    from visavis.verifier._verification import Verification

__all__ = ["Once"]

_MAX_KEY = 255  # characters of an Idempotency-Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """Give it to a use case that writes, and the use case is done once for this key and body.

    Attributes:
        mark: what the request is recognised by.
        render: what to keep as the answer, given what the use case answered: a `Verification` (of
            a renewal, a non-match), an error, or None where it returns nothing. Never asked about
            a claim: those are not kept.
    """

    mark: RequestMark
    render: Callable[[Verification | Error | None], bytes] = field(repr=False)

    @classmethod
    def of(
        cls,
        secret: ServerSecret,
        *,
        credential_id: UUID,
        key: str,
        body: bytes,
        render: Callable[[Verification | Error | None], bytes],
    ) -> Self:
        """A request with this ``Idempotency-Key``.

        Args:
            secret: the server's; the store keeps HMACs under it and nothing else of key and body.
            credential_id: whose key it is; other callers' keys are other keys.
            key: 1 to 255 printable ASCII characters.
            body: what is asked: route and body, in one form only.
            render: see `Once`.

        Raises:
            InputInvalid: the key is none.
        """
        if not (0 < len(key) <= _MAX_KEY and key.isascii() and key.isprintable()):
            raise InputInvalid(f"an Idempotency-Key is 1 to {_MAX_KEY} printable ASCII characters")
        mark = RequestMark(
            key=secret.fingerprint(b"key", credential_id.bytes, key.encode()),
            body=secret.fingerprint(b"body", body),
        )
        return cls(mark=mark, render=render)

    def answered(self, vault: Vault) -> bytes | None:
        """What the request was answered with before; ask this first.

        None for a new request, for one that was abandoned, and for one that was answered with a
        claim which nobody has used: do it (again).

        Raises:
            IdempotencyConflict: the key came with another body.
            IdempotencyInProgress: it is being worked on.
            IdempotencySpent: it is not answered again.
        """
        with vault.store.snapshot() as s:
            kept = find_answer(s, self.mark, now=vault.clock())
        return None if kept is None else kept.answer

    def begin(self, t: Transaction, *, now: datetime) -> KeptAnswer | None:
        """Claim the key, in the transaction in which the request begins.

        Returns:
            None for a new request; for one that was answered with a claim, whose.

        Raises:
            IdempotencyConflict, IdempotencyInProgress, IdempotencySpent: nothing is to be done.
        """
        kept = begin_answer(t, self.mark, now=now)
        if kept is not None and kept.answer is not None:
            raise IdempotencyInProgress("the request was answered in this very moment; ask again")
        return kept

    def begin_again(self, t: Transaction, *, now: datetime) -> None:
        """The same; a request that was answered with a claim is from now on being worked on.

        For a use case that ends in another transaction.

        Raises:
            IdempotencyConflict, IdempotencyInProgress, IdempotencySpent: as `begin`.
        """
        if self.begin(t, now=now) is not None:
            reopen_answer(t, self.mark, now=now)

    def finish(self, t: Transaction, answer: Verification | Error | None) -> None:
        """Keep the answer, in the transaction in which the request ends."""
        enrolment_id = getattr(answer, "enrolment_id", None)
        finish_answer(t, self.mark, answer=self.render(answer), enrolment_id=enrolment_id)

    def finish_claimed(self, t: Transaction, enrolment_id: UUID) -> None:
        """Keep that there is a claim for this enrolment, and nothing of it."""
        finish_answer(t, self.mark, answer=None, enrolment_id=enrolment_id)

    def drop(self, t: Transaction) -> None:
        """Nothing was done, and the same request may be made again."""
        drop_answer(t, self.mark)
