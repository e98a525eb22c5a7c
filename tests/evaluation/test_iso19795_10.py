from __future__ import annotations

import numpy as np
import pytest

from visavis.errors import InputInvalid, ScoresTooFew
from visavis.evaluation import Method, ScoreSet, Uncertainty, Verdict, fmr, measure_groups

QUICK = Uncertainty(resamples=300)


def town(
    *, people: int = 120, harder: float = 0.0, closer: float = 0.0, repeats: int = 6, seed: int = 1
) -> tuple[ScoreSet, dict[int, str]]:
    """People of two groups, every tenth unlabelled; one group may be harder, or more alike."""
    generator = np.random.default_rng(seed)
    second = np.arange(people) % 2 == 1
    one, other = np.triu_indices(people, 1)
    impostor = generator.normal(size=one.size) + closer * (second[one] & second[other])
    person = np.repeat(np.arange(people), repeats)
    effect = generator.normal(scale=0.5, size=people) - harder * second
    genuine = 3 + effect[person] + generator.normal(size=person.size)
    scores = ScoreSet.of_people(
        genuine=genuine,
        impostor=impostor,
        genuine_person=person,
        impostor_first=one,
        impostor_second=other,
    )
    labels = {i: "second" if second[i] else "first" for i in range(people) if i % 10}
    return scores, labels


def test_counts_inside_and_across() -> None:
    scores, labels = town(closer=0.7)
    report = measure_groups(scores, labels, 1.5, uncertainty=QUICK)
    assert report.unlabelled == 12
    assert [group.groups for group in report.groups] == [("first",), ("second",)]
    assert [group.people for group in report.groups] == [48, 60]
    first, second = report.groups
    assert first.fmr is not None
    assert first.fmr.n == 48 * 47 // 2
    assert first.fnmr is not None
    assert first.fnmr.n == 48 * 6
    (across,) = report.across
    assert (across.groups, across.people, across.fnmr) == (("first", "second"), 108, None)
    assert across.fmr is not None
    assert across.fmr.n == 48 * 60
    assert report.everybody.fmr == fmr(scores, 1.5, uncertainty=QUICK)
    assert second.fmr is not None
    assert second.fmr.value > 1.5 * across.fmr.value > 0


def test_intervals_hold_together() -> None:
    scores, labels = town()
    report = measure_groups(scores, labels, 1.5, uncertainty=QUICK)
    assert report.groups[0].fmr is not None
    assert report.groups[0].fmr.confidence == pytest.approx(1 - 0.05 / 5)
    assert {d.estimate.confidence for d in report.differentials if d.estimate} == {0.95}


def test_a_difference_is_seen() -> None:
    scores, labels = town(people=400, closer=1.5, harder=1.0)
    report = measure_groups(scores, labels, 1.5, uncertainty=QUICK)
    by_name = {found.name: found for found in report.differentials}
    assert list(by_name) == [
        "FMR, max / min",
        "FNMR, max / min",
        "FMR, max / geometric mean",
        "FNMR, max / geometric mean",
        "FDR, alpha 0.5",
        "GARBE, alpha 0.5",
        "inequity rate, alpha 0.5",
    ]
    ratio = by_name["FMR, max / min"]
    assert ratio.estimate is not None
    assert ratio.estimate.low > 2
    assert ratio.sentence.endswith("the groups differ.")
    verdicts = {(r.group, r.rate): r.verdict for r in report.rule}
    assert verdicts["second", "FMR"] is Verdict.BROKEN
    assert verdicts["second", "FNMR"] is Verdict.BROKEN
    assert verdicts["first", "FMR"] is Verdict.HOLDS
    assert verdicts["first", "FNMR"] is Verdict.HOLDS


def test_equal_groups_of_many_pass() -> None:
    scores, labels = town(people=500, repeats=20)
    report = measure_groups(scores, labels, 1.5, uncertainty=QUICK)
    assert all(found.verdict is Verdict.HOLDS for found in report.rule)
    assert all("no difference is shown" in found.sentence for found in report.differentials)
    assert "1.25 is allowed" in report.rule[0].sentence


def test_too_few_people_neither_pass_nor_fail() -> None:
    """Thirty people a group: even a gross difference, and even none, is no verdict."""
    for closer in (0.0, 1.0):
        scores, labels = town(people=60, closer=closer)
        report = measure_groups(scores, labels, 1.5, uncertainty=QUICK)
        assert all(found.verdict is Verdict.CANNOT_TELL for found in report.rule)
        assert all("cannot tell" in found.sentence for found in report.rule)
        for found in report.differentials:
            assert found.estimate is not None
            assert "cannot tell" in found.sentence
            assert "first, second" in found.estimate.label


def test_no_error_is_no_equality() -> None:
    scores, labels = town(people=200)
    report = measure_groups(scores, labels, 99.0, uncertainty=QUICK)
    ratio = report.differentials[0]
    assert ratio.estimate is None
    assert "undefined" in ratio.sentence
    assert all(found.verdict is Verdict.CANNOT_TELL for found in report.rule if found.rate == "FMR")
    assert report.rule[0].ratio is None


def test_a_group_of_one_is_not_compared_inside() -> None:
    scores, labels = town()
    labels = dict.fromkeys(labels, "rest") | {1: "alone"}
    report = measure_groups(scores, labels, 1.5, uncertainty=QUICK)
    alone = report.groups[0]
    assert (alone.groups, alone.people, alone.fmr) == (("alone",), 1, None)
    assert alone.fnmr is not None
    assert alone.fnmr.method is Method.PERSON_COUNT
    assert report.differentials == ()
    assert report.rule[0].verdict is Verdict.CANNOT_TELL


def test_refuses_what_it_cannot_group() -> None:
    scores, labels = town()
    with pytest.raises(InputInvalid):
        measure_groups(scores, dict.fromkeys(labels, "all"), 1.5)
    with pytest.raises(InputInvalid):
        measure_groups(scores, {i: str(i) for i in range(17)}, 1.5)
    with pytest.raises(InputInvalid):
        measure_groups(scores, labels, 1.5, alpha=1.5)
    unknown = ScoreSet.without_people(genuine=scores.genuine, impostor=scores.impostor)
    with pytest.raises(InputInvalid):
        measure_groups(unknown, labels, 1.5)
    nobody = np.zeros(120, dtype=np.bool_)
    with pytest.raises(ScoresTooFew):
        measure_groups(scores.between(nobody, nobody), labels, 1.5)
