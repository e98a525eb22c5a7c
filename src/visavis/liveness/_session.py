"""A liveness session as a pure state machine: no clock, no store, no random numbers of its own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Self

from visavis.errors import InputInvalid, LivenessExpired, LivenessFinished
from visavis.liveness._challenge import Challenge, Colour, Mode, Turn

if TYPE_CHECKING:
    from uuid import UUID

__all__ = ["LIFETIME", "Session", "SessionState"]

LIFETIME: Final = timedelta(minutes=3)
"""From opening to outcome: three times what a slow person needs; as Amazon's Face Liveness."""


class SessionState(StrEnum):
    """Where a session stands. The last four are final."""

    OPEN = "open"
    CHALLENGED = "challenged"
    PASSED = "passed"
    FAILED = "failed"
    ABANDONED = "abandoned"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Session:
    """One try to show that a living person is there; it serves once. Its ``repr`` hides the nonce.

    Each method returns the session that follows, to be stored in place of this one before anything
    is told to the page (compare the state that is replaced: two answers at once are one too many).
    Every field can be stored as it is.

    Attributes:
        session_id: random.
        subject: what it is bound to before a challenge exists: the enrolment's id or the
            comparison's. Its outcome counts for nothing else.
        mode: with or without flashing colours.
        opened: when, with a time zone.
        state: where it stands.
        nonce: what the challenge is derived from; None before there is one. Secret until every
            step is revealed.
        revealed: seconds from `opened` at which each step was shown, in order.
        ended: seconds from `opened` at which the last step was over; None before.
    """

    session_id: UUID
    subject: str
    mode: Mode
    opened: datetime
    state: SessionState = SessionState.OPEN
    nonce: bytes | None = field(default=None, repr=False)
    revealed: tuple[float, ...] = ()
    ended: float | None = None

    def __post_init__(self) -> None:
        if self.opened.tzinfo is None:
            raise InputInvalid("the time a session was opened at needs a time zone")
        if not self.subject:
            raise InputInvalid("a session is bound to an enrolment or a comparison")

    @property
    def challenge(self) -> Challenge:
        """All that is asked for; the server's own, never to be sent as a whole.

        Raises:
            InputInvalid: there is none yet.
        """
        if self.nonce is None:
            raise InputInvalid("the session has no challenge yet")
        return Challenge.derive(self.nonce, subject=self.subject, mode=self.mode)

    @property
    def counts_as_failure(self) -> bool:
        """Whether it uses up an attempt: failed, abandoned (also before a challenge) or expired."""
        return self.state in (SessionState.FAILED, SessionState.ABANDONED, SessionState.EXPIRED)

    def challenged(self, nonce: bytes, *, now: datetime) -> Self:
        """Give it its nonce, from which the challenge follows.

        Args:
            nonce: 32 bytes from the operating system's generator, never used before.
            now: the time, with a time zone.

        Raises:
            LivenessExpired: more than `LIFETIME` after it was opened.
            LivenessFinished: it has its outcome already.
            InputInvalid: it has a nonce already, or this one has another length.
        """
        self._elapsed(now)
        if self.state is not SessionState.OPEN:
            raise InputInvalid("the session has its challenge already")
        Challenge.derive(nonce, subject=self.subject, mode=self.mode)
        return replace(self, state=SessionState.CHALLENGED, nonce=nonce)

    def reveal(self, *, now: datetime) -> tuple[Self, Colour | Turn]:
        """The next step, to be shown at once.

        Raises:
            LivenessExpired, LivenessFinished: as `challenged`.
            InputInvalid: there is no challenge, no step is left, or the clock went back.
        """
        elapsed = self._elapsed(now)
        steps = self.challenge.steps
        if len(self.revealed) == len(steps):
            raise InputInvalid("every step was revealed")
        self._check_forward(elapsed)
        return replace(self, revealed=(*self.revealed, elapsed)), steps[len(self.revealed)]

    def end(self, *, now: datetime) -> Self:
        """The last step is over; what is shown after this time is not part of the challenge.

        Raises:
            LivenessExpired, LivenessFinished: as `challenged`.
            InputInvalid: a step was not revealed, it was ended before, or the clock went back.
        """
        elapsed = self._elapsed(now)
        if len(self.revealed) < len(self.challenge.steps) or self.ended is not None:
            raise InputInvalid("a session ends once, after its last step")
        self._check_forward(elapsed)
        return replace(self, ended=elapsed)

    def settled(self, *, passed: bool, now: datetime) -> Self:
        """Its outcome.

        Raises:
            LivenessExpired, LivenessFinished: as `challenged`.
            InputInvalid: it passed without having ended.
        """
        self._elapsed(now)
        if passed and self.ended is None:
            raise InputInvalid("a session that has not ended cannot have passed")
        return replace(self, state=SessionState.PASSED if passed else SessionState.FAILED)

    def abandoned(self, *, now: datetime) -> Self:
        """Close it without an outcome: the page is gone, or its time is over.

        Raises:
            LivenessFinished: it has its outcome already.
        """
        try:
            self._elapsed(now)
        except LivenessExpired:
            return replace(self, state=SessionState.EXPIRED)
        return replace(self, state=SessionState.ABANDONED)

    def _elapsed(self, now: datetime) -> float:
        """Seconds since it was opened, if it may still be used."""
        if self.state not in (SessionState.OPEN, SessionState.CHALLENGED):
            raise LivenessFinished(f"the session has {self.state} already")
        age = now - self.opened
        if age > LIFETIME:
            raise LivenessExpired(f"a session lasts {LIFETIME.seconds} seconds")
        return age.total_seconds()

    def _check_forward(self, elapsed: float) -> None:
        if elapsed < (self.revealed[-1] if self.revealed else 0.0):
            raise InputInvalid("the clock went back")
