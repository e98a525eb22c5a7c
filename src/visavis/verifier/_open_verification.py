"""A verification in two steps: reserved when the camera starts, decided when there are probes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from visavis.errors import Error
from visavis.extraction import require_samples
from visavis.receipts import Question
from visavis.verifier._attempt import Attempt
from visavis.verifier._comparison import Comparison
from visavis.verifier._shown import Shown

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from visavis.comparison import Evidence, Profile
    from visavis.extraction import Chain, Picture, Sample
    from visavis.records import Begun
    from visavis.sealing import Claim
    from visavis.transparency import Event
    from visavis.verifier._vault import Vault
    from visavis.verifier._verification import Verification
    from visavis.verifier._verifier import Verifier

__all__ = ["OpenVerification", "begin_verification"]


@dataclass(frozen=True, slots=True)
class OpenVerification:
    """Counts as a failed attempt unless it is decided to be a match. To be ended once."""

    _chain: Chain = field(repr=False)
    _attempt: Attempt = field(repr=False)
    _begun: Begun = field(repr=False)
    _denial: Event = field(repr=False)

    def decide(
        self,
        probes: Sequence[Picture | Sample],
        *,
        liveness: str = "none",
        channel: str | None = None,
    ) -> Verification:
        """Compare, and store outcome and leaf. Probes that cannot be used end it, too.

        Args:
            probes: as for ``Verifier.verify``; a `Sample` where one capture gave several frames.
            liveness: for the receipt: by which test the person was found to be there.
            channel: for the receipt: what the capture is known to be.

        Raises:
            Error: as ``Verifier.verify``.
        """
        try:
            require_samples(probes, "probes")
            comparison = Comparison.of(probes, chain=self._chain, profile=self._attempt.profile)
        except Error as error:
            self.fail(error.code)
            raise
        attempt = replace(self._attempt, shown=Shown(liveness=liveness, channel=channel))
        return attempt.settle(self._begun, self._denial, comparison)

    def fail(self, code: str) -> None:
        """End it without a comparison; the log says why, in a word such as ``liveness.failed``.

        Raises:
            Error: ``store.*``; it stays reserved, and is swept up as abandoned.
        """
        self._attempt.give_up(self._begun, self._denial, reason=code)


def begin_verification(
    verifier: Verifier,
    vault: Vault,
    *,
    claim: Claim,
    purpose: str,
    enrolment_id: UUID,
    profile: Profile,
    terminal: str | None = None,
    question: Question | None = None,
    evidence: Collection[Evidence] = (),
) -> OpenVerification:
    """Reserve a verification whose probes are still to be captured.

    Args:
        verifier: compares.
        vault: where they enrolled.
        claim: the holder's.
        purpose: what for; the holder must have consented to it.
        enrolment_id: the one of the account concerned.
        profile: what must be satisfied.
        terminal: where this is, to count failures by.
        question: what the receipt answers to.
        evidence: what the capture will have shown. Where it has not, whoever captures must end the
            verification with `OpenVerification.fail`.

    Raises:
        EnrolmentDelayed, EnrolmentDisabled, TerminalDelayed: nothing may be compared now.
        ProfileUnsatisfied: the profile asks for other evidence.
        Error: ``store.*``.
    """
    satisfied = profile.given(*evidence)
    satisfied.require_evidence()
    attempt = Attempt(
        vault=vault,
        profile=satisfied,
        purpose=purpose,
        consented=purpose,
        claim=claim,
        enrolment_id=enrolment_id,
        terminal=terminal,
        question=question or Question(),
    )
    begun, denial = attempt.begin(lasting=True)
    return OpenVerification(verifier._chain, attempt, begun, denial)  # noqa: SLF001 - this room's
