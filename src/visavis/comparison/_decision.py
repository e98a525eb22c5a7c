"""The answer to one question: is this the person who enrolled?"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from visavis.errors import NonMatch

if TYPE_CHECKING:
    from visavis.models import OperatingPoint

__all__ = ["Decision", "Outcome"]


class Outcome(enum.StrEnum):
    """What a comparison came to."""

    MATCH = "match"
    NON_MATCH = "non-match"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """An outcome, and how often such outcomes are wrong.

    It has no truth value: ``if decision:`` raises, since a decision that is there is easily taken
    for one that is positive. Ask for `outcome`, or call `require_match`.

    Attributes:
        outcome: match or non-match.
        operating_point: the threshold used, its FMR, and what that rests on.
        model: digest of the model pack.
    """

    outcome: Outcome
    operating_point: OperatingPoint
    model: str
    _score: float | None = field(default=None, repr=False, compare=False)

    def __bool__(self) -> NoReturn:
        raise TypeError("a Decision has no truth value; use .outcome or .require_match()")

    def require_match(self) -> None:
        """Returns for a match and for nothing else.

        Raises:
            NonMatch: the outcome is a non-match.
        """
        if self.outcome is not Outcome.MATCH:
            raise NonMatch("the samples do not come from one person, by the operating point used")
