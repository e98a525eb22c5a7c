from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from tests.evaluation.crossed import Law
from visavis.errors import InputInvalid, ScoresTooFew
from visavis.evaluation import (
    PROVISIONAL,
    Method,
    ScoreSet,
    Uncertainty,
    fmr,
    fnmr,
    fnmr_at_fmr,
    fnmr_at_fmrs,
    threshold_at_fmr,
)
from visavis.evaluation._order_bracket import order_bracket

QUICK = Uncertainty(resamples=300)


def alone(impostor: list[float], kind: type[np.floating[Any]] = np.float64) -> ScoreSet:
    genuine = np.array([0.5, 1.5], dtype=kind)
    return ScoreSet.without_people(genuine=genuine, impostor=np.array(impostor, dtype=kind))


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("asked", "bound"), [("0", 0.9), ("0.1", 0.8), ("0.19", 0.8), ("0.2", 0.7), ("0.9", 0.1)]
)
def test_is_just_above_the_bounding_score(
    asked: str, bound: float, kind: type[np.floating[Any]]
) -> None:
    scores = alone([0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.7, 0.8, 0.9], kind)
    found = threshold_at_fmr(scores, asked, weights="comparisons")
    assert found.threshold.value == np.nextafter(kind(bound), kind(1))
    assert found.fmr.value == int(10 * float(asked)) / 10


def test_exact_decimals_decide() -> None:
    """0.29 x 100 is 29 and not the 28.999... of binary floats."""
    found = threshold_at_fmr(alone(list(np.arange(100.0))), "0.29", weights="comparisons")
    assert found.fmr.value == 0.29


def test_equal_scores_are_refused_together() -> None:
    scores = alone([0.1, 0.5, 0.5, 0.5, 0.9])
    for asked, expected in (("0.2", 0.2), ("0.4", 0.2), ("0.79", 0.2), ("0.8", 0.8)):
        assert threshold_at_fmr(scores, asked, weights="comparisons").fmr.value == expected


def test_pairs_of_people_count_once() -> None:
    """Ann and Bob make nine of ten comparisons and all high scores, but one of two pairs."""
    scores = ScoreSet.of_people(
        genuine=np.array([0.9]),
        impostor=np.append(np.linspace(0.5, 0.58, 9), 0.1),
        genuine_person=np.array(["ann"]),
        impostor_first=np.array(["ann"] * 10),
        impostor_second=np.array(["bob"] * 9 + ["cyd"]),
    )
    plain = threshold_at_fmr(scores, "0.5", weights="comparisons")
    weighed = threshold_at_fmr(scores, "0.5", weights="person-pairs")
    assert plain.threshold.value == np.nextafter(0.53, 1)
    assert weighed.threshold.value == np.nextafter(0.1, 1)
    assert weighed.fmr.value == pytest.approx(0.5)


def test_the_upper_end_holds_the_fmr_of_other_people() -> None:
    """97.5 % of tests must give an upper end whose true FMR is not above the one asked for."""
    law = Law(people=60, share=0.4)
    generator = np.random.default_rng(5)
    held = [
        law.fmr(
            threshold_at_fmr(
                law.draw(generator), "0.05", weights="person-pairs", uncertainty=QUICK
            ).threshold.high
        )
        <= 0.05
        for _ in range(100)
    ]
    assert np.mean(held) >= 0.93


def test_established_points_have_finite_ends() -> None:
    scores = Law(people=150, share=0.3).draw(np.random.default_rng(7))
    found = threshold_at_fmr(scores, "1e-3", weights="person-pairs", uncertainty=QUICK)
    assert found.established  # 11,175 pairs, of whom 11 are expected to match falsely
    assert found.pairs == 150 * 149 // 2
    assert found.threshold.method is Method.SUBJECT_BOOTSTRAP
    assert -np.inf < found.threshold.low < found.threshold.value < found.threshold.high < np.inf
    assert found.threshold.label == ""


def test_provisional_points_say_so() -> None:
    scores = Law(people=100, share=0.3).draw(np.random.default_rng(7))
    found = fnmr_at_fmr(scores, "1e-3", uncertainty=QUICK)
    assert not found.at.established
    assert found.at.threshold.label == found.fnmr.label == PROVISIONAL
    assert found.at.threshold.high == np.inf
    assert found.fnmr.high == 1.0
    assert found.at.fmr.high > 0.05  # what 100 people cannot exclude


def test_without_people_nothing_is_established() -> None:
    scores = Law(people=300, share=0.3).draw(np.random.default_rng(7))
    alone = ScoreSet.without_people(genuine=scores.genuine, impostor=scores.impostor)
    found = threshold_at_fmr(alone, "1e-2", weights="comparisons")
    assert not found.established
    assert found.threshold.method is Method.ORDER_STATISTICS
    assert "independence assumed" in found.threshold.label
    assert np.isfinite(found.threshold.high)


@pytest.mark.parametrize(("n", "rate"), [(1000, 0.05), (300, 0.01), (50, 0.5)])
def test_order_bracket_bracket_the_point(n: int, rate: float) -> None:
    """Uniform scores: the point exceeded with probability f is 1 - f."""
    above, below = order_bracket(n, Fraction(rate), confidence=0.9)
    assert below is not None
    draws = np.sort(np.random.default_rng(1).random((4000, n)), axis=1)[:, ::-1]
    if above is None:
        assert (1 - rate) ** n > 0.05
    else:
        assert np.mean(draws[:, above - 1] < 1 - rate) <= 0.055
        assert np.mean(draws[:, above] < 1 - rate) > 0.05  # the next one would be too near
    assert np.mean(draws[:, below - 1] > 1 - rate) <= 0.055


def test_fnmr_covers_independent_scores() -> None:
    generator = np.random.default_rng(11)
    law = Law(people=2, share=0.0)
    truth = law.fnmr(law.threshold(0.05))
    held = []
    for _ in range(200):
        scores = ScoreSet.without_people(
            genuine=generator.normal(law.genuine_mean, 1, 300), impostor=generator.normal(size=800)
        )
        found = fnmr_at_fmr(scores, "0.05").fnmr
        held.append(found.low <= truth <= found.high)
    assert np.mean(held) >= 0.95


def test_many_fmrs_are_measured_as_each_alone() -> None:
    scores = Law(people=80, share=0.4).draw(np.random.default_rng(9))
    asked = ["0.3", "0.05", "0.01", "1e-4"]
    together = fnmr_at_fmrs(scores, asked, uncertainty=QUICK)
    for text, found in zip(asked, together, strict=True):
        assert found == fnmr_at_fmr(scores, text, uncertainty=QUICK)
        assert found.at.asked == text
        threshold = found.at.threshold.value
        assert found.fnmr.value == fnmr(scores, threshold, uncertainty=QUICK).value
        assert found.at.fmr == fmr(scores, threshold, uncertainty=QUICK)


def test_float32_scores_give_float32_thresholds() -> None:
    exact = Law(people=60, share=0.4).draw(np.random.default_rng(9))
    pairing = exact.pairing
    assert pairing is not None
    scores = ScoreSet.of_people(
        genuine=exact.genuine.astype(np.float32),
        impostor=exact.impostor.astype(np.float32),
        genuine_person=pairing.person,
        impostor_first=pairing.first,
        impostor_second=pairing.second,
    )
    found = threshold_at_fmr(scores, "0.05", weights="comparisons", uncertainty=QUICK).threshold
    for end in (found.low, found.value, found.high):
        assert np.float32(end) == end


def test_refuses_what_cannot_be_measured() -> None:
    empty = np.empty(0)
    no_impostor = ScoreSet.without_people(genuine=np.ones(2), impostor=empty)
    no_genuine = ScoreSet.without_people(genuine=empty, impostor=np.ones(2))
    with pytest.raises(ScoresTooFew):
        threshold_at_fmr(no_impostor, "0.1", weights="comparisons")
    for scores in (no_impostor, no_genuine):
        with pytest.raises(ScoresTooFew):
            fnmr_at_fmr(scores, "0.1")
    with pytest.raises(InputInvalid):
        threshold_at_fmr(no_genuine, "0.1", weights="person-pairs")
    with pytest.raises(InputInvalid):
        fnmr_at_fmr(alone([0.1]), "1.0")
