"""A false match rate, and what it rests on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from visavis.errors import InputInvalid

if TYPE_CHECKING:
    from decimal import Decimal

__all__ = ["MINIMUM_ERRING_PAIRS", "OperatingPoint"]

MINIMUM_ERRING_PAIRS = 10
"""Distinct pairs of people that must be expected to err before an FMR counts as established.

Comparisons that share a person are dependent, so a million comparisons among forty people carry no
FMR of 1e-4. With 10 pairs, 250 to 500 people hold a threshold for 1e-4 in nine draws of ten.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatingPoint:
    """A threshold with the evidence for the FMR that it stands for.

    Attributes:
        fmr: the stated false match rate, exact, above 0 and below 1.
        threshold: cosine; a comparison score of at least this is a match.
        reference_samples: samples on the reference side that the threshold is for.
        probe_samples: the same on the probe's side.
        dataset: the pictures it was measured on.
        people: how many different people they show.
        comparisons: non-mated comparisons made.
        fmr_upper: upper end of the 95 % interval of the FMR at this threshold on that set.
        fnmr: false non-match rate there, from 0 to 1.
    """

    fmr: Decimal
    threshold: float
    reference_samples: int
    probe_samples: int
    dataset: str
    people: int
    comparisons: int
    fmr_upper: float
    fnmr: float

    def __post_init__(self) -> None:
        if not 0 < self.fmr < 1:
            raise InputInvalid("a false match rate lies between 0 and 1")
        if not math.isfinite(self.threshold):
            raise InputInvalid("a threshold is a finite number")
        if self.reference_samples < 1 or self.probe_samples < 1:
            raise InputInvalid("a comparison has at least one sample on each side")

    @property
    def established(self) -> bool:
        """Whether enough people carry the FMR; else it is *provisional*."""
        pairs = self.people * (self.people - 1) // 2
        return self.fmr * pairs >= MINIMUM_ERRING_PAIRS
