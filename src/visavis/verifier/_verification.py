"""What a verification answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from uuid import UUID

    from visavis.comparison import Decision, Outcome

__all__ = ["Verification"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """A decision, whose it is, and where the log says so. It has no truth value, as a `Decision`.

    Attributes:
        decision: match or non-match, without a score.
        enrolment_id: of the enrolment that the claim opened.
        leaf: 32 bytes, the verification's leaf in the institution's log, as
            ``visavis.records.find_leaf`` takes it; its place is known when it is sequenced.
        purpose: what for.
        profile: the name of the profile that was satisfied.
        receipt: says the same, signed; None where the vault has no keys for that. It holds for
            five minutes, for whom and what was asked for.
    """

    decision: Decision
    enrolment_id: UUID
    leaf: bytes
    purpose: str
    profile: str
    receipt: str | None = field(default=None, repr=False)

    @property
    def outcome(self) -> Outcome:
        """Match or non-match."""
        return self.decision.outcome

    def __bool__(self) -> NoReturn:
        raise TypeError("a Verification has no truth value; use .outcome or .require_match()")

    def require_match(self) -> None:
        """Returns for a match and for nothing else.

        Raises:
            NonMatch: the outcome is a non-match.
        """
        self.decision.require_match()
