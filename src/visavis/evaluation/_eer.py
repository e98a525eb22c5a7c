"""The equal error rate: one number for a whole curve, in three definitions that differ."""

from __future__ import annotations

from dataclasses import replace
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
    value = {"rocch": _rocch, "interpolated": _interpolated, "fvc2000": _fvc2000}[method](curve)
    nearest = float(curve.thresholds[np.argmin(np.abs(curve.fmr - curve.fnmr))])
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


def _interpolated(curve: ErrorCurve) -> float:
    return _crossing(curve.fmr, curve.fnmr)


def _rocch(curve: ErrorCurve) -> float:
    steps = pool(curve)
    refused = np.cumsum(np.append(0, steps.impostor))
    return _crossing(
        (curve.impostor - refused) / curve.impostor,
        np.cumsum(np.append(0, steps.genuine)) / curve.genuine,
    )


def _crossing(fmr: NDArray[np.float64], fnmr: NDArray[np.float64]) -> float:
    """Where falling FMR and rising FNMR, both from end to end, are equal on the line between."""
    gap = fmr - fnmr  # from 1 to -1
    after = int(np.argmax(gap <= 0))
    part = gap[after - 1] / (gap[after - 1] - gap[after])
    return float(fmr[after - 1] + part * (fmr[after] - fmr[after - 1]))


def _fvc2000(curve: ErrorCurve) -> float:
    fmr, fnmr = curve.fmr, curve.fnmr
    after = int(np.argmax(fmr <= fnmr))
    before = after if fmr[after] == fnmr[after] else after - 1
    return float(min(fmr[before] + fnmr[before], fmr[after] + fnmr[after]) / 2)
