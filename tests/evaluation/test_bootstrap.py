from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import bootstrap

from visavis.evaluation import Uncertainty
from visavis.evaluation._bootstrap import Resampled, multiplicities


def resampled_mean(sample: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Resampled:
    draws = multiplicities(sample.size, Uncertainty(resamples=9000))
    return Resampled(
        value=float(sample.mean()),
        draws=np.concatenate([sample @ drawn / sample.size for drawn in draws]),
        influence=sample - sample.mean(),
    )


def test_bca_is_that_of_scipy() -> None:
    """Of a skewed sample's mean, where it differs from the percentiles."""
    sample = np.random.default_rng(3).lognormal(sigma=1.0, size=60)
    ours = resampled_mean(sample).interval(0.95)
    theirs = bootstrap(
        (sample,), np.mean, method="BCa", n_resamples=9000, rng=np.random.default_rng(1)
    ).confidence_interval
    assert ours == pytest.approx((theirs.low, theirs.high), rel=0.02)
    percentile = np.quantile(resampled_mean(sample).draws, 0.975)
    assert ours[1] > 1.02 * percentile


def test_the_interval_holds_the_value() -> None:
    far = Resampled(value=9.0, draws=np.linspace(0, 1, 100), influence=np.array([1.0, -1.0]))
    assert far.interval(0.95)[1] == 9.0
    still = Resampled(value=1.0, draws=np.ones(100), influence=np.zeros(3))
    assert still.interval(0.95) == (1.0, 1.0)


def test_undefined_draws_are_known() -> None:
    assert not Resampled(value=0.5, draws=np.array([0.5, np.nan]), influence=np.zeros(1)).defined
