from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from visavis.face._boxes import (
    distinct,
    intersection_over_smaller,
    intersection_over_union,
    squares,
)

if TYPE_CHECKING:
    import numpy.typing as npt

BOXES = np.array([(0, 0, 4, 2), (2, 0, 6, 2), (0, 0, 8, 8), (9, 9, 10, 10)], np.float32)


def test_intersection_over_union() -> None:
    overlaps = intersection_over_union(BOXES)
    np.testing.assert_allclose(overlaps[0], [1, 4 / 12, 8 / 64, 0])
    np.testing.assert_allclose(overlaps, overlaps.T)


def test_intersection_over_smaller() -> None:
    overlaps = intersection_over_smaller(BOXES)
    np.testing.assert_allclose(overlaps[0], [1, 0.5, 1, 0])
    np.testing.assert_allclose(overlaps, overlaps.T)


def test_boxes_without_area_overlap_nothing() -> None:
    boxes = np.array([(3, 3, 3, 3), (5, 5, 2, 2), (0, 0, 9, 9)], np.float32)
    for overlaps in (intersection_over_union(boxes), intersection_over_smaller(boxes)):
        assert np.isfinite(overlaps).all()
        assert np.count_nonzero(overlaps) == 1


def test_squares_keep_the_centre_and_the_longer_side() -> None:
    np.testing.assert_allclose(
        squares(BOXES[:2]), np.array([(0, -1, 4, 3), (2, -1, 6, 3)], np.float32)
    )


def test_distinct_keeps_the_best_and_what_only_a_lost_one_overlaps() -> None:
    # A chain: each overlaps the next. The second falls to the first, so the third stays.
    overlaps = np.eye(4) + np.eye(4, k=1) * 0.6 + np.eye(4, k=-1) * 0.6
    assert distinct(overlaps, limit=0.5).tolist() == [0, 2]
    assert distinct(overlaps, limit=0.6).tolist() == [0, 1, 2, 3]


def test_distinct_of_nothing_is_nothing() -> None:
    assert distinct(np.empty((0, 0)), limit=0.5).tolist() == []


@given(
    hnp.arrays(
        np.float32, st.tuples(st.integers(1, 12), st.just(4)), elements=st.floats(0, 64, width=32)
    )
)
def test_distinct_is_greedy_suppression(corners: npt.NDArray[np.float32]) -> None:
    boxes = np.concatenate([corners[:, :2], corners[:, :2] + corners[:, 2:] + 1], axis=1)
    overlaps = intersection_over_union(boxes)
    expected: list[int] = []
    for index in range(len(boxes)):
        if all(overlaps[index, better] <= 0.5 for better in expected):
            expected.append(index)
    assert distinct(overlaps, limit=0.5).tolist() == expected
