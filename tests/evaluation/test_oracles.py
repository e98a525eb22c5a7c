"""Equality with other people's implementations and published numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.datasets import load_iris
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import det_curve, roc_curve

from visavis.evaluation import (
    LogisticCalibration,
    PavCalibration,
    ScoreSet,
    cllr,
    clopper_pearson,
    eer,
    error_curve,
    fnmr_at_fmr,
    min_cllr,
    wilson,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def with_ties(
    seed: int, dtype: type[np.floating[Any]]
) -> tuple[ScoreSet, NDArray[np.int64], NDArray[np.floating[Any]]]:
    """Scores rounded so that most occur several times, in both classes."""
    generator = np.random.default_rng(seed)
    genuine = np.round(generator.normal(1.0, 1.0, 150), 1).astype(dtype)
    impostor = np.round(generator.normal(0.0, 1.0, 400), 1).astype(dtype)
    truth = np.repeat([1, 0], [150, 400])
    scores = ScoreSet.without_people(genuine=genuine, impostor=impostor)
    return scores, truth, np.concatenate([genuine, impostor])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("seed", range(20))
def test_roc_is_that_of_scikit_learn(seed: int, dtype: type[np.floating[Any]]) -> None:
    scores, truth, all_scores = with_ties(seed, dtype)
    fpr, tpr, thresholds = roc_curve(truth, all_scores, drop_intermediate=False)
    curve = error_curve(scores)
    np.testing.assert_array_equal(curve.thresholds[::-1], thresholds)
    np.testing.assert_array_equal(curve.fmr[::-1], fpr)
    np.testing.assert_array_equal(curve.tmr[::-1], tpr)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("seed", range(20))
def test_det_is_that_of_scikit_learn(seed: int, dtype: type[np.floating[Any]]) -> None:
    scores, truth, all_scores = with_ties(seed, dtype)
    fpr, fnr, thresholds = det_curve(truth, all_scores, drop_intermediate=False)
    curve = error_curve(scores)
    same = np.searchsorted(curve.thresholds, thresholds)
    np.testing.assert_array_equal(curve.thresholds[same], thresholds)
    np.testing.assert_array_equal(curve.fmr[same], fpr)
    np.testing.assert_array_equal(curve.fnmr[same], fnr)
    left = np.delete(np.arange(curve.thresholds.size), same)  # it leaves out the flat ends
    assert np.all((curve.fnmr[left] == 0) | (curve.fmr[left] == 0))


def test_iris_is_bobs_nonsep() -> None:
    """bob.measure's data set `nonsep`, whose values BOSARIS gave."""
    lengths, kind = load_iris(return_X_y=True)
    scores = ScoreSet.without_people(genuine=lengths[kind == 1, 0], impostor=lengths[kind == 0, 0])
    curve = error_curve(scores)
    assert cllr(scores) == pytest.approx(3.61833, abs=5e-6)
    assert eer(curve, method="rocch").value == pytest.approx(0.11636, abs=5e-6)
    assert min_cllr(curve) == pytest.approx(0.40306, abs=5e-6)  # 0.33736 if ties are broken


def pyeer_scores(vectors: Path, number: int) -> ScoreSet:
    return ScoreSet.without_people(
        genuine=np.loadtxt(vectors / f"pyeer_exp{number}_true.txt"),
        impostor=np.loadtxt(vectors / f"pyeer_exp{number}_false.txt"),
    )


@pytest.mark.parametrize(("number", "expected"), [(1, 0.0808623), (2, 0.0441896), (3, 0.1141693)])
def test_eer_is_pyeers(vectors: Path, number: int, expected: float) -> None:
    curve = error_curve(pyeer_scores(vectors, number))
    assert eer(curve, method="fvc2000").value == pytest.approx(expected, abs=5e-8)


@pytest.mark.parametrize(
    ("number", "realised", "expected"),
    [(1, "5/4950", 0.284640), (2, "3/3619", 0.188889), (3, "68/66633", 0.211773)],
)
def test_fnmr_is_pyeers_at_its_fmr(
    vectors: Path, number: int, realised: str, expected: float
) -> None:
    """pyeer's FMR1000 is the point whose FMR is nearest to 1/1000: twice it lies above."""
    found = fnmr_at_fmr(pyeer_scores(vectors, number), realised).fnmr
    assert found.value == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize(("number", "expected"), [(1, 814 / 2793), (2, 34 / 180), (3, 595 / 2786)])
def test_fnmr_at_fmr_never_exceeds_it(vectors: Path, number: int, expected: float) -> None:
    scores = pyeer_scores(vectors, number)
    found = fnmr_at_fmr(scores, "1/1000")
    assert found.fnmr.value == expected
    assert found.at.fmr.value <= 0.001
    bound = sorted(scores.impostor, reverse=True)[scores.impostor.size // 1000]
    assert expected == np.mean(scores.genuine <= bound)


def test_clopper_pearson_is_the_published() -> None:
    found = clopper_pearson(9856, 10000)
    assert found.value == 0.9856
    assert found.low == pytest.approx(0.983068350, abs=1e-9)
    assert found.high == pytest.approx(0.987842709, abs=1e-9)


@pytest.mark.parametrize(
    ("errors", "trials"), [(0, 1), (1, 1), (0, 300), (300, 300), (3, 1000), (400, 1000)]
)
def test_binomial_intervals_are_those_of_scipy(errors: int, trials: int) -> None:
    for ours, method in ((clopper_pearson, "exact"), (wilson, "wilson")):
        found = ours(errors, trials, confidence=0.9)
        theirs = binomtest(errors, trials).proportion_ci(confidence_level=0.9, method=method)
        assert found.low == pytest.approx(theirs.low, abs=1e-12)
        assert found.high == pytest.approx(theirs.high, abs=1e-12)


def test_logistic_calibration_is_that_of_scikit_learn() -> None:
    scores, truth, all_scores = with_ties(1, np.float64)
    ours = LogisticCalibration.fit(scores)
    theirs = LogisticRegression(C=np.inf, class_weight="balanced", tol=1e-10, max_iter=1000)
    theirs.fit(all_scores[:, None], truth)
    assert ours.slope == pytest.approx(theirs.coef_[0, 0], rel=1e-6)
    assert ours.intercept == pytest.approx(theirs.intercept_[0], rel=1e-6)


def test_pav_calibration_is_that_of_scikit_learn() -> None:
    scores, truth, all_scores = with_ties(2, np.float64)
    ours = PavCalibration.fit(error_curve(scores))
    beyond = np.array([-99.0, -99.0, 99.0, 99.0])
    every = np.concatenate([all_scores, beyond])
    theirs = IsotonicRegression().fit(every, np.concatenate([truth, [0, 1, 0, 1]]))
    share = theirs.predict(all_scores)
    expected = np.log(share / (1 - share)) - np.log(152 / 402)
    np.testing.assert_allclose(ours.log_likelihood_ratio(all_scores), expected, atol=1e-9)
