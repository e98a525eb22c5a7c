"""What a report says is what the measures say."""

from __future__ import annotations

import numpy as np
import pytest

from tests.evaluation.report.examples import QUICK, RUN, full, plain, scores_of_people
from visavis.errors import InputInvalid, ScoresTooFew
from visavis.evaluation import (
    LogisticCalibration,
    ScoreSet,
    cllr,
    eer,
    error_curve,
    fnmr_at_fmr,
    min_cllr,
)
from visavis.evaluation.report import Band, measure_report, standard_fmrs
from visavis.evaluation.report._thin import histograms, thinned


def test_points_are_those_of_the_measures() -> None:
    scores = scores_of_people()
    report = full()
    assert [point.at.asked for point in report.points] == ["1e-1", "1e-2"]
    for point in report.points:
        assert point == fnmr_at_fmr(scores, point.at.asked, uncertainty=QUICK)
    curve = error_curve(scores)
    assert [rate.method for rate in report.eer] == ["rocch", "interpolated", "fvc2000"]
    for rate in report.eer:
        assert rate.estimate == eer(curve, method=rate.method, uncertainty=QUICK)
    assert (report.people, report.pairs) == (60, 1770)
    assert report.min_cllr == min_cllr(curve)
    assert report.cllr == cllr(scores)


def test_calibrated_cllr_is_that_of_a_line() -> None:
    scores = scores_of_people()
    line = LogisticCalibration.fit(scores)
    ratios = ScoreSet.without_people(
        genuine=line.log_likelihood_ratio(scores.genuine),
        impostor=line.log_likelihood_ratio(scores.impostor),
    )
    assert full().calibrated_cllr == pytest.approx(cllr(ratios))


def test_the_band_holds_the_curve() -> None:
    for report in (plain(), full()):
        band = report.det.band
        assert band is not None
        assert np.all(np.diff(band.fmr) > 0)
        assert band.fmr[0] * report.impostor >= 1
        for fmr, low, high in zip(band.fmr, band.low, band.high, strict=True):
            first = np.argmax(report.det.fmr <= fmr)  # the point held at this FMR, or one beyond
            assert low <= report.det.fnmr[first]
            assert high >= report.det.fnmr[first - 1]


def test_standard_fmrs_are_those_that_allow_a_false_match() -> None:
    assert standard_fmrs(9) == []
    assert standard_fmrs(1000) == ["1e-1", "1e-2", "1e-3"]
    assert standard_fmrs(10**9)[-1] == "1e-6"


def test_thinned_points_are_points_of_the_curve() -> None:
    generator = np.random.default_rng(2)
    scores = ScoreSet.without_people(
        genuine=generator.normal(1.0, 1.0, 30_000), impostor=generator.normal(0.0, 1.0, 100_000)
    )
    curve = error_curve(scores)
    thin = thinned(curve, None)
    assert thin.threshold.size < 700
    same = np.searchsorted(curve.thresholds, thin.threshold)
    np.testing.assert_array_equal(curve.thresholds[same], thin.threshold)
    np.testing.assert_array_equal(curve.fmr[same], thin.fmr)
    np.testing.assert_array_equal(curve.fnmr[same], thin.fnmr)
    for errors in range(100):  # the best point with so many false matches, and so many refusals
        assert curve.fnmr[curve.false_matches <= errors].min() in thin.fnmr
        assert curve.fmr[curve.false_non_matches <= errors].min() in thin.fmr


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_score_is_in_a_bin(dtype: type[np.float32 | np.float64]) -> None:
    scores = ScoreSet.without_people(
        genuine=np.array([0.0, 0.5, 1.0], dtype=dtype),
        impostor=np.array([-1.0, 0.3, 0.3, 1.0], dtype=dtype),
    )
    found = histograms(scores)
    assert (found.genuine.sum(), found.impostor.sum()) == (3, 4)
    assert (found.edges[0], found.edges[-1], found.edges.size) == (-1.0, 1.0, 101)
    assert (found.impostor[0], found.impostor[-1], found.genuine[-1]) == (1, 1, 1)
    assert found.genuine[50] == 1


@pytest.mark.parametrize(
    ("genuine", "impostor"),
    [([1.0], [0.0]), ([0.0], [1.0]), ([5.0, 5.0], [5.0]), ([1e100], [-1e100]), ([1e-300], [0.0])],
)
def test_odd_scores_give_a_report_all_the_same(genuine: list[float], impostor: list[float]) -> None:
    scores = ScoreSet.without_people(genuine=np.array(genuine), impostor=np.array(impostor))
    report = measure_report(scores, title="", data_set="", run=RUN)
    assert report.points == ()
    assert report.calibrated_cllr is None
    assert any("undefined" in note or "No calibration" in note for note in report.notes)
    assert (report.histograms.genuine.sum(), report.histograms.impostor.sum()) == (
        len(genuine),
        len(impostor),
    )


def test_what_is_refused() -> None:
    one = ScoreSet.without_people(genuine=np.ones(1), impostor=np.empty(0))
    with pytest.raises(ScoresTooFew):
        measure_report(one, title="", data_set="", run=RUN)
    with pytest.raises(InputInvalid, match="rate"):
        measure_report(scores_of_people(), title="", data_set="", run=RUN, fmrs=["often"])
    with pytest.raises(InputInvalid, match="length"):
        Band(fmr=np.ones(2), low=np.ones(2), high=np.ones(3), confidence=0.95)
