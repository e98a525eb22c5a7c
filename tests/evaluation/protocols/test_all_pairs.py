"""A streamed test says what the same test says that keeps every score."""

from __future__ import annotations

import numpy as np
import pytest

from tests.evaluation.protocols.synthetic import crowd
from visavis.errors import InputInvalid, ScoresInvalid, ScoresTooFew
from visavis.evaluation import (
    Estimate,
    ScoreSet,
    Uncertainty,
    Weights,
    fmr,
    fnmr,
    fnmr_at_fmrs,
    paired_difference,
)
from visavis.evaluation._streamed_points import (
    streamed_difference,
    streamed_fmr,
    streamed_fnmr,
    streamed_fnmr_at_fmrs,
    streamed_thresholds,
)
from visavis.evaluation.protocols._all_pairs import compare_all, tail_size

_FEW_DRAWS = Uncertainty(resamples=200)
_COUNTS = np.random.default_rng(3).integers(1, 6, 120).tolist()
_FMRS = ["1e-1", "1e-2", "1e-3"]


def _listed(vectors: np.ndarray, person: np.ndarray) -> ScoreSet:
    first, second = np.triu_indices(person.size, 1)
    scores = np.einsum("nd,nd->n", vectors[first], vectors[second])
    return ScoreSet.of_pairs(scores, person[first], person[second])


def _close(one: Estimate, other: Estimate) -> None:
    assert one.value == pytest.approx(other.value, abs=1e-6)
    assert (one.low, one.high) == pytest.approx((other.low, other.high), abs=2e-3)
    assert (one.n, one.people, one.method, one.label) == (
        other.n, other.people, other.method, other.label,
    )  # fmt: skip


@pytest.mark.parametrize("weights", ["comparisons", "person-pairs"])
def test_points_are_those_of_the_listed_scores(weights: Weights) -> None:
    vectors, person = crowd(_COUNTS, seed=1)
    mixed = np.random.default_rng(0).permutation(person.size)
    streamed = compare_all(vectors[mixed], person[mixed])
    listed = _listed(vectors, person)
    ours = streamed_fnmr_at_fmrs(streamed, _FMRS, weights=weights, uncertainty=_FEW_DRAWS)
    theirs = fnmr_at_fmrs(listed, _FMRS, weights=weights, uncertainty=_FEW_DRAWS)
    for one, other in zip(ours, theirs, strict=True):
        _close(one.at.threshold, other.at.threshold)
        _close(one.at.fmr, other.at.fmr)
        _close(one.fnmr, other.fnmr)
        assert (one.at.pairs, one.at.established) == (other.at.pairs, other.at.established)


@pytest.mark.parametrize("weights", ["comparisons", "person-pairs"])
@pytest.mark.parametrize("threshold", [0.3, 0.6, 0.9])
def test_rates_at_a_threshold_are_those_of_the_listed_scores(
    weights: Weights, threshold: float
) -> None:
    vectors, person = crowd(_COUNTS, seed=1)
    streamed, listed = compare_all(vectors, person), _listed(vectors, person)
    for ours, theirs in ((streamed_fmr, fmr), (streamed_fnmr, fnmr)):
        one = ours(streamed, threshold, weights=weights, uncertainty=_FEW_DRAWS)
        other = theirs(listed, threshold, weights=weights, uncertainty=_FEW_DRAWS)
        _close(one, other)


def test_the_difference_of_two_systems_is_the_paired_one() -> None:
    sets = [crowd(_COUNTS, seed=1, noise=noise) for noise in (1.0, 1.2)]
    one, other = (compare_all(*each) for each in sets)
    first, second = (_listed(*each) for each in sets)
    ours = streamed_difference(one, other, "1e-2", weights="comparisons", uncertainty=_FEW_DRAWS)
    theirs = paired_difference(first, second, "1e-2", uncertainty=_FEW_DRAWS)
    _close(ours, theirs)
    assert ours.high < 0  # the less noisy system errs less
    with pytest.raises(InputInvalid):
        streamed_difference(
            one, compare_all(*crowd([2] * 50, seed=1)), "1e-2", weights="comparisons"
        )


def test_neither_threads_nor_a_short_tail_change_anything() -> None:
    vectors, person = crowd([3] * 300, seed=2)
    alone, shared = (compare_all(vectors, person, threads=n, keep=50_000) for n in (1, 2))
    short = compare_all(vectors, person, keep=5_000)
    assert np.array_equal(alone.genuine, shared.genuine)
    assert np.array_equal(alone.tail.scores, shared.tail.scores)
    assert np.array_equal(alone.impostor_bins, shared.impostor_bins)
    assert alone.impostor_bins.sum() == alone.tail.comparisons == 300 * 299 // 2 * 9
    assert np.array_equal(alone.tail.scores[: short.tail.scores.size], short.tail.scores)
    ours, theirs = (
        streamed_fnmr_at_fmrs(each, ["1e-3"], uncertainty=_FEW_DRAWS)[0] for each in (alone, short)
    )
    assert ours == theirs


def test_what_was_not_kept_is_refused() -> None:
    short = compare_all(*crowd([3] * 100, seed=2), keep=100)
    with pytest.raises(ScoresTooFew):
        streamed_thresholds(short, ["1e-1"], weights="comparisons")
    with pytest.raises(ScoresTooFew):
        streamed_fmr(short, 0.0, weights="comparisons")


def test_one_person_or_arrays_that_do_not_fit_are_refused() -> None:
    vectors, person = crowd([3], seed=2)
    with pytest.raises(ScoresTooFew):
        compare_all(vectors, person)
    with pytest.raises(ScoresInvalid):
        compare_all(vectors, person[1:])


def test_the_tail_is_bounded() -> None:
    assert tail_size(10) == 10
    assert tail_size(10**7) == 250_000
    assert tail_size(10**9) == 3_000_000


def test_the_earlier_picture_is_the_reference() -> None:
    probes, person = crowd([3, 1, 4], seed=9)
    kept, _ = crowd([3, 1, 4], seed=10)
    streamed = compare_all(probes, person, as_references=kept)
    first, second = np.triu_indices(person.size, 1)
    scores, genuine = (kept @ probes.T)[first, second], person[first] == person[second]
    assert streamed.genuine == pytest.approx(np.sort(scores[genuine]), abs=1e-6)
    assert streamed.tail.scores == pytest.approx(np.sort(scores[~genuine])[::-1], abs=1e-6)
