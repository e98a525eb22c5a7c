"""One session of the capture page: what it is for, how far it is, and what came of it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from visavis.errors import SessionUnready

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from visavis.receipts import Question
    from visavis.sealing import Claim
    from visavis.verifier import Capture, OpenVerification, Picture, Sample

__all__ = ["CaptureSession", "Kind", "Outcome", "Result", "State"]


class Kind(StrEnum):
    """What a session is for."""

    ENROLMENT = "enrolment"
    VERIFICATION = "verification"
    COMPARISON = "comparison"


class State(StrEnum):
    """How far a session is. The last three are final."""

    WAITING = "waiting"  # for the holder to open the link
    OPENED = "opened"
    FINISHED = "finished"
    ABANDONED = "abandoned"
    EXPIRED = "expired"


class Outcome(StrEnum):
    """All that the person in front of the camera is told."""

    PASSED = "passed"
    FAILED = "failed"


@dataclass(slots=True, kw_only=True)
class Result:
    """What came of a session.

    Attributes:
        outcome: for the person.
        code: for the institution's server: why it failed; None where it passed.
        claim: for the holder, once.
        enrolment_id: of an enrolment or a verification.
        consent_id: of an enrolment.
        receipt: of a verification, signed.
        probes: of a comparison, until the comparison takes them.
    """

    outcome: Outcome
    code: str | None = None
    claim: Claim | None = field(default=None, repr=False)
    enrolment_id: UUID | None = None
    consent_id: UUID | None = None
    receipt: str | None = field(default=None, repr=False)
    probes: tuple[Picture | Sample, ...] = field(default=(), repr=False)


@dataclass(slots=True, kw_only=True)
class CaptureSession:
    """A session. It lives in the memory of one process, and so do its pictures.

    Attributes:
        session_id: random.
        institution: whose; from the credential that opened it.
        kind: what it is for.
        purpose: what the enrolment or verification is for.
        wording: of the consent that an enrolment asks for.
        language: of this wording.
        enrolment_id: that a verification expects.
        claim: the holder's, where it is known already.
        question: audience, nonce and transaction of the receipt.
        terminal: where this is.
        return_url: where the page's last link leads.
        expires_at: until when it may be used.
        state: how far it is.
        consented: whether the holder has agreed to the wording.
        capture: the camera's pictures, once there are any.
        attempt: a verification's, reserved when the camera starts.
        result: at the end.
        busy: whether a camera or photographs are being looked at.
    """

    session_id: UUID
    institution: str
    kind: Kind
    purpose: str
    wording: str | None
    language: str
    enrolment_id: UUID | None
    claim: Claim | None = field(repr=False)
    question: Question = field(repr=False)
    terminal: str | None
    return_url: str | None
    expires_at: datetime
    state: State = State.WAITING
    consented: bool = False
    capture: Capture | None = field(default=None, repr=False)
    attempt: OpenVerification | None = field(default=None, repr=False)
    result: Result | None = None
    busy: bool = False

    @property
    def subject(self) -> str:
        """What its liveness session is bound to before there is a challenge."""
        return f"{self.kind}:{self.enrolment_id or self.session_id}"

    def clear(self) -> None:
        """Let go of what nobody may have any more: claims and pictures."""
        self.claim = self.capture = None
        if self.result is not None:
            self.result.claim, self.result.probes = None, ()

    @property
    def ready(self) -> bool:
        """Whether the camera may start: consent is given, the claim is known."""
        if self.kind is Kind.ENROLMENT:
            return self.consented
        return self.kind is Kind.COMPARISON or self.claim is not None

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """One camera or one set of photographs at a time: a session has one outcome.

        Raises:
            SessionUnready: it is not that far, over, or another window is at it.
        """
        if not self.ready or self.state is not State.OPENED or self.busy:
            raise SessionUnready("the session is not that far, over, or open in another window")
        self.busy = True
        try:
            yield
        finally:
            self.busy = False
