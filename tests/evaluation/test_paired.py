from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.evaluation.crossed import Law
from visavis.errors import InputInvalid
from visavis.evaluation import (
    Method,
    ScoreSet,
    Uncertainty,
    fnmr_at_fmr,
    paired_difference,
)

QUICK = Uncertainty(resamples=300)


def again(scores: ScoreSet, *, noise: float, seed: int = 1, keep: int | None = None) -> ScoreSet:
    """Another system on the same comparisons: the same scores, blurred, in another order."""
    generator = np.random.default_rng(seed)
    pairing = scores.pairing
    assert pairing is not None
    up = generator.permutation(scores.genuine.size)[:keep]
    upward = generator.permutation(scores.impostor.size)
    return ScoreSet.of_people(
        genuine=(scores.genuine + generator.normal(scale=noise, size=scores.genuine.size))[up],
        impostor=(scores.impostor + generator.normal(scale=noise, size=scores.impostor.size))[
            upward
        ],
        genuine_person=pairing.person[up],
        impostor_first=pairing.second[upward],
        impostor_second=pairing.first[upward],
    )


def test_a_system_does_not_differ_from_itself() -> None:
    scores = Law(people=80, share=0.5, genuine_mean=3.0).draw(np.random.default_rng(1))
    found = paired_difference(scores, again(scores, noise=0.0), "0.05", uncertainty=QUICK)
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)
    assert found.method is Method.SUBJECT_BOOTSTRAP


def test_pairing_sees_what_separate_intervals_do_not() -> None:
    scores = Law(people=120, share=0.6).draw(np.random.default_rng(2))
    worse = again(scores, noise=0.7)
    found = paired_difference(scores, worse, "0.02", uncertainty=QUICK)
    one, other = (fnmr_at_fmr(s, "0.02", uncertainty=QUICK).fnmr for s in (scores, worse))
    assert found.value == one.value - other.value < 0
    assert one.high > other.low  # the two intervals overlap
    assert found.high < 0  # the difference is clear
    back = paired_difference(worse, scores, "0.02", uncertainty=QUICK)
    assert back.value == -found.value
    assert back.low > 0


def test_covers_no_difference() -> None:
    """Two systems equally blurred: the interval holds 0 in 95 of 100 tests or so."""
    generator = np.random.default_rng(3)
    held = []
    for test in range(60):
        scores = Law(people=60, share=0.5, genuine_mean=3.0).draw(generator)
        one, other = (again(scores, noise=0.5, seed=2 * test + side) for side in (0, 1))
        found = paired_difference(one, other, "0.1", uncertainty=QUICK)
        held.append(found.low <= 0 <= found.high)
    assert np.mean(held) >= 0.9


def test_too_few_errors_leave_everything_open() -> None:
    scores = Law(people=60, share=0.5).draw(np.random.default_rng(1))
    found = paired_difference(scores, again(scores, noise=0.5), "1e-4", uncertainty=QUICK)
    assert found.method is Method.COMBINED
    assert (found.low, found.high) == (-1.0, 1.0)
    assert found.label.startswith("provisional")


def test_refuses_other_pairs() -> None:
    scores = Law(people=60, share=0.5).draw(np.random.default_rng(1))
    for other in (
        again(scores, noise=0.0, keep=100),
        Law(people=61, share=0.5).draw(np.random.default_rng(1)),
        replace(scores, pairing=None),
    ):
        with pytest.raises(InputInvalid):
            paired_difference(scores, other, "0.1", uncertainty=QUICK)
