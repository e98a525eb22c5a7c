"""A verification's attempt, which counts from the moment the camera starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visavis.errors import SessionUnready
from visavis.verifier import begin_verification

if TYPE_CHECKING:
    from visavis.comparison import Evidence
    from visavis.service._service import Service
    from visavis.service.capture._session import CaptureSession
    from visavis.verifier import OpenVerification

__all__ = ["begin_attempt"]


def begin_attempt(
    service: Service, session: CaptureSession, *evidence: Evidence
) -> OpenVerification:
    """Reserve it: whoever gives up before the comparison has failed.

    Args:
        service: everything.
        session: a verification's.
        evidence: what will have been shown when it is decided; photographs show none.

    Raises:
        ProfileUnsatisfied: the profile asks for more evidence.
        EnrolmentDelayed, EnrolmentDisabled, TerminalDelayed: nothing may be tried now.
        Error: ``store.*``.
    """
    if session.claim is None or session.enrolment_id is None:
        raise SessionUnready("there is no claim yet")
    return begin_verification(
        service.verifier,
        service.vaults.of(session.institution),
        claim=session.claim,
        purpose=session.purpose,
        enrolment_id=session.enrolment_id,
        profile=service.profile,
        terminal=session.terminal,
        question=session.question,
        evidence=evidence,
    )
