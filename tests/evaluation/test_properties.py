"""What must hold for any scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visavis.evaluation import ScoreSet, eer, error_curve, fmr, fnmr, fnmr_at_fmr, min_cllr

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

# Whole numbers make ties; 30 of them are enough for every pattern of a curve.
SIDE = st.lists(st.integers(-8, 8), min_size=1, max_size=30)
FMRS = st.sampled_from(["0", "1e-3", "1/7", "0.25", "1/3", "0.5", "0.999"])


def score_set(genuine: list[int], impostor: list[int], dtype: type = np.float64) -> ScoreSet:
    return ScoreSet.without_people(
        genuine=np.array(genuine, dtype=dtype), impostor=np.array(impostor, dtype=dtype)
    )


@settings(deadline=None)
@given(SIDE, SIDE)
def test_curves_are_monotone(genuine: list[int], impostor: list[int]) -> None:
    curve = error_curve(score_set(genuine, impostor))
    assert np.all(np.diff(curve.thresholds) > 0)
    assert np.all(np.diff(curve.false_matches) <= 0)
    assert np.all(np.diff(curve.false_non_matches) >= 0)
    assert (curve.fmr[0], curve.fnmr[0]) == (1, 0)
    assert (curve.fmr[-1], curve.fnmr[-1]) == (0, 1)


@settings(deadline=None)
@given(SIDE, SIDE, st.floats(allow_nan=False))
def test_rates_are_shares_of_comparisons(
    genuine: list[int], impostor: list[int], threshold: float
) -> None:
    for dtype in (np.float32, np.float64):
        scores = score_set(genuine, impostor, dtype)
        assert fmr(scores, threshold).value == np.mean([s >= threshold for s in impostor])
        assert fnmr(scores, threshold).value == np.mean([s < threshold for s in genuine])


@settings(deadline=None)
@given(SIDE, SIDE, FMRS)
def test_the_threshold_holds_its_fmr_and_no_lower_one_does(
    genuine: list[int], impostor: list[int], asked: str
) -> None:
    numerator, _, denominator = asked.partition("/")
    limit = float(numerator) / float(denominator or 1)
    scores = score_set(genuine, impostor)
    point = fnmr_at_fmr(scores, asked)
    threshold = point.at.threshold.value
    assert fmr(scores, threshold).value <= limit + 1e-12
    assert fmr(scores, np.nextafter(threshold, -np.inf)).value > limit
    assert point.fnmr.value == fnmr(scores, threshold).value
    assert point.fnmr.low <= point.fnmr.value <= point.fnmr.high


@pytest.mark.parametrize("rise", [np.exp, np.arctan, lambda x: x**3 - 7, lambda x: 1e-6 * x + 3])
@settings(deadline=None)
@given(SIDE, SIDE, FMRS)
def test_rising_maps_change_nothing(
    rise: Callable[[NDArray[np.floating[Any]]], NDArray[np.floating[Any]]],
    genuine: list[int],
    impostor: list[int],
    asked: str,
) -> None:
    one = score_set(genuine, impostor)
    other = ScoreSet.without_people(genuine=rise(one.genuine), impostor=rise(one.impostor))
    before, after = error_curve(one), error_curve(other)
    np.testing.assert_array_equal(before.false_matches, after.false_matches)
    np.testing.assert_array_equal(before.false_non_matches, after.false_non_matches)
    assert min_cllr(before) == min_cllr(after)
    assert fnmr_at_fmr(one, asked).fnmr == fnmr_at_fmr(other, asked).fnmr
    for method in ("rocch", "interpolated", "fvc2000"):
        assert eer(before, method=method) == eer(after, method=method)


@settings(deadline=None)
@given(SIDE, SIDE)
def test_negating_and_swapping_mirrors_the_curve(genuine: list[int], impostor: list[int]) -> None:
    """Refusing at ``score <= threshold`` is the same, sides changed and signs turned."""
    one = error_curve(score_set(genuine, impostor))
    other = error_curve(score_set([-s for s in impostor], [-s for s in genuine]))
    np.testing.assert_array_equal(one.thresholds[:-1], -other.thresholds[:-1][::-1])
    np.testing.assert_array_equal(one.false_matches, other.false_non_matches[::-1])
    np.testing.assert_array_equal(one.false_non_matches, other.false_matches[::-1])
    assert min_cllr(one) == pytest.approx(min_cllr(other), abs=1e-12)
    for method in ("rocch", "interpolated", "fvc2000"):
        here, there = eer(one, method=method), eer(other, method=method)
        assert here.value == pytest.approx(there.value, abs=1e-12)


@settings(deadline=None)
@given(SIDE, SIDE)
def test_equal_error_rates_are_ordered(genuine: list[int], impostor: list[int]) -> None:
    curve = error_curve(score_set(genuine, impostor))
    hull = eer(curve, method="rocch")
    line = eer(curve, method="interpolated")
    assert hull.value <= line.value + 1e-12
    assert 0 <= line.low <= line.value <= line.high <= 1


@settings(deadline=None)
@given(SIDE, SIDE)
def test_min_cllr_is_between_nothing_and_one_bit(genuine: list[int], impostor: list[int]) -> None:
    assert 0 <= min_cllr(error_curve(score_set(genuine, impostor))) <= 1 + 1e-12
