"""Profiles: how sure an answer must be, on what evidence, and after how many attempts."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from visavis.comparison._choose import operating_point
from visavis.errors import ProfileUnsatisfied

if TYPE_CHECKING:
    from collections.abc import Iterable

    from visavis.models import OperatingPoint

__all__ = ["ATTENDED", "PROFILES", "SP800_63A_4", "SP800_63B_4", "Evidence", "Profile"]


class Evidence(enum.StrEnum):
    """What a profile asks for beside a comparison."""

    LIVENESS = "liveness"
    """Presentation attack detection (ISO/IEC 30107-3): a capture session gives it."""
    GROUPS = "groups"
    """Error rates of groups at most 25 % worse than overall, measured for the pack's card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a verification must satisfy, named after where the numbers come from.

    Attributes:
        name: a word, as it stands in the log.
        fmr: the false match rate of the operating points used.
        max_fnmr: the largest false non-match rate of theirs, 0..1; None where nothing is asked.
        evidence: what is asked for besides.
        free: consecutive failures after which attempts are delayed.
        disabled_at: consecutive failures at which the enrolment is disabled.
        window: failures within 30 days at which it is disabled, whatever succeeded between.
        terminal: failures at one terminal in one day (UTC), after which it waits for the next.
        first_delay: doubled with each more failure, up to ``longest_delay``.
        longest_delay: where doubling ends.
        timeout: an attempt that is open for longer is abandoned, and counts as failed.
    """

    name: str
    fmr: Decimal
    max_fnmr: float | None
    evidence: frozenset[Evidence]
    free: int
    disabled_at: int
    window: int
    terminal: int
    first_delay: timedelta
    longest_delay: timedelta
    timeout: timedelta

    def point(
        self, card: Iterable[OperatingPoint], *, reference_samples: int, probe_samples: int
    ) -> OperatingPoint:
        """The card's cell for these counts of samples, where it satisfies the profile.

        Raises:
            ProfileUnsatisfied: evidence is asked for that cannot be given, or the cell's false
                non-match rate is above ``max_fnmr``.
            OperatingPointAbsent: the card has no such cell.
        """
        self.require_evidence()
        cell = operating_point(
            card, fmr=self.fmr, reference_samples=reference_samples, probe_samples=probe_samples
        )
        if self.max_fnmr is not None and cell.fnmr > self.max_fnmr:
            raise ProfileUnsatisfied(
                f"the profile {self.name} allows an FNMR of {self.max_fnmr:g}; "
                f"the model card measured {cell.fnmr:.3g}"
            )
        return cell

    def given(self, *evidence: Evidence) -> Profile:
        """The same profile for a verification that this evidence is given with."""
        return replace(self, evidence=self.evidence - set(evidence))

    def require_evidence(self) -> None:
        """Refuses a profile that asks for more than a comparison.

        Raises:
            ProfileUnsatisfied: it does.
        """
        if self.evidence:
            asked = " and ".join(sorted(self.evidence))
            raise ProfileUnsatisfied(
                f"the profile {self.name} asks for evidence of {asked}, and there is none yet"
            )


# SP 800-63B-4, section 3.2.3: FMR of 1:10,000 or better, FNMR below 5 %; at most 5 consecutive
# failures, or 10 with PAD, then a delay of at least 30 seconds that grows with each attempt, and
# disabling after 50, or 100 with PAD.
_FMR = Decimal("1e-4")
_FREE, _FREE_WITH_PAD = 5, 10
_DISABLED_AT, _DISABLED_AT_WITH_PAD = 50, 100
_FIRST_DELAY = timedelta(seconds=30)

# Our own. A hundred failures in thirty days add up to an FMR of 1e-2 (100 x 1e-4): enough for
# anybody who forgets glasses. A terminal sees many people, some of whom fail each day.
_WINDOW = 100
_TERMINAL = 1000
_LONGEST_DELAY = timedelta(hours=1)
_TIMEOUT = timedelta(minutes=5)

ATTENDED = Profile(
    name="attended",
    fmr=_FMR,
    max_fnmr=None,
    evidence=frozenset(),
    free=_FREE,
    disabled_at=_DISABLED_AT,
    window=_WINDOW,
    terminal=_TERMINAL,
    first_delay=_FIRST_DELAY,
    longest_delay=_LONGEST_DELAY,
    timeout=_TIMEOUT,
)
"""Staff watch the person, who is therefore there; the limits are those of SP 800-63B-4."""

SP800_63B_4 = replace(
    ATTENDED,
    name="sp800-63b-4",
    max_fnmr=0.05,
    evidence=frozenset({Evidence.LIVENESS}),
    free=_FREE_WITH_PAD,
    disabled_at=_DISABLED_AT_WITH_PAD,
)
"""The biometric limits of NIST SP 800-63B-4. Refused until there is liveness."""

SP800_63A_4 = replace(
    ATTENDED, name="sp800-63a-4", max_fnmr=0.01, evidence=frozenset({Evidence.GROUPS})
)
"""The biometric limits of NIST SP 800-63A-4. Refused until groups are measured."""

PROFILES = (ATTENDED, SP800_63B_4, SP800_63A_4)
