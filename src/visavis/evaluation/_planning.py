"""How many people and comparisons a claim about an FMR needs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from visavis.errors import InputInvalid
from visavis.evaluation._rate import parse_rate

if TYPE_CHECKING:
    from fractions import Fraction

__all__ = ["FEWEST_PAIRS", "Plan", "established", "person_pairs", "plan"]

FEWEST_PAIRS: Final = 10
"""Distinct pairs of people that must be expected to match falsely before an FMR counts as measured:
with fewer, one pair of look-alikes moves it by a tenth and more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What it takes to say something about an FMR.

    Attributes:
        fmr: as it was written.
        people: the fewest people, all compared with each other, for whom the FMR is *established*.
        pairs: the pairs of people that they form.
        rule_of_3: independent comparisons without any false match that show the FMR is not larger,
            at 95 %: 3 / FMR (ISO/IEC 19795-1, rule of 3).
        rule_of_30: independent comparisons that give 30 false matches, and so the FMR to within
            30 % at 90 % (Doddington's rule of 30).
    """

    fmr: str
    people: int
    pairs: int
    rule_of_3: int
    rule_of_30: int


def plan(fmr: str) -> Plan:
    """Say how many people and comparisons an FMR needs.

    Raises:
        InputInvalid: not a rate above 0 (see `parse_rate`).

    >>> plan("1e-3").people, plan("1e-4").people
    (142, 448)
    """
    rate = parse_rate(fmr)
    if rate == 0:
        raise InputInvalid("no number of comparisons shows that an FMR is zero")
    needed = math.ceil(FEWEST_PAIRS / rate)
    people = (1 + math.isqrt(1 + 8 * needed)) // 2  # at or just below the root of n(n-1)/2 = needed
    while person_pairs(people) < needed:
        people += 1
    return Plan(
        fmr=fmr,
        people=people,
        pairs=person_pairs(people),
        rule_of_3=math.ceil(3 / rate),
        rule_of_30=math.ceil(30 / rate),
    )


def person_pairs(people: int) -> int:
    """Distinct pairs that can be formed of so many people: n (n - 1) / 2."""
    return people * (people - 1) // 2


def established(fmr: Fraction, *, pairs: int) -> bool:
    """Whether so many distinct pairs of people were compared that an FMR counts as measured.

    Comparisons that share a person are dependent and many comparisons of one pair say little more
    than one, so distinct pairs count: ``fmr * pairs >= 10``. Else the FMR is *provisional*.
    """
    return fmr * pairs >= FEWEST_PAIRS
