"""Errors about enrolment and verification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visavis.errors._base import Error

if TYPE_CHECKING:
    from datetime import timedelta

__all__ = [
    "ConsentUnknown",
    "EnrolmentDelayed",
    "EnrolmentDisabled",
    "EnrolmentNeedsRenewal",
    "EnrolmentUnknown",
    "FramesDisagree",
    "ProfileUnsatisfied",
    "SamplesDisagree",
    "TerminalDelayed",
    "VerificationRefused",
]


class SamplesDisagree(Error):
    """The samples to enrol do not all show one person, by the point for one sample each."""

    code = "enrolment.samples_disagree"


class FramesDisagree(Error):
    """The frames given as one sample do not all show one person."""

    code = "sample.frames_disagree"


class EnrolmentUnknown(Error):
    """The institution has no such enrolment, or has forgotten it."""

    code = "enrolment.unknown"


class EnrolmentNeedsRenewal(Error):
    """The reference was made with another model or preprocessing; new samples are needed."""

    code = "enrolment.needs_renewal"


class EnrolmentDelayed(Error):
    """Too many attempts failed one after the other; try again after ``retry_after``.

    Attributes:
        retry_after: how long from now.
    """

    code = "enrolment.delayed"

    def __init__(self, detail: str, *, retry_after: timedelta) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class EnrolmentDisabled(Error):
    """Too many attempts failed; somebody must look at it, and enable the enrolment again."""

    code = "enrolment.disabled"


class TerminalDelayed(Error):
    """Too many attempts failed at this terminal today; try again after ``retry_after``.

    Attributes:
        retry_after: how long from now.
    """

    code = "terminal.delayed"

    def __init__(self, detail: str, *, retry_after: timedelta) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class VerificationRefused(Error):
    """Nothing is said about this claim.

    One error for every reason (unknown, forgotten, of another institution or enrolment, no consent
    to the purpose, a record that does not open), so that a caller learns nothing by trying.
    """

    code = "verification.refused"


class ConsentUnknown(Error):
    """The institution has no such consent, or it was withdrawn before."""

    code = "consent.unknown"


class ProfileUnsatisfied(Error):
    """The profile asks for evidence that there is none of here; nothing was compared."""

    code = "profile.unsatisfied"
