"""The model card: what was measured, one cell for each count of samples and each FMR."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

__all__ = ["ESTABLISHED_PAIRS", "OperatingPoint"]

ESTABLISHED_PAIRS = 10
"""Expected falsely matching pairs of people below which an FMR is only provisional."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatingPoint:
    """One calibrated threshold, with where it comes from.

    Cells are never interpolated: a threshold holds for its own counts of samples only.

    Attributes:
        reference_samples: samples fused on the reference side.
        probe_samples: samples fused on the probe side.
        fmr: the false match rate the threshold is set for.
        threshold: accept at comparison score >= threshold; a cosine, in -1..1.
        fnmr: the false non-match rate measured at the threshold, in 0..1.
        fmr_interval: (low, high), the 95 % interval of the FMR measured at the threshold.
        data_set: the pictures of the calibration, and how they were chosen.
        comparisons: non-mated comparisons made.
        people: the people in them.
        person_pairs: distinct pairs of different people among them, n(n-1)/2 at most.
        note: what a reader must know, such as that threshold and rates share their pictures.
    """

    reference_samples: int
    probe_samples: int
    fmr: Decimal
    threshold: float
    fnmr: float
    fmr_interval: tuple[float, float]
    data_set: str
    comparisons: int
    people: int
    person_pairs: int
    note: str

    @property
    def established(self) -> bool:
        """Whether the data are enough to speak of this FMR: fmr x person_pairs >= 10.

        Comparisons that share a person are dependent, so distinct pairs of people count, not
        comparisons. With every pair compared, 142 people establish 1e-3 and 448 people 1e-4.
        """
        return Fraction(self.fmr) * self.person_pairs >= ESTABLISHED_PAIRS
