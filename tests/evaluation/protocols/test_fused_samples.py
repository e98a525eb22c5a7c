"""Cells: several fused samples a side, every pair of people alike."""

from __future__ import annotations

import numpy as np
import pytest

from tests.evaluation.protocols.synthetic import crowd
from visavis.comparison import cosine, fuse
from visavis.errors import InputInvalid, ScoresTooFew
from visavis.evaluation import ScoreSet, Uncertainty, threshold_at_fmr
from visavis.evaluation._streamed_points import streamed_thresholds
from visavis.evaluation.protocols._fused_samples import compare_fused
from visavis.face import Embedding


def test_scores_are_those_of_a_verification() -> None:
    """Two pictures each: whichever way they are drawn, the genuine score is one and the same."""
    vectors, person = crowd([2] * 30, seed=5)
    cell = compare_fused(vectors, person, references=1, probes=1, seed=1, draws=1)
    expected = sorted(float(vectors[2 * i] @ vectors[2 * i + 1]) for i in range(30))
    assert cell.genuine == pytest.approx(expected, abs=1e-6)
    assert cell.tail.comparisons == cell.tail.scores.size == 30 * 29
    assert cell.impostor_bins.sum() == 30 * 29


def test_references_may_be_embedded_otherwise() -> None:
    probes, person = crowd([2] * 30, seed=5)
    kept, _ = crowd([2] * 30, seed=6)
    cell = compare_fused(
        probes, person, references=1, probes=1, seed=1, draws=1, as_references=kept
    )
    for score, who in zip(cell.genuine, cell.person, strict=True):
        one, other = 2 * who, 2 * who + 1
        ways = [float(kept[one] @ probes[other]), float(kept[other] @ probes[one])]
        assert min(abs(score - way) for way in ways) < 1e-6


def test_several_samples_are_fused_as_the_product_fuses_them() -> None:
    vectors, person = crowd([2, 2], seed=6)
    cell = compare_fused(vectors, person, references=2, probes=2, seed=1, draws=1)
    sides = [
        fuse([Embedding(row.copy(), "made-up") for row in vectors[person == code]])
        for code in (0, 1)
    ]
    assert cell.tail.scores == pytest.approx([cosine(*sides)] * 2, abs=1e-6)
    assert cell.genuine.size == 0  # nobody has four pictures


def test_who_takes_part() -> None:
    vectors, person = crowd([1, 2, 3, 5, 1, 4], seed=7)
    cell = compare_fused(vectors, person, references=3, probes=1, seed=1)
    assert cell.meetings.people == 3
    assert cell.meetings.comparisons == cell.tail.comparisons == 5 * 3 * 2
    assert sorted(set(cell.person.tolist())) == [1, 2]  # with five and four, numbered anew


def test_thresholds_are_those_of_the_listed_scores() -> None:
    vectors, person = crowd([2] * 60, seed=8)
    cell = compare_fused(vectors, person, references=1, probes=1, seed=3)
    listed = ScoreSet.of_people(
        genuine=cell.genuine,
        impostor=cell.tail.scores,
        genuine_person=cell.person,
        impostor_first=cell.tail.first,
        impostor_second=cell.tail.second,
    )
    few = Uncertainty(resamples=200)
    ours = streamed_thresholds(cell, ["1e-1", "1e-2"], weights="person-pairs", uncertainty=few)
    for found in ours:
        theirs = threshold_at_fmr(listed, found.asked, weights="person-pairs", uncertainty=few)
        assert found.threshold.value == pytest.approx(theirs.threshold.value, abs=1e-6)
        assert found.threshold.high == pytest.approx(theirs.threshold.high, abs=1e-3)
        assert found.pairs == theirs.pairs


def test_the_same_seed_draws_the_same_sets() -> None:
    vectors, person = crowd([4] * 20, seed=9)
    one, same, other = (
        compare_fused(vectors, person, references=2, probes=1, seed=seed) for seed in (1, 1, 2)
    )
    assert np.array_equal(one.genuine, same.genuine)
    assert not np.array_equal(one.genuine, other.genuine)


def test_cells_that_cannot_be() -> None:
    vectors, person = crowd([2, 2], seed=1)
    with pytest.raises(ScoresTooFew):
        compare_fused(vectors, person, references=3, probes=1, seed=1)
    with pytest.raises(InputInvalid):
        compare_fused(vectors, person, references=0, probes=1, seed=1)
