"""The equal error rate: one number for a whole curve, in three definitions that differ."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from visavis.evaluation._estimate import DEFAULT_UNCERTAINTY, Estimate, Method, Uncertainty
from visavis.evaluation._iso19795_1 import fmr_from, fnmr_before
from visavis.evaluation._pav import pool
from visavis.evaluation._scores import first_at_or_above

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.evaluation._det import ErrorCurve

__all__ = ["EerMethod", "eer"]

EerMethod: TypeAlias = Literal["rocch", "interpolated", "fvc2000"]


def eer(
    curve: ErrorCurve, *, method: EerMethod, uncertainty: Uncertainty = DEFAULT_UNCERTAINTY
) -> Estimate:
    """The rate at which FMR and FNMR are equal.

    At every threshold it lies between the FMR and the FNMR. The interval is therefore the span of
    theirs at the threshold where the sample's two rates are nearest, each taking half of the doubt;
    it holds for all three definitions, and is wider than it need be.

    Args:
        curve: the errors at every threshold.
        method: ``rocch``: where the convex hull of the ROC curve crosses the diagonal (BOSARIS,
            bob.measure's ``eer_rocch``); never above the next. ``interpolated``: where the line
            between neighbouring points of the curve does. ``fvc2000``: the middle of FMR and FNMR
            at the threshold next to the crossing where their sum is smaller (Maio et al., IEEE
            Transactions on Pattern Analysis and Machine Intelligence 24, 2002; pyeer).
        uncertainty: how the interval is made.
    """
    scores = curve.scores
    crossing = _Crossing.of(curve.false_matches, curve.false_non_matches)
    value = {
        "rocch": lambda: _on_the_hull(curve).interpolated(),
        "interpolated": crossing.interpolated,
        "fvc2000": crossing.fvc2000,
    }[method]()
    nearest = float(curve.thresholds[crossing.least_apart()])
    half = replace(uncertainty, confidence=(1.0 + uncertainty.confidence) / 2.0)
    rates = (
        fmr_from(scores, first_at_or_above(scores.impostor, nearest), "comparisons", half),
        fnmr_before(scores, first_at_or_above(scores.genuine, nearest), "comparisons", half),
    )
    return Estimate(
        value=value,
        low=min(value, *(rate.low for rate in rates)),
        high=max(value, *(rate.high for rate in rates)),
        confidence=uncertainty.confidence,
        method=Method.COMBINED,
        n=scores.genuine.size + scores.impostor.size,
        people=None if scores.pairing is None else scores.pairing.people,
        label="; ".join(dict.fromkeys(rate.label for rate in rates if rate.label)),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class _Crossing:
    """Where the falling FMR meets the rising FNMR.

    Attributes:
        before: index of the last point with the larger FMR.
        fmr: there, and at the next point (float64).
        fnmr: likewise.
    """

    before: int
    fmr: NDArray[np.float64]
    fnmr: NDArray[np.float64]

    @classmethod
    def of(cls, matches: NDArray[np.int64], refusals: NDArray[np.int64]) -> _Crossing:
        """Find it among the errors of a curve from end to end, by exact comparisons."""
        impostor, genuine = int(matches[0]), int(refusals[-1])
        after = bisect_left(
            range(matches.size),
            True,  # noqa: FBT003 - the first point for which the key is true
            key=lambda at: int(matches[at]) * genuine <= int(refusals[at]) * impostor,
        )
        both = slice(after - 1, after + 1)
        return cls(before=after - 1, fmr=matches[both] / impostor, fnmr=refusals[both] / genuine)

    def interpolated(self) -> float:
        """The rate at which they are equal on the line between."""
        gap = self.fmr - self.fnmr
        part = gap[0] / (gap[0] - gap[1])
        return float(self.fmr[0] + part * (self.fmr[1] - self.fmr[0]))

    def fvc2000(self) -> float:
        """The middle of both at the point where their sum is smaller."""
        sums = self.fmr + self.fnmr
        return float(sums[1] if self.fmr[1] == self.fnmr[1] else sums.min()) / 2

    def least_apart(self) -> int:
        """Index of the point where they differ least."""
        return self.before + int(np.argmin(np.abs(self.fmr - self.fnmr)))


def _on_the_hull(curve: ErrorCurve) -> _Crossing:
    steps = pool(curve)
    refused = np.cumsum(np.append(0, steps.impostor))
    return _Crossing.of(curve.impostor - refused, np.cumsum(np.append(0, steps.genuine)))
