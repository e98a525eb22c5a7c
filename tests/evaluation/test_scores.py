from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from visavis.errors import InputInvalid, ScoresInvalid
from visavis.evaluation import ScoreSet, fmr
from visavis.evaluation._scores import first_at_or_above, next_above

if TYPE_CHECKING:
    from numpy.typing import NDArray

GOOD = np.array([0.5, 0.25])


def people_set(**changed: NDArray[Any]) -> ScoreSet:
    given: dict[str, Any] = {
        "genuine": np.array([0.9, 0.8]),
        "impostor": np.array([0.3, 0.1, 0.2]),
        "genuine_person": np.array(["ann", "cyd"]),
        "impostor_first": np.array(["ann", "ann", "bob"]),
        "impostor_second": np.array(["bob", "cyd", "ann"]),
    }
    return ScoreSet.of_people(**(given | changed))


@pytest.mark.parametrize(
    "bad",
    [
        np.array([0.1, np.nan]),
        np.array([0.1, np.inf]),
        np.array([-np.inf]),
        np.array([1, 2]),
        np.array([0.5], dtype=np.float16),
        np.array([[0.5]]),
        np.array(["0.5"]),
    ],
)
def test_refuses_what_is_no_score(bad: NDArray[Any]) -> None:
    for sides in ({"genuine": bad, "impostor": GOOD}, {"genuine": GOOD, "impostor": bad}):
        with pytest.raises(ScoresInvalid) as caught:
            ScoreSet.without_people(**sides)
        assert caught.value.code == "scores.invalid"


def test_sorts_and_keeps_its_own_read_only_copy() -> None:
    given = np.array([0.5, 0.25], dtype=np.float32)
    scores = ScoreSet.without_people(genuine=given, impostor=given)
    given[0] = 0.0
    assert scores.genuine.tolist() == [0.25, 0.5]
    assert scores.genuine.dtype == np.float32
    with pytest.raises(ValueError, match="read-only"):
        scores.impostor[0] = 1.0


def test_mixed_types_become_float64() -> None:
    scores = ScoreSet.without_people(genuine=GOOD.astype(np.float32), impostor=GOOD)
    assert scores.genuine.dtype == scores.impostor.dtype == np.float64


def test_people_run_along_with_their_scores() -> None:
    pairing = people_set().pairing
    assert pairing is not None
    assert pairing.ids.tolist() == ["ann", "bob", "cyd"]
    assert pairing.person.tolist() == [2, 0]  # 0.8 is cyd's
    assert pairing.first.tolist() == [0, 1, 0]
    assert pairing.second.tolist() == [2, 0, 1]
    assert pairing.pair_repeats.tolist() == [1, 2, 2]  # ann and bob, in either order
    assert pairing.partners.tolist() == [2, 1, 1]
    assert pairing.pairs == 2


def test_pairs_are_genuine_where_ids_agree() -> None:
    ids = np.array([7, 7, 3, 7]), np.array([7, 3, 3, 900_000_000])
    scores = ScoreSet.of_pairs(np.array([0.9, 0.1, 0.7, 0.2]), *ids)
    assert scores.genuine.tolist() == [0.7, 0.9]
    assert scores.impostor.tolist() == [0.1, 0.2]
    assert scores.pairing is not None
    assert scores.pairing.ids.tolist() == [3, 7, 900_000_000]
    assert scores.pairing.second.tolist() == [0, 2]


@pytest.mark.parametrize(
    "changed",
    [
        {"impostor_second": np.array(["ann", "cyd", "ann"])},  # ann with ann
        {"impostor_second": np.array(["bob", "cyd"])},
        {"genuine_person": np.array(["ann"])},
        {"genuine_person": np.array([1, 2])},  # numbers among names
        {"genuine_person": np.array([0.5, 1.5])},
    ],
)
def test_refuses_ids_that_do_not_fit(changed: dict[str, NDArray[Any]]) -> None:
    with pytest.raises(ScoresInvalid):
        people_set(**changed)
    with pytest.raises(ScoresInvalid):
        ScoreSet.of_pairs(GOOD, np.array([1, 2]), np.array([1]))


def test_does_not_show_people_or_scores() -> None:
    scores = people_set()
    assert repr(scores) == "<ScoreSet 2 genuine, 3 impostor, 3 people>"
    assert "ann" not in repr(scores.pairing)
    assert repr(ScoreSet.without_people(genuine=GOOD, impostor=GOOD)).endswith("people unknown>")


def test_between_groups() -> None:
    scores = people_set()
    men, women = np.array([False, True, False]), np.array([True, False, True])
    inside = scores.between(women, women)
    assert (inside.genuine.tolist(), inside.impostor.tolist()) == ([0.8, 0.9], [0.1])
    across = scores.between(men, women)
    assert (across.genuine.tolist(), across.impostor.tolist()) == ([], [0.2, 0.3])
    assert across.pairing is not None
    assert across.pairing.partners.tolist() == [1, 1, 0]
    with pytest.raises(InputInvalid):
        ScoreSet.without_people(genuine=GOOD, impostor=GOOD).between(men, women)


def test_thresholds_are_not_rounded_to_float32() -> None:
    scores = np.array([0.1, 0.5], dtype=np.float32)  # the first is 0.100000001490116...
    assert first_at_or_above(scores, 0.1) == 0
    assert first_at_or_above(scores, float(scores[0])) == 0
    assert first_at_or_above(scores, 0.1000000015) == 1
    assert first_at_or_above(scores, 1e300) == 2
    assert first_at_or_above(scores, -np.inf) == 0
    with pytest.raises(InputInvalid):
        first_at_or_above(scores, np.nan)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_next_above_refuses_that_score_and_no_other(kind: type[np.floating[Any]]) -> None:
    for value in (0.1, 0.0, -0.0, -1.5, 1e-45, np.finfo(kind).max):
        score = kind(value)
        threshold = next_above(score)
        assert not score >= threshold
        assert np.isinf(threshold) or kind(threshold) == threshold
        scores = ScoreSet.without_people(genuine=GOOD.astype(kind), impostor=np.array([score]))
        assert fmr(scores, threshold).value == 0
        assert fmr(scores, float(score)).value == 1
