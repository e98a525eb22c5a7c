"""Verification of a claim: an attempt in two phases, and a leaf for whatever comes out of it.

First an attempt is reserved and committed. Then the record is opened and compared. Then outcome and
leaf are stored in one transaction, and only then is there an answer. A claim that is unknown,
forgotten, another institution's, not that of the expected enrolment, or without consent goes the
same way, with a random enrolment_id and the decoy's record, and is refused at the end.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from visavis._stages import stage
from visavis.comparison import ATTENDED, Outcome
from visavis.errors import (
    EnrolmentDelayed,
    EnrolmentDisabled,
    Error,
    SealingRefused,
    StoreConflict,
    TerminalDelayed,
    VerificationRefused,
)
from visavis.receipts import Question, StatedPoint, Statement
from visavis.records import (
    AttemptLimits,
    Begun,
    Delayed,
    Disabled,
    Presented,
    Reserved,
    Settlement,
    accept_attempt,
    append_leaf,
    begin_at_once,
    begin_attempt,
    complete_renewal,
    reject_attempt,
    settle_at_once,
)
from visavis.sealing import unseal
from visavis.transparency import Event, EventKind, Opening
from visavis.verifier._shown import UNATTESTED, Shown
from visavis.verifier._verification import Verification

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from visavis.comparison import Decision, Profile
    from visavis.records import StoredRecord, Transaction
    from visavis.sealing import Claim
    from visavis.verifier._comparison import Comparison
    from visavis.verifier._once import Once
    from visavis.verifier._vault import Vault

__all__ = ["Accepted", "Attempt", "attempt_limits", "refused"]

_MATCH = Outcome.MATCH.name.lower()  # in the log
_NO_CONSENT = "consent.missing"  # for the log; the caller is told nothing but that it is refused


Accepted = Callable[["Transaction", "StoredRecord", bytes, "Decision"], None]
"""What else is to be stored with a match: given the record, its reference, and the decision."""

_Then = Callable[["Transaction"], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt at a claim.

    Attributes:
        vault: where.
        profile: what must be satisfied.
        purpose: what for, as it stands in the log.
        consented: the purpose that the holder must have consented to; None where any consent that
            still holds will do.
        claim: whose reference.
        enrolment_id: the one expected, or None.
        terminal: the institution's word for where the attempt is made, or None.
        question: what the receipt answers to; None where none is wanted.
        once: the request, where it is to be done once however often it is made.
        shown: what the receipt says of how the probes came.
    """

    vault: Vault
    profile: Profile
    purpose: str
    consented: str | None
    claim: Claim = field(repr=False)
    enrolment_id: UUID | None
    terminal: str | None
    question: Question | None = None
    once: Once | None = None
    shown: Shown = field(default_factory=Shown)

    def decide(self, comparison: Comparison, *, accepted: Accepted | None = None) -> Verification:
        """Reserve, compare, settle.

        Args:
            comparison: of the probes.
            accepted: stores more in the transaction that makes a match count.

        Raises:
            Error: as ``Verifier.verify``.
        """
        return self.settle(*self.begin(), comparison, accepted=accepted)

    def settle(
        self,
        begun: Begun,
        denial: Event,
        comparison: Comparison,
        *,
        accepted: Accepted | None = None,
    ) -> Verification:
        """Compare and settle what was begun.

        Raises:
            Error: as `decide`.
        """
        reserved, record = begun.answer, begun.record
        if record is None or not isinstance(reserved, Reserved):
            with stage("open"):
                self.vault.decoy.open()
            with stage("decide"):
                comparison.spend()
            raise self._fail(self._nobodys(), denial, refused())
        try:
            with stage("open"):
                encoded = unseal(
                    record.sealed,
                    claim=self.claim,
                    key_ring=self.vault.key_ring,
                    binding=record.binding,
                )
            with stage("decide"):
                decision = comparison.decide(record, encoded)
        except Error as error:
            told = refused() if isinstance(error, SealingRefused) else error
            raise self._fail(reserved, replace(denial, reason=error.code), told) from None

        decided = replace(
            denial,
            kind=EventKind.VERIFICATION_DECIDED,
            reason=None,
            outcome=decision.outcome.name.lower(),
            model_digest=bytes.fromhex(decision.model),
        )

        def then(t: Transaction) -> None:
            self._complete(t, record)
            if accepted is not None:
                accepted(t, record, encoded, decision)

        verified = partial(self._verified, decision, enrolment_id=reserved.enrolment_id)
        more = record.pending or accepted is not None
        try:
            verification = self._settle(
                reserved,
                decided,
                denial,
                then=then if more else None,
                verified=verified,
                claimed=accepted is not None,
            )
        except StoreConflict:
            if not record.pending:
                raise
            # Another renewal took this one's place meanwhile.
            raise self._fail(reserved, denial, refused()) from None
        if verification is None:
            raise refused()
        return verification

    def give_up(self, begun: Begun, denial: Event, *, reason: str) -> None:
        """End what was begun without a comparison, and log why.

        Raises:
            Error: ``store.*``; it stays reserved, and is swept up as abandoned.
        """
        known = isinstance(begun.answer, Reserved)
        reserved = begun.answer if isinstance(begun.answer, Reserved) else self._nobodys()
        self._fail(reserved, replace(denial, reason=reason) if known else denial, refused())

    def begin(self, *, lasting: bool = False) -> tuple[Begun, Event]:
        """Count the attempt; return what came of it, and what to log if it fails.

        Args:
            lasting: whether it is on the disk when this returns, not only before its answer:
                where a person is told something between the two.

        Raises:
            EnrolmentDelayed, EnrolmentDisabled, TerminalDelayed: nothing may be compared now.
        """
        now = self.vault.clock()
        presented = Presented(
            institution=self.vault.institution,
            locator=self.claim.locator(institution=self.vault.institution),
            enrolment_id=self.enrolment_id,
            purpose=self.consented,
            terminal=self.terminal,
        )
        if self.once is None and not lasting:
            at_once = begin_at_once(self.vault.store, presented, limits=self._limits, now=now)
            if at_once is not None:
                return at_once, self._denial(at_once)
        with self.vault.store.transaction() as t:
            if self.once is not None:
                self.once.begin_again(t, now=now)
            begun = begin_attempt(t, presented, limits=self._limits, now=now)
            denial, error = self._denial(begun), None
            if isinstance(begun.answer, Delayed | Disabled):
                error = _error_of(begun.answer)
                append_leaf(t, replace(denial, reason=error.code), on=_day(now))
                if isinstance(begun.answer, Disabled) and begun.answer.newly:
                    append_leaf(t, _disabled(denial), on=_day(now))
                if self.once is not None:
                    self.once.drop(t)
        if error is not None:
            raise error
        return begun, denial

    def _denial(self, begun: Begun) -> Event:
        without_consent = begun.record is None and begun.enrolment_id is not None
        return Event(
            kind=EventKind.VERIFICATION_DENIED,
            institution=self.vault.institution,
            enrolment_id=begun.enrolment_id,
            purpose=self.purpose,
            profile=self.profile.name,
            reason=_NO_CONSENT if without_consent else VerificationRefused.code,
        )

    def _nobodys(self) -> Reserved:
        """An attempt that is not there, so that settling it takes as long."""
        return Reserved(
            institution=self.vault.institution, enrolment_id=uuid.uuid4(), attempt_id=uuid.uuid4()
        )

    def _fail(self, reserved: Reserved, denial: Event, told: Error) -> Error:
        """End an attempt in which nothing was decided, and log why; returns what to raise."""
        now = self.vault.clock()
        with self.vault.store.transaction() as t:
            settlement = reject_attempt(t, reserved, limits=self._limits, now=now)
            append_leaf(t, denial, on=_day(now))
            if settlement is Settlement.DISABLED:
                append_leaf(t, _disabled(denial), on=_day(now))
            if self.once is not None:
                self.once.finish(t, told)
        return told

    def _settle(
        self,
        reserved: Reserved,
        decided: Event,
        denial: Event,
        *,
        then: _Then | None,
        verified: Callable[[bytes], Verification],
        claimed: bool,
    ) -> Verification | None:
        """End a decided attempt and log it: a match is accepted, everything else has failed.

        Args:
            reserved: the attempt.
            decided: what to log.
            denial: what to log where the attempt is void.
            then: what to store beside a match, where there is more.
            verified: the answer, given the leaf.
            claimed: whether a match is answered with a claim, which is not kept.

        Returns:
            The answer; None where the attempt was void, and there is no outcome.
        """
        match = decided.outcome == _MATCH
        if self.once is None and (then is None or not match):
            opening = Opening.of(decided)
            if settle_at_once(
                self.vault.store,
                reserved,
                opening,
                settlement=Settlement.ACCEPTED if match else Settlement.FAILED,
                limits=self._limits,
                now=self.vault.clock(),
            ):
                return verified(opening.leaf)
        now = self.vault.clock()
        with self.vault.store.transaction() as t:
            settle = accept_attempt if match else reject_attempt
            settlement = settle(t, reserved, limits=self._limits, now=now)
            if settlement is Settlement.ACCEPTED and then is not None:
                then(t)
            void = settlement is Settlement.VOID
            leaf = append_leaf(t, denial if void else decided, on=_day(now))
            if settlement is Settlement.DISABLED:
                append_leaf(t, _disabled(decided), on=_day(now))
            verification = None if void else verified(leaf)
            if self.once is not None and claimed and settlement is Settlement.ACCEPTED:
                self.once.finish_claimed(t, reserved.enrolment_id)
            elif self.once is not None:
                self.once.finish(t, refused() if verification is None else verification)
        return verification

    def _complete(self, t: Transaction, record: StoredRecord) -> None:
        """The first use of a new claim ends the old one."""
        if record.pending:
            complete_renewal(t, record)
            renewed = Event(
                kind=EventKind.ENROLMENT_RENEWED,
                institution=self.vault.institution,
                enrolment_id=record.binding.enrolment_id,
                record_digest=record.sealed.digest,
            )
            append_leaf(t, renewed, on=_day(self.vault.clock()))

    def _verified(self, decision: Decision, leaf: bytes, *, enrolment_id: UUID) -> Verification:
        """The answer. It leaves when its leaf is stored."""
        receipt = None
        if self.vault.receipts is not None and self.question is not None:
            statement = Statement(
                outcome=decision.outcome,
                enrolment_id=enrolment_id,
                purpose=self.purpose,
                profile=self.profile.name,
                point=StatedPoint.of(decision.operating_point),
                model=decision.model,
                liveness=self.shown.liveness,
                channel=self.shown.channel or self._channel,
                leaf=leaf,
            )
            receipt = self.vault.receipts.issue(statement, self.question, now=self.vault.clock())
        return Verification(
            decision=decision,
            enrolment_id=enrolment_id,
            leaf=leaf,
            purpose=self.purpose,
            profile=self.profile.name,
            receipt=receipt,
        )

    @property
    def _channel(self) -> str:
        return ATTENDED.name if self.profile is ATTENDED else UNATTESTED

    @property
    def _limits(self) -> AttemptLimits:
        return attempt_limits(self.profile)


@lru_cache(maxsize=16)
def attempt_limits(profile: Profile) -> AttemptLimits:
    """The profile's limits, as the records take them."""
    return AttemptLimits(
        free=profile.free,
        disabled_at=profile.disabled_at,
        window=profile.window,
        terminal=profile.terminal,
        first_delay=profile.first_delay,
        longest_delay=profile.longest_delay,
        timeout=profile.timeout,
    )


def _disabled(event: Event) -> Event:
    return Event(
        kind=EventKind.ENROLMENT_DISABLED,
        institution=event.institution,
        enrolment_id=event.enrolment_id,
    )


def _error_of(answer: Delayed | Disabled) -> Error:
    if isinstance(answer, Disabled):
        return EnrolmentDisabled("the enrolment is disabled until somebody has looked at it")
    seconds = math.ceil(answer.retry_after.total_seconds())
    kind = TerminalDelayed if answer.by_terminal else EnrolmentDelayed
    return kind(
        f"too many attempts failed; try again in {seconds} seconds", retry_after=answer.retry_after
    )


def refused() -> VerificationRefused:
    """What is said of a claim of which nothing is said."""
    return VerificationRefused("this claim is not verified here")


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()
