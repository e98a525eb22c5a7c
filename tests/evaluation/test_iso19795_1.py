from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.evaluation.crossed import Law
from visavis.errors import InputInvalid, ScoresInvalid, ScoresTooFew
from visavis.evaluation import (
    INDEPENDENCE_ASSUMED,
    Estimate,
    Method,
    ScoreSet,
    Uncertainty,
    clopper_pearson,
    fmr,
    fnmr,
    fta,
    fte,
    gfar,
    gfrr,
)
from visavis.evaluation._bootstrap import multiplicities
from visavis.evaluation._pair_share import PairShare
from visavis.evaluation._person_share import PersonShare

if TYPE_CHECKING:
    from visavis.evaluation import Weights

QUICK = Uncertainty(resamples=300)
NOTHING = np.empty(0)


def uneven() -> ScoreSet:
    """100 people; the first ten have many pictures and err more."""
    generator = np.random.default_rng(12)
    pictures = np.where(np.arange(100) < 10, 6, 2)
    owner = np.repeat(np.arange(100), pictures)
    one, other = np.triu_indices(owner.size, 1)
    busy = (owner[one] < 10) & (owner[other] < 10)
    scores = generator.normal(size=one.size) + 1.5 * busy + 3 * (owner[one] == owner[other])
    return ScoreSet.of_pairs(scores, owner[one], owner[other])


def test_without_people_intervals_are_exact_and_labelled() -> None:
    scores = ScoreSet.without_people(genuine=np.arange(100.0), impostor=np.arange(-900.0, 100.0))
    for found, errors, n in ((fmr(scores, 90.0), 10, 1000), (fnmr(scores, 5.0), 5, 100)):
        assert found == replace(clopper_pearson(errors, n), label=INDEPENDENCE_ASSUMED)
        assert found.label == "independence assumed: too narrow"
        assert found.people is None


@pytest.mark.parametrize("weights", ["comparisons", "person-pairs"])
def test_the_bootstrap_weighs_both_sides_of_a_pair(weights: Weights) -> None:
    """Against the definition: w_i w_j for each impostor comparison, w_i for each genuine one."""
    scores = uneven()
    pairing = scores.pairing
    assert pairing is not None
    start, stop = scores.impostor.size - 500, 150
    drawn = np.concatenate(list(multiplicities(100, QUICK)), axis=1).astype(np.float64)
    pair = drawn[pairing.first] * drawn[pairing.second]
    own = drawn[pairing.person]
    if weights == "person-pairs":
        pair /= pairing.pair_repeats[:, None]
        own /= pairing.person_repeats[:, None]
    np.testing.assert_allclose(
        PairShare.from_index(start, pairing, weights).resampled(QUICK).draws,
        pair[start:].sum(axis=0) / pair.sum(axis=0),
        rtol=1e-5,
    )
    np.testing.assert_allclose(
        PersonShare.before(stop, pairing, weights).resampled(QUICK).draws,
        own[:stop].sum(axis=0) / own.sum(axis=0),
        rtol=1e-5,
    )


@pytest.mark.parametrize("weights", ["comparisons", "person-pairs"])
def test_influence_is_what_one_more_of_a_person_changes(weights: Weights) -> None:
    scores = uneven()
    pairing = scores.pairing
    assert pairing is not None
    share = PairShare.from_index(scores.impostor.size - 500, pairing, weights)
    one_more = np.ones((100, 3), dtype=np.float32)
    one_more[[3, 50, 99], [0, 1, 2]] += 0.01
    part = PairShare.from_index(share.start, pairing, weights)._sum(slice(share.start, None))
    shares = part(one_more) / share.whole()(one_more)
    moved = (shares - share.value) / 0.01
    np.testing.assert_allclose(share.influence()[[3, 50, 99]], moved, rtol=0.02)


def test_each_pair_of_people_counts_once() -> None:
    scores = uneven()
    pairing = scores.pairing
    assert pairing is not None
    high = scores.impostor >= 2.5
    pairs: dict[tuple[int, int], list[bool]] = {}
    for i, j, over in zip(pairing.first, pairing.second, high, strict=True):
        pairs.setdefault((min(i, j), max(i, j)), []).append(bool(over))
    expected = np.mean([np.mean(each) for each in pairs.values()])
    weighed = fmr(scores, 2.5, weights="person-pairs", uncertainty=QUICK)
    assert weighed.value == pytest.approx(expected)
    assert weighed.value < 0.7 * fmr(scores, 2.5, uncertainty=QUICK).value
    assert weighed.method is Method.SUBJECT_BOOTSTRAP
    assert weighed.people == 100


def test_shared_people_make_intervals_wider() -> None:
    scores = Law(people=100, share=0.7).draw(np.random.default_rng(2))
    alone = ScoreSet.without_people(genuine=scores.genuine, impostor=scores.impostor)
    for rate, threshold, factor in ((fmr, 1.28, 2.0), (fnmr, 3.3, 1.2)):
        wide, narrow = rate(scores, threshold), rate(alone, threshold)
        assert wide.value == narrow.value
        assert wide.high - wide.low > factor * (narrow.high - narrow.low)
        assert wide.label == ""


def test_few_who_err_are_counted_not_drawn() -> None:
    scores = Law(people=100, share=0.3).draw(np.random.default_rng(3))
    none = fmr(scores, 99.0, uncertainty=QUICK)
    assert (none.value, none.low, none.method) == (0.0, 0.0, Method.PERSON_COUNT)
    assert none.high == pytest.approx(1 - 0.05 ** (1 / 49))  # 49 pairs that share nobody
    all_match = fmr(scores, -99.0, uncertainty=QUICK)
    assert (all_match.value, all_match.high) == (1.0, 1.0)
    assert all_match.low == pytest.approx(0.05 ** (1 / 49))
    missed = fnmr(scores, -99.0, uncertainty=QUICK)
    assert (missed.value, missed.method) == (0.0, Method.PERSON_COUNT)
    assert missed.high == pytest.approx(1 - 0.05 ** (1 / 100))
    assert "too few people" in missed.label


def test_fewer_than_forty_people_are_never_drawn() -> None:
    scores = Law(people=39, share=0.3).draw(np.random.default_rng(3))
    for found in (fmr(scores, 0.5), fnmr(scores, 3.5)):
        assert found.method is Method.PERSON_COUNT
        assert 0 < found.low < found.value < found.high < 1


def test_infinite_thresholds_accept_all_or_none() -> None:
    scores = Law(people=50, share=0.3).draw(np.random.default_rng(3))
    assert fmr(scores, -np.inf).value == fnmr(scores, np.inf).value == 1.0
    assert fmr(scores, np.inf).value == fnmr(scores, -np.inf).value == 0.0


def test_refuses_what_cannot_be_measured() -> None:
    scores = ScoreSet.without_people(genuine=NOTHING, impostor=NOTHING)
    for rate in (fmr, fnmr):
        with pytest.raises(ScoresTooFew):
            rate(scores, 0.5)
    one = ScoreSet.without_people(genuine=np.ones(1), impostor=np.ones(1))
    for rate in (fmr, fnmr):
        with pytest.raises(InputInvalid):
            rate(one, float("nan"))
        with pytest.raises(InputInvalid):
            rate(one, 0.5, weights="person-pairs")


def test_failure_to_acquire() -> None:
    failed = np.zeros(600, dtype=np.bool_)
    failed[:24] = True
    assert fta(failed) == replace(clopper_pearson(24, 600), label=INDEPENDENCE_ASSUMED)
    spread = fta(failed, people=np.repeat(np.arange(300), 2))
    assert (spread.value, spread.people, spread.method) == (0.04, 300, Method.SUBJECT_BOOTSTRAP)
    one_person = fta(failed, people=np.repeat(np.arange(25), 24))
    assert one_person.method is Method.PERSON_COUNT
    assert one_person.high > spread.high
    with pytest.raises(ScoresTooFew):
        fta(failed[:0])
    with pytest.raises(InputInvalid):
        fta(failed.astype(np.int64))
    with pytest.raises(InputInvalid):
        fta(failed, people=np.arange(3))
    with pytest.raises(ScoresInvalid):
        fta(failed, people=np.zeros(600))


def test_failure_to_enrol_counts_people() -> None:
    assert fte(3, 200) == replace(clopper_pearson(3, 200), people=200)
    with pytest.raises(InputInvalid):
        fte(3, 2)


def rate(value: float, confidence: float = 0.98) -> Estimate:
    return Estimate(
        value=value,
        low=value / 2,
        high=2 * value,
        confidence=confidence,
        method=Method.CLOPPER_PEARSON,
        n=1000,
        people=None,
        label=INDEPENDENCE_ASSUMED,
    )


def test_generalised_rates() -> None:
    found = gfar(rate(0.001), rate(0.05), rate(0.02))
    assert found.value == pytest.approx(0.001 * 0.95 * 0.98)
    assert found.low == pytest.approx(0.0005 * 0.9 * 0.96)
    assert found.high == pytest.approx(0.002 * 0.975 * 0.99)
    assert found.confidence == pytest.approx(0.94)
    assert found.label == INDEPENDENCE_ASSUMED
    found = gfrr(rate(0.01), rate(0.05), rate(0.02))
    assert found.value == pytest.approx(0.02 + 0.98 * (0.05 + 0.95 * 0.01))
    assert found.value == pytest.approx(1 - 0.98 * 0.95 * 0.99)
    assert found.low < found.value < found.high
    with pytest.raises(InputInvalid):
        gfar(rate(0.001, 0.6), rate(0.05, 0.6), rate(0.02, 0.6))
