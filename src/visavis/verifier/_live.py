"""A capture with liveness: pictures of a camera in, advice and the challenge's steps out.

Whoever drives it (a socket, a test) gives it each picture as it arrives, and asks for the next step
when the one before has lasted long enough. Pictures are held in memory until the capture is judged,
and then are gone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from visavis.errors import Error, InputInvalid, OperatingPointAbsent
from visavis.extraction import ENROL_GATES, VERIFY_GATES
from visavis.liveness import Liveness, assess, choose_frames, session_frames

if TYPE_CHECKING:
    from datetime import datetime

    from visavis.extraction import Box, Chain
    from visavis.liveness import Colour, Observation, Session, Turn
    from visavis.quality import GateSet
    from visavis.verifier._verifier import Verifier

__all__ = [
    "COLOUR_SECONDS",
    "LEAD_SECONDS",
    "TURN_SECONDS",
    "Capture",
    "Judgement",
    "Look",
    "start_capture",
]

LEAD_SECONDS: Final = 0.8
"""White before the first colour: the light test looks at half a second of it."""

COLOUR_SECONDS: Final = 0.5
"""Of each colour: five pictures at ten a second, and two changes a second, fewer than the three
flashes that WCAG 2.2 (2.3.1) allows."""

TURN_SECONDS: Final = 2.2
"""Of each turn: there and back without haste."""

READY_SECONDS: Final = 1.0
"""So long must a face be well placed before the challenge begins."""

MOST_PICTURES: Final = 1200
"""Of one capture: a minute and more at sixteen a second. Only the challenge's are held."""

_NO_PICTURE: Final = ("image.", "process.")
"""Errors that are no advice to the person: what came is no picture, or we failed."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is told to the person after a picture.

    Attributes:
        problem: what is wrong with it; None where it is good.
        box: left, top, width and height of the face as shares of the picture; None without one.
        ready: whether the face has been well placed for long enough.
    """

    problem: Error | None
    box: Box | None
    ready: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of a capture.

    Attributes:
        liveness: passed or not, and why, for the operator.
        probes: pictures of the same stream, as they came, seen from the front; empty where it did
            not pass.
    """

    liveness: Liveness
    probes: tuple[bytes, ...] = field(repr=False)


@dataclass(slots=True)
class Capture:
    """One capture. Not to be shared by threads at once.

    Attributes:
        session: the liveness session, bound to what it is for.
        chain: finds and embeds faces.
        gates: which faces are good enough.
        same_person: as for ``assess``.
        same_person_turned: as for ``assess``.
    """

    session: Session
    chain: Chain = field(repr=False)
    gates: GateSet = field(repr=False)
    same_person: float
    same_person_turned: float
    _good_since: float | None = field(default=None, init=False, repr=False)
    _pictures: int = field(default=0, init=False, repr=False)
    _held: list[tuple[Observation, bytes]] = field(default_factory=list, init=False, repr=False)

    def look(self, picture: bytes, *, at: datetime) -> Look:
        """See one picture.

        Before the challenge it is gated as a sample would be, and forgotten. During the challenge
        it is measured and held.

        Args:
            picture: a JPEG, PNG or WebP file's content.
            at: when it was taken, on the server's clock.

        Raises:
            InputInvalid: too many pictures.
            Error: ``image.*``: it is none.
        """
        self._pictures += 1
        if self._pictures > MOST_PICTURES:
            raise InputInvalid(f"a capture takes {MOST_PICTURES} pictures at most")
        time = self._time(at)
        if self.session.nonce is not None:
            return self._hold(picture, time=time)
        try:
            box = self.chain.placed(picture, gates=self.gates)
        except Error as error:
            if error.code.startswith(_NO_PICTURE):
                raise
            self._good_since = None
            return Look(problem=error, box=None, ready=False)
        if self._good_since is None:
            self._good_since = time
        ready = time - self._good_since >= READY_SECONDS
        return Look(problem=None, box=box, ready=ready)

    def begin(self, nonce: bytes, *, now: datetime) -> None:
        """Give the session its nonce; the screen is white from now on.

        Raises:
            LivenessExpired, LivenessFinished, InputInvalid: as ``Session.challenged``.
        """
        self.session = self.session.challenged(nonce, now=now)

    def reveal(self, *, now: datetime) -> Colour | Turn | None:
        """The next step of the challenge; None where the last one is over now.

        Raises:
            LivenessExpired, LivenessFinished, InputInvalid: as ``Session.reveal``.
        """
        if len(self.session.revealed) == len(self.session.challenge.steps):
            self.session = self.session.end(now=now)
            return None
        self.session, step = self.session.reveal(now=now)
        return step

    def judge(self, *, now: datetime) -> Judgement:
        """Test what was held, and settle the session. The pictures are forgotten.

        Raises:
            LivenessExpired, LivenessFinished: as ``Session.settled``.
            InputInvalid: the challenge is not over.
        """
        held, self._held = self._held, []
        session = self.session
        if session.ended is None:
            raise InputInvalid("the challenge is not over")
        shown, ended = session.revealed, session.ended
        belonging = set(session_frames([seen for seen, _ in held], shown=shown, ended=ended))
        held = [(seen, picture) for seen, picture in held if seen in belonging]
        observations = [seen for seen, _ in held]
        chosen = choose_frames(observations, challenge=session.challenge, shown=shown, ended=ended)
        pictures = {place: held[place][1] for place in chosen.all}
        embeddings = self.chain.frames(list(pictures.values()))
        liveness = assess(
            observations,
            challenge=session.challenge,
            shown=shown,
            ended=ended,
            embeddings=dict(zip(pictures, embeddings, strict=True)),
            same_person=self.same_person,
            same_person_turned=self.same_person_turned,
        )
        self.session = session.settled(passed=liveness.passed, now=now)
        probes = liveness.probes if liveness.passed else ()
        return Judgement(liveness, tuple(pictures[place] for place in probes))

    def abandon(self, *, now: datetime) -> None:
        """Close it without an outcome: the page is gone, or its time is over.

        Raises:
            LivenessFinished: it has its outcome already.
        """
        self._held = []
        self.session = self.session.abandoned(now=now)

    def _hold(self, picture: bytes, *, time: float) -> Look:
        try:
            found = self.chain.observed(picture, time=time)
        except Error as error:
            if error.code.startswith(_NO_PICTURE):
                raise
            return Look(problem=error, box=None, ready=True)
        if found is None:
            return Look(problem=None, box=None, ready=True)
        seen, box = found
        if not self._held or time > self._held[-1][0].time:
            self._held.append((seen, picture))
        return Look(problem=None, box=box, ready=True)

    def _time(self, at: datetime) -> float:
        return (at - self.session.opened).total_seconds()


def start_capture(verifier: Verifier, session: Session, *, enrolling: bool) -> Capture:
    """A capture for this liveness session, with a verifier's models and operating points.

    Args:
        verifier: whose pack finds and compares the faces within the capture.
        session: bound to what it is for.
        enrolling: whether its pictures must be good enough for a reference.
    """
    chain = verifier._chain  # noqa: SLF001 - of this room
    single = [
        cell for cell in chain.pack.cells if (cell.reference_samples, cell.probe_samples) == (1, 1)
    ]
    if not single:
        raise OperatingPointAbsent("the model card has no point for one sample on each side")
    strictest = min(single, key=lambda cell: cell.fmr)
    laxest = max(single, key=lambda cell: cell.fmr)
    return Capture(
        session=session,
        chain=chain,
        gates=ENROL_GATES if enrolling else VERIFY_GATES,
        same_person=strictest.threshold,
        same_person_turned=laxest.threshold,
    )
