"""Intervals for the share of independent trials that went one way."""

from __future__ import annotations

from visavis.errors import InputInvalid
from visavis.evaluation._estimate import Estimate, Method

__all__ = ["clopper_pearson", "clopper_pearson_bounds", "wilson"]


def clopper_pearson(errors: int, trials: int, *, confidence: float = 0.95) -> Estimate:
    """The share of errors with its exact interval, which covers at least as often as it says.

    Clopper and Pearson, Biometrika 26 (1934): the rates at which as many errors or more, and as
    many or fewer, each have probability (1 - confidence) / 2.

    Args:
        errors: 0 <= errors <= trials.
        trials: independent trials, at least one.
        confidence: of the two-sided interval.

    Raises:
        InputInvalid: counts outside these ranges.
    """
    ends = clopper_pearson_bounds(errors, trials, confidence=confidence)
    return _estimate(errors, trials, ends, confidence, Method.CLOPPER_PEARSON)


def clopper_pearson_bounds(errors: int, trials: int, *, confidence: float) -> tuple[float, float]:
    """The two ends of the `clopper_pearson` interval."""
    from scipy.special import betaincinv  # noqa: PLC0415 - slow to import, only intervals need it

    _check(errors, trials)
    tail = (1.0 - confidence) / 2.0
    low = float(betaincinv(errors, trials - errors + 1, tail)) if errors else 0.0
    high = float(betaincinv(errors + 1, trials - errors, 1.0 - tail)) if errors < trials else 1.0
    return low, high


def wilson(errors: int, trials: int, *, confidence: float = 0.95) -> Estimate:
    """The share of errors with Wilson's score interval: right on average, not at every rate.

    Wilson, Journal of the American Statistical Association 22 (1927).

    Args:
        errors: 0 <= errors <= trials.
        trials: independent trials, at least one.
        confidence: of the two-sided interval.

    Raises:
        InputInvalid: counts outside these ranges.
    """
    from scipy.special import ndtri  # noqa: PLC0415 - slow to import, only intervals need it

    _check(errors, trials)
    squared = float(ndtri((1.0 - confidence) / 2.0)) ** 2
    share = errors / trials
    centre = (share + squared / (2 * trials)) / (1 + squared / trials)
    variance = share * (1 - share) / trials + squared / (4 * trials**2)
    half = (squared * variance) ** 0.5 / (1 + squared / trials)
    low = centre - half if errors else 0.0  # exactly the end, not a rounding error beside it
    high = centre + half if errors < trials else 1.0
    return _estimate(errors, trials, (low, high), confidence, Method.WILSON)


def _estimate(
    errors: int, trials: int, ends: tuple[float, float], confidence: float, method: Method
) -> Estimate:
    return Estimate(
        value=errors / trials,
        low=ends[0],
        high=ends[1],
        confidence=confidence,
        method=method,
        n=trials,
        people=None,
    )


def _check(errors: int, trials: int) -> None:
    if not 0 <= errors <= trials or trials < 1:
        raise InputInvalid("there are as many trials as errors or more, and at least one")
