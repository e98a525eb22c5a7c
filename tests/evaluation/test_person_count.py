from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.stats import binom

from visavis.errors import InputInvalid
from visavis.evaluation import clopper_pearson
from visavis.evaluation._person_count import pair_bound, people_bound
from visavis.evaluation._planning import person_pairs


def test_without_errors_it_is_the_rule_of_3() -> None:
    assert people_bound(0, 1000, confidence=0.95) == pytest.approx(3 / 1000, rel=5e-3)
    # 1001 people: 500 pairs that share nobody
    found = pair_bound(0, person_pairs(1001), busiest=1000, confidence=0.95)
    assert found == pytest.approx(3 / 500, rel=5e-3)


def test_people_bound_is_exact() -> None:
    for erring, people in itertools.product((0, 1, 5), (10, 60)):
        high = people_bound(erring, people, confidence=0.95)
        assert binom.cdf(erring, people, high) == pytest.approx(0.05)
    assert people_bound(10, 10, confidence=0.95) == 1.0


def test_disjoint_pairs_lose_nothing_but_the_spare_group() -> None:
    """Nobody compared twice: the pairs are independent, but Vizing allows for two groups."""
    assert pair_bound(0, 400, busiest=1, confidence=0.95) == pytest.approx(3 / 200, rel=1e-2)


def test_more_errors_raise_the_bound() -> None:
    bounds = [pair_bound(k, person_pairs(60), busiest=59, confidence=0.95) for k in range(1771)]
    assert np.all(np.diff(bounds) >= 0)
    assert bounds[-1] == 1.0
    assert all(high >= k / 1770 for k, high in enumerate(bounds))


def test_tiny_designs_say_nothing() -> None:
    assert pair_bound(0, 1, busiest=1, confidence=0.95) == 1.0


def test_covers_lambs() -> None:
    """One person in 50 matches everybody, nobody else anybody: the worst law for pairs."""
    generator = np.random.default_rng(6)
    share, people, tests = 0.02, 40, 2000
    truth = 1 - (1 - share) ** 2
    lambs = generator.binomial(people, share, size=tests)
    erring = person_pairs(people) - (people - lambs) * (people - lambs - 1) // 2
    pairs = person_pairs(people)
    bounds = [pair_bound(int(k), pairs, busiest=people - 1, confidence=0.95) for k in erring]
    assert np.mean(np.array(bounds) >= truth) >= 0.95
    naive = [clopper_pearson(int(k), pairs, confidence=0.9).high for k in erring]
    assert np.mean(np.array(naive) >= truth) < 0.6


@pytest.mark.parametrize(
    ("erring", "pairs", "busiest"), [(-1, 5, 2), (6, 5, 2), (0, 0, 1), (0, 5, 0)]
)
def test_refuses_impossible_counts(erring: int, pairs: int, busiest: int) -> None:
    with pytest.raises(InputInvalid):
        pair_bound(erring, pairs, busiest=busiest, confidence=0.95)
    with pytest.raises(InputInvalid):
        people_bound(3, 2, confidence=0.95)
