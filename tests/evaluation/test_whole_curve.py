"""EER, Cllr, calibration, d': one number, or one map, for all scores."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression

from tests.evaluation.crossed import Law
from visavis.errors import ScoresInvalid, ScoresSeparated, ScoresTooFew
from visavis.evaluation import (
    LogisticCalibration,
    PavCalibration,
    ScoreSet,
    cllr,
    d_prime,
    eer,
    error_curve,
    min_cllr,
)
from visavis.evaluation._pav import pool


def score_set(genuine: list[float], impostor: list[float]) -> ScoreSet:
    return ScoreSet.without_people(genuine=np.array(genuine), impostor=np.array(impostor))


APART = score_set([2.0, 3.0], [0.0, 1.0])
MIXED = score_set([1.0, 3.0, 4.0, 6.0], [0.0, 2.0, 2.0, 5.0])
NO_GENUINE = score_set([], [0.0])


def test_three_equal_error_rates() -> None:
    curve = error_curve(MIXED)
    #  threshold  0    1    2    3    4    5    6   inf
    #  FMR        1   3/4  3/4  1/4  1/4  1/4   0    0
    #  FNMR       0    0   1/4  1/4  1/2  3/4  3/4   1
    assert curve.false_matches.tolist() == [4, 3, 3, 1, 1, 1, 0, 0]
    assert curve.false_non_matches.tolist() == [0, 0, 1, 1, 2, 3, 3, 4]
    assert eer(curve, method="interpolated").value == 0.25
    assert eer(curve, method="fvc2000").value == 0.25
    assert eer(curve, method="rocch").value == pytest.approx(0.25)


def test_hull_lies_below_the_curve() -> None:
    curve = error_curve(score_set([0.0, 2.0, 2.0, 2.0], [-1.0, 1.0, 1.0, 3.0]))
    assert eer(curve, method="rocch").value <= eer(curve, method="interpolated").value


def test_perfect_and_reversed_systems() -> None:
    for method in ("rocch", "interpolated", "fvc2000"):
        assert eer(error_curve(APART), method=method).value == 0.0
    upside_down = error_curve(score_set([0.0, 1.0], [2.0, 3.0]))
    assert eer(upside_down, method="interpolated").value == 1.0
    assert eer(upside_down, method="rocch").value == 0.5
    assert min_cllr(error_curve(APART)) == 0.0
    assert min_cllr(upside_down) == 1.0


def test_eer_interval_covers() -> None:
    law = Law(people=60, share=0.4, genuine_mean=2.0)
    truth = law.fmr(1.0)
    generator = np.random.default_rng(2)
    held = []
    for _ in range(40):
        found = eer(error_curve(law.draw(generator)), method="interpolated")
        held.append(found.low <= truth <= found.high)
    assert np.mean(held) >= 0.95


def test_cllr_of_a_known_case() -> None:
    scores = score_set([0.0, math.log(3)], [-math.log(7)])
    expected = ((1 + math.log2(4 / 3)) / 2 + math.log2(8 / 7)) / 2
    assert cllr(scores) == pytest.approx(expected, abs=1e-15)
    assert cllr(score_set([0.0], [0.0])) == 1.0
    assert cllr(score_set([-4000.0], [4000.0])) == pytest.approx(4000 / math.log(2))


def test_min_cllr_is_the_cllr_of_pooled_ratios() -> None:
    """Steps of MIXED: {0} {1, 2, 2} {3, 4, 5} {6}, with shares 0, 1/3, 2/3 and 1."""
    ratios = {0: -math.inf, 1: math.log(0.5), 2: math.log(0.5), 3: math.log(2), 4: math.log(2)}
    genuine = [math.log2(1 + math.exp(-ratios[s])) for s in (1, 3, 4)] + [0.0]
    impostor = [math.log2(1 + math.exp(r)) for r in (ratios[0], ratios[2], ratios[2], ratios[4])]
    expected = (sum(genuine) / 4 + sum(impostor) / 4) / 2
    assert min_cllr(error_curve(MIXED)) == pytest.approx(expected, abs=1e-15)


@given(st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=2, max_size=200))
def test_steps_are_those_of_isotonic_regression(drawn: list[tuple[int, bool]]) -> None:
    genuine, impostor = ([float(s) for s, true in drawn if true is kind] for kind in (True, False))
    assume(genuine and impostor)
    curve = error_curve(score_set(genuine, impostor))
    steps = pool(curve)
    own, other = np.diff(curve.false_non_matches), -np.diff(curve.false_matches)
    share = isotonic_regression(own / (own + other), weights=own + other).x
    found = steps.genuine / (steps.genuine + steps.impostor)
    assert np.all(np.diff(found) > 0)
    at = np.searchsorted(steps.lowest, curve.thresholds[:-1], side="right") - 1
    assert found[at] == pytest.approx(share, abs=1e-12)


def test_one_late_score_takes_all_steps_back() -> None:
    """Impostor scores thin out towards one that lies above all genuine scores."""
    genuine = np.arange(40.0)
    impostor = np.concatenate(
        [np.repeat(genuine, np.arange(40, 0, -1)) - 0.5, np.full(10**4, 99.0)]
    )
    steps = pool(error_curve(ScoreSet.without_people(genuine=genuine, impostor=impostor)))
    assert (steps.genuine.tolist(), steps.impostor.tolist()) == ([0, 40], [40, impostor.size - 40])


def test_calibration_gives_ratios_back() -> None:
    """Scores of two normal laws, one apart: the true ratio is s - 1/2, here hidden by a line."""
    generator = np.random.default_rng(1)
    genuine, impostor = generator.normal(1, 1, 40_000), generator.normal(0, 1, 60_000)
    scores = ScoreSet.without_people(genuine=7 - genuine / 3, impostor=7 - impostor / 3)
    found = LogisticCalibration.fit(scores)
    assert found.slope == pytest.approx(-3, rel=0.03)
    assert found.intercept == pytest.approx(21 - 0.5, rel=0.03)
    ratios = ScoreSet.without_people(
        genuine=found.log_likelihood_ratio(scores.genuine),
        impostor=found.log_likelihood_ratio(scores.impostor),
    )
    assert cllr(ratios) == pytest.approx(min_cllr(error_curve(ratios)), abs=2e-3)


def test_many_scores_give_the_same_line() -> None:
    """Above half a million a first line is fitted to some; the end is the same."""
    law = Law(people=1200, share=0.3, genuine_mean=2.0)
    scores = law.draw(np.random.default_rng(1))
    found = LogisticCalibration.fit(scores)
    assert scores.impostor.size > 500_000
    line = np.array([found.intercept, found.slope])
    ratio = {side: line[0] + line[1] * getattr(scores, side) for side in ("genuine", "impostor")}
    wrong = 1 / (1 + np.exp(ratio["genuine"])), 1 / (1 + np.exp(-ratio["impostor"]))
    assert wrong[0].mean() == pytest.approx(wrong[1].mean(), abs=1e-9)
    moments = (wrong[0] * scores.genuine).mean(), (wrong[1] * scores.impostor).mean()
    assert moments[0] == pytest.approx(moments[1], abs=1e-9)


def test_pav_ratios_rise_and_are_finite() -> None:
    found = PavCalibration.fit(error_curve(APART))
    ratios = found.log_likelihood_ratio(np.array([-1e300, 0.0, 1.9, 2.0, 1e300]))
    assert np.all(np.diff(ratios) >= 0)
    assert ratios[[0, 4]] == pytest.approx([math.log(1 / 3), math.log(3)])
    assert np.all(np.isfinite(found.ratios))


def test_separated_scores_have_no_slope() -> None:
    for scores in (APART, score_set([0.0], [1.0]), score_set([1.0, 2.0], [0.0, 1.0])):
        with pytest.raises(ScoresSeparated):
            LogisticCalibration.fit(scores)


def test_d_prime() -> None:
    assert d_prime(score_set([3.0, 5.0], [0.0, 2.0])) == 3.0
    assert d_prime(score_set([0.0, 2.0], [3.0, 5.0])) == -3.0
    assert d_prime(score_set([4.0, 4.0], [0.0, 4.0])) == pytest.approx(2 / math.sqrt(2))
    with pytest.raises(ScoresInvalid):
        d_prime(score_set([1.0], [0.0]))


def test_both_kinds_of_comparisons_are_needed() -> None:
    for measure in (error_curve, cllr, d_prime, LogisticCalibration.fit):
        with pytest.raises(ScoresTooFew):
            measure(NO_GENUINE)
