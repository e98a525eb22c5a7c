"""The rule of NIST SP 800-63A-4 on groups: none more than 25 % worse than the whole population."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal

from visavis.evaluation._bootstrap import Resampled
from visavis.evaluation._estimate import Estimate, Method, Uncertainty

if TYPE_CHECKING:
    from visavis.evaluation._pair_share import PairShare
    from visavis.evaluation._person_share import PersonShare

__all__ = ["TOLERANCE", "RuleResult", "Verdict", "apply_rule"]

TOLERANCE: Final = 1.25
"""Section 3.1.11 (2025): "no more than 25 % worse than the performance for the overall population.
For example, if the measured false non-match rate (FNMR) for the overall population is 0.006, the
FNMR for a specific demographic group cannot exceed 0.0075"; likewise the FMR; one threshold."""


class Verdict(StrEnum):
    """What a test says about a rule."""

    HOLDS = "holds"
    BROKEN = "broken"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """What the test says about the rule for one group and one rate.

    Attributes:
        group: its label.
        rate: which error rate. The FMR of a group is that of comparisons inside it.
        ratio: the group's rate over that of everybody; None where it cannot be formed.
        verdict: holds or broken only where every ratio in the interval says so.
        sentence: the same for people.
    """

    group: str
    rate: Literal["FMR", "FNMR"]
    ratio: Estimate | None
    verdict: Verdict
    sentence: str


def apply_rule(
    group: str,
    rate: Literal["FMR", "FNMR"],
    own: PairShare | PersonShare | None,
    everybody: PairShare | PersonShare,
    uncertainty: Uncertainty,
) -> RuleResult:
    """Compare a group's share of errors with that of everybody.

    Args:
        group: its label.
        rate: which error rate.
        own: the group's; None if it has no comparisons.
        everybody: of the whole test, its people numbered alike.
        uncertainty: how the interval is made.
    """
    ratio = None if own is None else _ratio(own, everybody, uncertainty)
    if ratio is None:
        return RuleResult(
            group=group,
            rate=rate,
            ratio=None,
            verdict=Verdict.CANNOT_TELL,
            sentence=f"{rate} of {group}: cannot tell, there is nothing to divide.",
        )
    verdict, told = _judge(ratio)
    span = f"{ratio.value:.3g} times that of everybody ({ratio.low:.3g} to {ratio.high:.3g})"
    return RuleResult(
        group=group,
        rate=rate,
        ratio=ratio,
        verdict=verdict,
        sentence=f"{rate} of {group}: {told}. It is {span}; {TOLERANCE} is allowed.",
    )


def _judge(ratio: Estimate) -> tuple[Verdict, str]:
    if ratio.high <= TOLERANCE:
        return Verdict.HOLDS, "the rule holds"
    if ratio.low > TOLERANCE:
        return Verdict.BROKEN, "the rule is broken"
    return Verdict.CANNOT_TELL, "cannot tell, the test is too small"


def _ratio(
    own: PairShare | PersonShare, everybody: PairShare | PersonShare, uncertainty: Uncertainty
) -> Estimate | None:
    if everybody.value == 0:
        return None
    value = own.value / everybody.value
    part = own.estimate(uncertainty)
    if own.crowd.varies and everybody.crowd.varies:
        drawn, all_drawn = own.resampled(uncertainty), everybody.resampled(uncertainty)
        ratio = Resampled(
            value=value,
            draws=drawn.draws / all_drawn.draws,
            influence=drawn.influence / own.value - all_drawn.influence / everybody.value,
        )
        if ratio.defined:
            low, high = ratio.interval(uncertainty.confidence)
            return _estimate(value, low, high, part, Method.SUBJECT_BOOTSTRAP)
    whole = everybody.estimate(uncertainty)
    high = part.high / whole.low if whole.low else float("inf")
    return _estimate(value, part.low / whole.high, high, part, Method.COMBINED)


def _estimate(value: float, low: float, high: float, part: Estimate, method: Method) -> Estimate:
    return Estimate(
        value=value,
        low=low,
        high=high,
        confidence=part.confidence,
        method=method,
        n=part.n,
        people=part.people,
        label=part.label,
    )
