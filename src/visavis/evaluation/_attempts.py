"""What several attempts add up to: an operating point is for one comparison, a lock is for ten."""

from __future__ import annotations

import math

from visavis.errors import InputInvalid
from visavis.evaluation._estimate import Estimate, Method

__all__ = ["false_match_in_attempts"]


def false_match_in_attempts(fmr: Estimate, attempts: int) -> Estimate:
    """The chance that an impostor is accepted at least once in so many attempts.

    The value, 1 - (1 - FMR)^n, holds if attempts are independent. The interval holds however they
    depend on each other: the same two faces may always give the same answer (then attempts add
    nothing: the low end is that of the FMR), or each attempt may bring a new chance (then they add
    up: the high end is n times that of the FMR, Boole's inequality).

    Args:
        fmr: false match rate of one attempt.
        attempts: at least 1.

    Raises:
        InputInvalid: no attempts.
    """
    if attempts < 1:
        raise InputInvalid("there is at least one attempt")
    once = -math.expm1(attempts * math.log1p(-fmr.value)) if fmr.value < 1.0 else 1.0
    return Estimate(
        value=once,
        low=fmr.low,
        high=min(1.0, attempts * fmr.high),
        confidence=fmr.confidence,
        method=Method.COMBINED,
        n=fmr.n,
        people=fmr.people,
        label=fmr.label,
    )
