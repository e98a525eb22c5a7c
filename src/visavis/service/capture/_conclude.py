"""What a capture was for: the enrolment, the verification, or the probes of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from visavis.comparison import Outcome as Compared
from visavis.errors import InputInvalid, NonMatch, SessionUnready
from visavis.service.capture._session import Kind, Outcome, Result
from visavis.verifier import GivenConsent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visavis.service._service import Service
    from visavis.service.capture._session import CaptureSession
    from visavis.verifier import Picture, Sample

__all__ = ["UNATTESTED", "close_session", "conclude", "fail", "take_probes"]

UNATTESTED: Final = "unattested"
"""Nobody vouches for the camera of a browser, or for a file."""

EXPIRED = "session.expired"


def conclude(
    service: Service, session: CaptureSession, probes: Sequence[Picture | Sample], *, liveness: str
) -> Result:
    """Enrol or verify with these pictures, or keep them for the comparison.

    Args:
        service: everything.
        session: what for.
        probes: the sample of the capture, or uploaded pictures.
        liveness: by which test the person was found to be there; ``none`` without one.

    Returns:
        What came of it. An error about the pictures or the claim is a result that failed.

    Raises:
        Error: ``store.*``, ``keyring.*`` and the like: nothing was decided.
    """
    if session.kind is Kind.COMPARISON:
        return Result(outcome=Outcome.PASSED, probes=tuple(probes))
    vault = service.vaults.of(session.institution)
    if session.kind is Kind.ENROLMENT:
        consent = GivenConsent.to_words(
            session.wording or "", purpose=session.purpose, language=session.language
        )
        enrolment = service.verifier.enrol(vault, samples=probes, consent=consent)
        return Result(
            outcome=Outcome.PASSED,
            claim=enrolment.claim,
            enrolment_id=enrolment.enrolment_id,
            consent_id=enrolment.consent_id,
        )
    if session.attempt is None:
        raise SessionUnready("the verification has not begun")
    attempt, session.attempt = session.attempt, None
    verification = attempt.decide(probes, liveness=liveness, channel=UNATTESTED)
    match = verification.outcome is Compared.MATCH
    return Result(
        outcome=Outcome.PASSED if match else Outcome.FAILED,
        code=None if match else NonMatch.code,
        enrolment_id=verification.enrolment_id,
        receipt=verification.receipt,
    )


def take_probes(session: CaptureSession) -> tuple[Picture | Sample, ...]:
    """The pictures of a comparison's living holder, once; they are not here any more.

    Raises:
        InputInvalid: the session is of another kind.
        SessionUnready: it is not finished, it failed, or its pictures were taken before.
    """
    if session.kind is not Kind.COMPARISON:
        raise InputInvalid("the session is not of the kind comparison")
    if session.result is None or not session.result.probes:
        raise SessionUnready("the session is not finished, has failed, or was used")
    probes, session.result.probes = session.result.probes, ()
    return probes


def fail(session: CaptureSession, code: str) -> Result:
    """End what has begun: a reserved attempt counts as failed, and the log says why.

    Raises:
        Error: ``store.*``; the attempt stays reserved, and is swept up later.
    """
    attempt, session.attempt = session.attempt, None
    if attempt is not None:
        attempt.fail(code)
    return Result(outcome=Outcome.FAILED, code=code)


async def close_session(service: Service, session: CaptureSession, code: str = EXPIRED) -> None:
    """End a session that has no outcome: it has failed."""
    if session.result is None:
        session.result = await service.records.run(lambda: fail(session, code))
