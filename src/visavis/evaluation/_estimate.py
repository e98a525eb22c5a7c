"""A measured rate with its uncertainty: the only form in which an error rate leaves this room."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from visavis.errors import InputInvalid

__all__ = [
    "DEFAULT_UNCERTAINTY",
    "INDEPENDENCE_ASSUMED",
    "Estimate",
    "Method",
    "Uncertainty",
]

INDEPENDENCE_ASSUMED: Final = "independence assumed: too narrow"
"""The label of an interval made without knowing who was compared with whom."""


class Method(StrEnum):
    """Where the interval of an `Estimate` comes from."""

    CLOPPER_PEARSON = "Clopper-Pearson"
    WILSON = "Wilson"
    ORDER_STATISTICS = "order statistics"
    SUBJECT_BOOTSTRAP = "subject bootstrap"
    PERSON_COUNT = "person-count bound"
    COMBINED = "combined intervals"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A value measured on a sample, and the interval that goes with it.

    Attributes:
        value: the measured value.
        low: lower end of the interval; ``low <= value <= high``.
        high: upper end of the interval.
        confidence: the share of repeated tests whose interval would hold the true value.
        method: how the interval was made.
        n: comparisons (or attempts, or people) that were counted.
        people: distinct people among them, or None where the test did not say who is who.
        label: what a reader must know to trust it no more than it deserves; empty if nothing.
    """

    value: float
    low: float
    high: float
    confidence: float
    method: Method
    n: int
    people: int | None
    label: str = ""

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:  # also refuses NaN
            raise InputInvalid("an estimate lies inside its interval")
        if not 0.0 < self.confidence < 1.0:
            raise InputInvalid("a confidence lies strictly between 0 and 1")

    def __str__(self) -> str:
        who = "" if self.people is None else f", {self.people:,} people"
        label = f"; {self.label}" if self.label else ""
        return (
            f"{self.value:.4g} ({self.low:.4g} to {self.high:.4g}, "
            f"{100 * self.confidence:.4g} % {self.method}, n {self.n:,}{who}{label})"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertainty:
    """How intervals are made.

    Attributes:
        confidence: of the two-sided interval.
        resamples: draws of the subject bootstrap. 2,000, because its far percentiles are used.
        seed: of the draws, so that the same test gives the same report.
    """

    confidence: float = 0.95
    resamples: int = 2000
    seed: int = 19795

    def __post_init__(self) -> None:
        if not 0.0 < self.confidence < 1.0:
            raise InputInvalid("a confidence lies strictly between 0 and 1")
        if self.resamples < 100:  # noqa: PLR2004 - below, a percentile means nothing
            raise InputInvalid("the bootstrap needs at least 100 draws")


DEFAULT_UNCERTAINTY: Final = Uncertainty()
