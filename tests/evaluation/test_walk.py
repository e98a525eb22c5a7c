"""The fast sums, against the same sums done one by one."""

from __future__ import annotations

import numpy as np
import pytest

from visavis.evaluation import Uncertainty
from visavis.evaluation._bootstrap import multiplicities
from visavis.evaluation._pair_sums import complete_sum, listed_sum
from visavis.evaluation._walk import Walk


def walk(size: int, people: int = 30, *, weighed: bool) -> Walk:
    generator = np.random.default_rng(size)
    weights = generator.random(size).astype(np.float32) if weighed else None
    return Walk(
        first=generator.integers(people, size=size, dtype=np.int32),
        second=generator.integers(people, size=size, dtype=np.int32),
        weights=weights,
        multiplicities=generator.integers(0, 4, size=(people, 7)).astype(np.float32),
    )


def one_by_one(given: Walk) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Cumulated weights with a 0 before them: (size + 1) x draws."""
    drawn = given.multiplicities.astype(np.float64)
    weight = drawn[given.first] * drawn[given.second]
    if given.weights is not None:
        weight *= given.weights[:, None]
    return np.vstack([np.zeros((1, drawn.shape[1])), np.cumsum(weight, axis=0)])


@pytest.mark.parametrize("weighed", [False, True])
@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 16_384, 16_385, 40_000])
def test_sums_are_right_whatever_the_size(size: int, *, weighed: bool) -> None:
    given = walk(size, weighed=weighed)
    sums = one_by_one(given)
    np.testing.assert_allclose(given.total(), sums[-1], rtol=1e-6)
    stops = np.random.default_rng(0).integers(0, size + 1, size=(3, 7))
    stops[0], stops[1] = 0, size
    expected = np.take_along_axis(sums, stops, axis=0)
    np.testing.assert_allclose(given.cumulated(stops), expected, rtol=1e-6)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 16_384, 16_385, 40_000])
def test_the_first_to_exceed_is_found_exactly(size: int) -> None:
    given = walk(size, weighed=False)
    sums = one_by_one(given)
    limits = np.array([[0.0], [0.1], [0.5], [0.999], [1.0]]) * sums[-1]
    limits[1] = np.floor(limits[1])  # reached exactly, but not exceeded, somewhere
    found = given.first_exceeding(limits)
    for row, limit in zip(found, limits, strict=True):
        for draw, index in enumerate(row):
            above = sums[1:, draw] > limit[draw]
            assert index == (np.argmax(above) if above.any() else size)


def test_weighted_limits_are_found_up_to_rounding() -> None:
    given = walk(20_000, weighed=True)
    sums = one_by_one(given)
    limits = 0.37 * sums[-1:]
    found = given.first_exceeding(limits)[0]
    reached = np.take_along_axis(sums[1:], found[None], axis=0)
    np.testing.assert_allclose(reached[0], limits[0], rtol=1e-3)


@pytest.mark.parametrize("weighed", [False, True])
def test_a_table_gives_the_sums_of_the_list(*, weighed: bool) -> None:
    given = walk(5000, weighed=weighed)  # 900 cells: the table is cheaper
    table = listed_sum(given.first, given.second, given.weights, people=30)
    np.testing.assert_allclose(table(given.multiplicities), given.total(), rtol=1e-5)


def test_complete_designs_have_a_closed_form() -> None:
    present = np.array([True, False, True, True, True])
    first, second = (np.flatnonzero(present)[side] for side in np.triu_indices(4, 1))
    drawn = np.random.default_rng(2).integers(0, 4, size=(5, 6)).astype(np.float32)
    listed = Walk(
        first=first.astype(np.int32),
        second=second.astype(np.int32),
        weights=None,
        multiplicities=drawn,
    ).total()
    np.testing.assert_array_equal(complete_sum(present, each=2.0)(drawn), 2 * listed)


def test_as_many_are_drawn_as_there_are_and_always_the_same() -> None:
    how = Uncertainty(resamples=300, seed=5)
    drawn = np.concatenate(list(multiplicities(50, how)), axis=1)
    assert drawn.shape == (50, 300)
    assert np.all(drawn.sum(axis=0) == 50)
    assert drawn.var() == pytest.approx(1 - 1 / 50, rel=0.05)
    np.testing.assert_array_equal(drawn, np.concatenate(list(multiplicities(50, how)), axis=1))
    other = next(multiplicities(50, Uncertainty(resamples=300, seed=6)))
    assert np.any(other != drawn[:, : other.shape[1]])
