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
from functools import partial
from typing import TYPE_CHECKING

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
    Delayed,
    Disabled,
    Reserved,
    Settlement,
    StoredRecord,
    accept_attempt,
    append_leaf,
    complete_renewal,
    find_consent,
    find_record,
    reject_attempt,
    reserve_attempt,
)
from visavis.sealing import unseal
from visavis.transparency import Event, EventKind
from visavis.verifier._verification import Verification

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from visavis.comparison import Decision, Profile
    from visavis.records import Transaction
    from visavis.sealing import Claim
    from visavis.verifier._comparison import Comparison
    from visavis.verifier._once import Once
    from visavis.verifier._vault import Vault

__all__ = ["UNATTESTED", "Accepted", "Attempt", "OpenAttempt", "Shown", "attempt_limits", "refused"]

_NO_CONSENT = "consent.missing"  # for the log; the caller is told nothing but that it is refused


UNATTESTED = "unattested"
"""A channel for whose camera nobody vouches, such as a browser's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a receipt says of how the probes came.

    Attributes:
        liveness: by which test the person was found to be there; ``none`` without one.
        channel: what the capture is known to be; None for what the profile makes of it.
    """

    liveness: str = "none"
    channel: str | None = None


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
        shown: what has shown that the person is there, and by which channel.
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
        return self._decide(*self.reserve(), comparison, accepted=accepted)

    def reserve(self) -> tuple[Reserved, StoredRecord | None, Event]:
        """Count the attempt; return it, the record to compare, and what to log if that fails.

        Raises:
            EnrolmentDelayed, EnrolmentDisabled, TerminalDelayed: nothing may be compared now.
        """
        return self._reserve(
            self._event(EventKind.VERIFICATION_DENIED, reason=VerificationRefused.code)
        )

    def _decide(
        self,
        reserved: Reserved,
        record: StoredRecord | None,
        denial: Event,
        comparison: Comparison,
        *,
        accepted: Accepted | None = None,
    ) -> Verification:
        if record is None:
            self.vault.decoy.open()
            comparison.spend()
            raise self._fail(reserved, denial, refused())
        try:
            encoded = unseal(
                record.sealed,
                claim=self.claim,
                key_ring=self.vault.key_ring,
                binding=record.binding,
            )
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

        match = decision.outcome is Outcome.MATCH
        verified = partial(self._verified, decision, enrolment_id=reserved.enrolment_id)
        try:
            verification = self._settle(
                reserved, decided, denial, then=then if match else None, verified=verified
            )
        except StoreConflict:
            if not record.pending:
                raise
            # Another renewal took this one's place meanwhile.
            raise self._fail(reserved, denial, refused()) from None
        if verification is None:
            raise refused()
        return verification

    def _reserve(self, denial: Event) -> tuple[Reserved, StoredRecord | None, Event]:
        """Count the attempt; return it, the record to compare, and what to log if that fails."""
        now, error = self.vault.clock(), None
        reserved = Reserved(
            institution=self.vault.institution, enrolment_id=uuid.uuid4(), attempt_id=uuid.uuid4()
        )
        with self.vault.store.transaction() as t:
            if self.once is not None:
                self.once.begin(t, now=now)
            record, denial = self._look_up(t, denial, stranger=reserved.enrolment_id, now=now)
            answer = reserve_attempt(
                t,
                self.vault.institution,
                reserved.enrolment_id if record is None else record.binding.enrolment_id,
                limits=self._limits,
                now=now,
                terminal=self.terminal,
            )
            if isinstance(answer, Delayed | Disabled):
                error = _error_of(answer)
                append_leaf(t, replace(denial, reason=error.code), on=_day(now))
                if isinstance(answer, Disabled) and answer.newly:
                    append_leaf(t, _disabled(denial), on=_day(now))
                if self.once is not None:
                    self.once.drop(t)
        if error is not None:
            raise error
        if isinstance(answer, Reserved):
            return answer, record, denial
        return reserved, None, denial

    def _look_up(
        self, t: Transaction, denial: Event, *, stranger: UUID, now: datetime
    ) -> tuple[StoredRecord | None, Event]:
        """The record that may be compared with, if there is one, and the denial if it fails.

        ``stranger`` is the random id that takes the place of one that there is not.
        """
        institution = self.vault.institution
        locator = self.claim.locator(institution=institution)
        record = find_record(t, institution, locator)
        if record is not None and self.enrolment_id not in (None, record.binding.enrolment_id):
            record = None
        known = stranger if record is None else record.binding.enrolment_id
        consent = find_consent(t, known, purpose=self.consented, on=_day(now))
        if record is None:
            return None, denial
        denial = replace(denial, enrolment_id=known)
        if consent is None:
            return None, replace(denial, reason=_NO_CONSENT)
        return record, denial

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
    ) -> Verification | None:
        """End a decided attempt and log it: a match is accepted, everything else has failed.

        Args:
            reserved: the attempt.
            decided: what to log.
            denial: what to log where the attempt is void.
            then: for a match, and only for one: what to store beside it.
            verified: the answer, given the leaf.

        Returns:
            The answer; None where the attempt was void, and there is no outcome.
        """
        now = self.vault.clock()
        with self.vault.store.transaction() as t:
            if then is None:
                settlement = reject_attempt(t, reserved, limits=self._limits, now=now)
            else:
                settlement = accept_attempt(t, reserved, limits=self._limits, now=now)
                if settlement is Settlement.ACCEPTED:
                    then(t)
            void = settlement is Settlement.VOID
            leaf = append_leaf(t, denial if void else decided, on=_day(now))
            if settlement is Settlement.DISABLED:
                append_leaf(t, _disabled(decided), on=_day(now))
            verification = None if void else verified(leaf)
            if self.once is not None:
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
                channel=self.shown.channel or _channel(self.profile),
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

    def _event(self, kind: EventKind, *, reason: str) -> Event:
        return Event(
            kind=kind,
            institution=self.vault.institution,
            purpose=self.purpose,
            profile=self.profile.name,
            reason=reason,
        )

    @property
    def _limits(self) -> AttemptLimits:
        return attempt_limits(self.profile)


@dataclass(frozen=True, slots=True)
class OpenAttempt:
    """An attempt that is reserved: it counts as failed until it is decided to be a match."""

    attempt: Attempt
    reserved: Reserved
    record: StoredRecord | None = field(repr=False)
    denial: Event = field(repr=False)

    @classmethod
    def of(cls, attempt: Attempt) -> OpenAttempt:
        """Reserve it.

        Raises:
            Error: as `Attempt.reserve`.
        """
        return cls(attempt, *attempt.reserve())

    def decide(self, comparison: Comparison, *, shown: Shown) -> Verification:
        """Compare and settle.

        Raises:
            Error: as `Attempt.decide`.
        """
        attempt = replace(self.attempt, shown=shown)
        return attempt._decide(self.reserved, self.record, self.denial, comparison)  # noqa: SLF001

    def fail(self, code: str) -> None:
        """End it without a comparison, and log why.

        Raises:
            Error: ``store.*``; it stays reserved, and is swept up as abandoned.
        """
        self.attempt._fail(  # noqa: SLF001
            self.reserved, replace(self.denial, reason=code), refused()
        )


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


def _channel(profile: Profile) -> str:
    return ATTENDED.name if profile is ATTENDED else UNATTESTED


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
