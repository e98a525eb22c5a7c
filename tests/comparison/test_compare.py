from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from visavis.comparison import (
    Decision,
    OperatingPoint,
    Outcome,
    cosine,
    decide,
    fuse,
    operating_point,
)
from visavis.errors import InputInvalid, NonMatch, OperatingPointAbsent
from visavis.face import Embedding


def _point(
    threshold: float = 0.9, *, references: int = 1, probes: int = 1, fmr: str = "1e-3"
) -> OperatingPoint:
    return OperatingPoint(
        reference_samples=references,
        probe_samples=probes,
        fmr=Decimal(fmr),
        threshold=threshold,
        fnmr=0.1,
        fmr_interval=(0.0, 2e-3),
        data_set="none",
        comparisons=10_011,
        people=142,
        person_pairs=10_011,
        note="made up",
    )


def _embedding(*values: float, model: str = "m") -> Embedding:
    return Embedding.of(np.array(values), model=model)


def test_a_score_on_the_threshold_is_a_match() -> None:
    a, b = _embedding(1, 0), _embedding(1, 1)
    score = cosine(a, b)
    assert score == pytest.approx(2**-0.5)
    assert decide([a], [b], point=_point(score)).outcome is Outcome.MATCH
    above = float(np.nextafter(score, 2))
    assert decide([a], [b], point=_point(above)).outcome is Outcome.NON_MATCH


def test_samples_are_fused_to_the_direction_of_their_mean() -> None:
    fused = fuse([_embedding(1, 0), _embedding(0, 5)])
    np.testing.assert_allclose(fused.vector, [2**-0.5, 2**-0.5], rtol=1e-6)


def test_counts_of_samples_must_be_those_of_the_operating_point() -> None:
    a = _embedding(1, 0)
    with pytest.raises(InputInvalid):
        decide([a, a], [a], point=_point())
    assert decide([a, a], [a], point=_point(references=2)).outcome is Outcome.MATCH


def test_models_do_not_mix() -> None:
    a, b = _embedding(1, 0), _embedding(1, 0, model="other")
    for mixed in (lambda: fuse([a, b]), lambda: cosine(a, b), lambda: fuse([])):
        with pytest.raises(InputInvalid):
            mixed()


def test_a_decision_has_no_truth_value_and_shows_no_score() -> None:
    decision = decide([_embedding(1, 0)], [_embedding(0, 1)], point=_point())
    with pytest.raises(TypeError):
        bool(decision)
    with pytest.raises(NonMatch) as raised:
        decision.require_match()
    assert raised.value.code == "decision.non_match"
    assert "_score" not in repr(decision)
    assert isinstance(decision, Decision)


def test_the_cell_asked_for_or_none() -> None:
    card = [_point(), _point(0.8, references=3, probes=3), _point(0.95, fmr="1e-4")]

    def choose(fmr: str, references: int, probes: int) -> float:
        point = operating_point(card, fmr=fmr, reference_samples=references, probe_samples=probes)
        return point.threshold

    assert choose("0.001", 1, 1) == 0.9
    assert choose("1e-3", 3, 3) == 0.8
    assert choose("1E-4", 1, 1) == 0.95
    with pytest.raises(OperatingPointAbsent, match="only 1e-3, 1e-4"):
        choose("2e-3", 1, 1)
    with pytest.raises(OperatingPointAbsent, match="2 reference and 3 probe"):
        choose("1e-3", 2, 3)
    for nonsense in ("", "x", "0", "1", "-1e-3", "nan", "inf"):
        with pytest.raises(InputInvalid):
            choose(nonsense, 1, 1)
