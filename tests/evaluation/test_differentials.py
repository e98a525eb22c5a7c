from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visavis.errors import InputInvalid
from visavis.evaluation import Estimate, Method
from visavis.evaluation._differentials import (
    GroupRates,
    Span,
    fdr,
    garbe,
    gini,
    inequity_rate,
    max_over_geometric_mean,
    max_over_min,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def rates(value: list[float], spread: float = 1.0) -> GroupRates:
    """Rates with intervals from value / spread to value x spread."""
    exact = np.array(value)
    return GroupRates(exact, exact / spread, exact * spread)


FMR, FNMR = rates([1e-4, 2e-4, 4e-4]), rates([0.01, 0.03, 0.02])


def test_known_values() -> None:
    """Three groups, by hand."""
    ratio, over_mean = max_over_min(FMR), max_over_geometric_mean(FMR)
    assert ratio is not None
    assert over_mean is not None
    assert ratio.value == pytest.approx(4)
    assert over_mean.value == pytest.approx(2)  # the geometric mean is 2e-4
    assert fdr(FMR, FNMR, alpha=0.5).value == pytest.approx(1 - (3e-4 + 0.02) / 2)
    assert fdr(FMR, FNMR, alpha=1.0).value == pytest.approx(1 - 3e-4)
    # 3/2 x (sum of all |x_i - x_j|: 12) / (2 x 9 x 7/3); and (8) / (2 x 9 x 2)
    assert garbe(FMR, FNMR, alpha=1.0).value == pytest.approx(3 / 7)
    assert garbe(FMR, FNMR, alpha=0.0).value == pytest.approx(1 / 3)
    assert garbe(FMR, FNMR, alpha=0.25).value == pytest.approx(3 / 28 + 1 / 4)
    both = inequity_rate(FMR, FNMR, alpha=0.5)
    assert both is not None
    assert both.value == pytest.approx(12**0.5)


def test_equality() -> None:
    same = rates([0.01] * 4)
    assert max_over_min(same) == max_over_geometric_mean(same) == Span(1.0, 1.0, 1.0)
    assert fdr(same, same, alpha=0.5) == Span(1.0, 1.0, 1.0)
    assert garbe(same, same, alpha=0.5) == Span(0.0, 0.0, 0.0)
    assert inequity_rate(same, same, alpha=0.5) == Span(1.0, 1.0, 1.0)


def test_a_group_without_errors_leaves_ratios_undefined() -> None:
    none = GroupRates(np.array([0.0, 0.01]), np.array([0.0, 0.005]), np.array([0.02, 0.02]))
    assert max_over_min(none) is None
    assert max_over_geometric_mean(none) is None
    assert inequity_rate(none, FNMR, alpha=0.5) is None
    assert garbe(none, none, alpha=0.5).value == 1.0
    assert fdr(none, none, alpha=0.5).value == pytest.approx(0.99)


def test_gini() -> None:
    assert gini(np.array([0.0, 0.0, 0.3])) == 1.0
    assert gini(np.zeros(5)) == 0.0
    generator = np.random.default_rng(1)
    for n in (2, 3, 8):
        x = generator.random(n)
        pairs = np.abs(x[:, None] - x).sum()
        assert gini(x) == pytest.approx(n / (n - 1) * pairs / (2 * n**2 * x.mean()))


RANGE = st.tuples(st.floats(1e-6, 1), st.floats(1, 30)).map(lambda r: (r[0], r[0] * r[1]))


@settings(deadline=None, max_examples=30)
@given(st.lists(RANGE, min_size=2, max_size=6), st.integers(0, 2**32 - 1))
def test_no_rates_inside_the_intervals_go_beyond_the_ends(
    ranges: list[tuple[float, float]], seed: int
) -> None:
    low, high = np.array(ranges).T
    generator = np.random.default_rng(seed)
    inside = generator.uniform(low, high, size=(20, low.size))
    corner = np.where(generator.random((20, low.size)) < 0.5, low, high)
    level = np.clip(generator.uniform(low.min(), high.max(), size=(20, 1)), low, high)
    summaries: list[Callable[[GroupRates], Span | None]] = [
        max_over_min,
        max_over_geometric_mean,
        lambda r: fdr(r, r, alpha=0.3),
        lambda r: garbe(r, r, alpha=0.3),
        lambda r: inequity_rate(r, r, alpha=0.3),
    ]
    for summary in summaries:
        ends = summary(GroupRates(low, low, high))
        assert ends is not None
        for tried in np.concatenate([inside, corner, level]):
            found = summary(exactly(tried))
            assert found is not None
            assert ends.low - 1e-9 <= found.value <= ends.high * (1 + 1e-9)


def exactly(value: NDArray[np.float64]) -> GroupRates:
    return GroupRates(value, value, value)


def test_ends_are_reached() -> None:
    """Not merely safe: some rates inside the intervals give them."""
    wide = GroupRates(
        np.array([2.0, 3.0, 4.0]), np.array([1.0, 2.0, 3.5]), np.array([3.0, 4.0, 6.0])
    )
    nearest, furthest = exactly(np.array([3.0, 3.5, 3.5])), exactly(np.array([1.0, 2.0, 6.0]))
    for summary in (max_over_min, max_over_geometric_mean):
        span, least, most = summary(wide), summary(nearest), summary(furthest)
        assert span is not None
        assert least is not None
        assert most is not None
        assert (span.low, span.high) == pytest.approx((least.value, most.value))
    assert garbe(wide, wide, alpha=0.5).low == pytest.approx(float(gini(nearest.value)))
    assert garbe(wide, wide, alpha=0.5).high == pytest.approx(float(gini(furthest.value)))


def test_two_to_sixteen_groups() -> None:
    one = Estimate(
        value=0.1, low=0.1, high=0.1, confidence=0.95, method=Method.WILSON, n=9, people=None
    )
    assert GroupRates.of([one] * 16).value.size == 16
    for count in (1, 17):
        with pytest.raises(InputInvalid):
            GroupRates.of([one] * count)
