"""How unequal error rates of groups are: the summaries in use, and what intervals allow of them.

Each summary is taken of the sample's rates; its ends are the least and the most it could be while
every group's rate lies inside its interval. If those intervals hold together, so do these ends.
Resampling cannot give them: noise alone makes rates unequal, and more noise makes them more so.

Sources: NIST IR 8429, Face Recognition Vendor Test Part 8: Summarizing Demographic Differentials
(Grother, 2022); de Freitas Pereira and Marcel, Fairness in Biometrics, IEEE Transactions on
Biometrics, Behavior, and Identity Science 4 (2022), arXiv:2011.02395; Howard et al., Evaluating
Proposed Fairness Models for Face Recognition Algorithms (2022), arXiv:2203.05051.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from visavis.errors import InputInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visavis.evaluation._estimate import Estimate

__all__ = [
    "MOST_GROUPS",
    "GroupRates",
    "Span",
    "fdr",
    "garbe",
    "gini",
    "inequity_rate",
    "max_over_geometric_mean",
    "max_over_min",
]

MOST_GROUPS: Final = 16
"""The Gini coefficient is looked at in all 2^groups corners of the intervals."""

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Span:
    """A summary of the sample (value), and the least and the most it could be."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class GroupRates:
    """One error rate of several groups: of the sample, and the ends of intervals (float64)."""

    value: _Floats
    low: _Floats
    high: _Floats

    @classmethod
    def of(cls, estimates: Sequence[Estimate]) -> GroupRates:
        """Take the numbers of 2 to 16 estimates.

        Raises:
            InputInvalid: fewer or more.
        """
        if not 2 <= len(estimates) <= MOST_GROUPS:  # noqa: PLR2004 - one group has no difference
            raise InputInvalid(f"2 to {MOST_GROUPS} groups can be compared")
        return cls(
            value=np.array([estimate.value for estimate in estimates]),
            low=np.array([estimate.low for estimate in estimates]),
            high=np.array([estimate.high for estimate in estimates]),
        )


def max_over_min(rates: GroupRates) -> Span | None:
    """Largest over smallest rate, 1 at equality; None if a group shows no error."""
    if rates.value.min() == 0:
        return None
    pairs = itertools.permutations(range(rates.value.size), 2)
    return Span(
        value=float(rates.value.max() / rates.value.min()),
        low=max(1.0, _over(rates.low.max(), rates.high.min())),
        high=max(_over(rates.high[one], rates.low[other]) for one, other in pairs),
    )


def max_over_geometric_mean(rates: GroupRates) -> Span | None:
    """Largest rate over the geometric mean, 1 at equality; None if a group shows no error."""
    if rates.value.min() == 0:
        return None
    most = rates.low.max()  # nearest to equality: nobody above this, everybody as near as may be
    corners = [
        np.where(mask, rates.high, rates.low) for mask in np.eye(rates.value.size, dtype=bool)
    ]
    return Span(
        value=_over_mean(rates.value),
        low=_over_mean(np.minimum(rates.high, most)),
        high=max(map(_over_mean, corners)),
    )


def fdr(fmr: GroupRates, fnmr: GroupRates, *, alpha: float) -> Span:
    """Fairness discrepancy rate: 1 - (alpha A + (1 - alpha) B), 1 at equality.

    A is the largest difference between the FMR of two groups, B that between FNMR. An FMR of 1e-3
    in one group and 1e-5 in another hardly moves it, for it takes differences.
    """
    a, b = _gap(fmr), _gap(fnmr)
    return Span(
        value=1 - _mixed(a.value, b.value, alpha),
        low=1 - _mixed(a.high, b.high, alpha),
        high=1 - _mixed(a.low, b.low, alpha),
    )


def garbe(fmr: GroupRates, fnmr: GroupRates, *, alpha: float) -> Span:
    """Gini aggregation rate for biometric equitability: 0 at equality.

    alpha times the Gini coefficient of the FMR plus 1 - alpha times that of the FNMR; see `gini`.
    """
    a, b = _gini_span(fmr), _gini_span(fnmr)
    return Span(
        value=_mixed(a.value, b.value, alpha),
        low=_mixed(a.low, b.low, alpha),
        high=_mixed(a.high, b.high, alpha),
    )


def inequity_rate(fmr: GroupRates, fnmr: GroupRates, *, alpha: float) -> Span | None:
    """Inequity rate: (max FMR / min FMR)^alpha (max FNMR / min FNMR)^(1 - alpha); 1 at equality.

    None, for undefined, if a group shows no error of either kind.
    """
    a, b = max_over_min(fmr), max_over_min(fnmr)
    if a is None or b is None:
        return None
    return Span(
        value=a.value**alpha * b.value ** (1 - alpha),
        low=a.low**alpha * b.low ** (1 - alpha),
        high=a.high**alpha * b.high ** (1 - alpha),
    )


def gini(rates: _Floats) -> _Floats:
    """Gini coefficient of the n rates in the last axis, corrected for small n; 0 if all are 0.

    n / (n - 1) times the sum of all |x_i - x_j| over 2 n^2 times their mean: from 0 at equality to
    1 where one group has all the errors.
    """
    n = rates.shape[-1]
    below = np.arange(1.0, n)
    total = rates.sum(axis=-1)
    spread = np.diff(np.sort(rates, axis=-1), axis=-1) @ (below * (n - below)) / (n - 1)
    return np.where(total > 0, spread / np.where(total > 0, total, 1.0), 0.0)


def _gini_span(rates: GroupRates) -> Span:
    # It falls when rates are drawn together (Schur-convex), so the least is reached where all are
    # as near to one level as their intervals let them: a ratio of lines between the ends of
    # intervals, so at one of the ends. It is quasi-convex, so the most is reached in a corner.
    levels = np.concatenate([rates.low, rates.high])[:, None]
    corners = np.array(list(itertools.product(*zip(rates.low, rates.high, strict=True))))
    return Span(
        value=float(gini(rates.value)),
        low=float(gini(np.clip(levels, rates.low, rates.high)).min()),
        high=float(gini(corners).max()),
    )


def _gap(rates: GroupRates) -> Span:
    pairs = itertools.permutations(range(rates.value.size), 2)
    return Span(
        value=float(rates.value.max() - rates.value.min()),
        low=max(0.0, float(rates.low.max() - rates.high.min())),
        high=max(float(rates.high[one] - rates.low[other]) for one, other in pairs),
    )


def _over(rate: float, other: float) -> float:
    return float(rate / other) if other > 0 else float("inf")


def _over_mean(rates: _Floats) -> float:
    if rates.min() == 0:
        return float("inf") if rates.max() > 0 else 1.0
    return max(1.0, float(np.exp(np.log(rates.max()) - np.mean(np.log(rates)))))  # not 1 - 1e-16


def _mixed(fmr: float, fnmr: float, alpha: float) -> float:
    return alpha * fmr + (1 - alpha) * fnmr
