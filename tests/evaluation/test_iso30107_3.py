from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.errors import InputInvalid
from visavis.evaluation import PadResponse, Presentation, pad_report


def _attack(
    unit: str, response: PadResponse, *, species: str = "print", matched: bool | None = None
) -> Presentation:
    return Presentation(species=species, unit=unit, response=response, matched=matched)


def _person(unit: str, response: PadResponse) -> Presentation:
    return Presentation(species=None, unit=unit, response=response)


@pytest.mark.parametrize(("attempts", "bound"), [(42, 0.0688), (19, 0.1459), (59, 0.0495)])
def test_no_accept_bounds_the_rate(attempts: int, bound: float) -> None:
    # 1 - 0.05 ** (1 / n): what the rule of three approximates.
    attacks = [_attack(str(number), PadResponse.ATTACK, matched=None) for number in range(attempts)]
    (result,) = pad_report(attacks).species
    assert result.apcer is not None
    assert result.apcer.value == 0
    assert result.apcer.upper == pytest.approx(bound, abs=1e-4)
    assert result.iapar is not None
    assert result.iapar.upper == pytest.approx(bound, abs=1e-4)


def test_units_are_counted_and_not_presentations() -> None:
    # Ten presentations with each of four prints; one print got past three times.
    attacks = [
        _attack(
            f"print {number % 4}",
            PadResponse.BONA_FIDE if number in (0, 4, 8) else PadResponse.ATTACK,
            matched=True,
        )
        for number in range(40)
    ]
    (result,) = pad_report(attacks).species
    assert result.apcer is not None
    assert (result.apcer.value, result.apcer.presentations) == (0.075, 40)
    assert (result.apcer.unit_errors, result.apcer.units) == (1, 4)
    assert result.apcer.upper == pytest.approx(0.7514, abs=1e-4)  # 1 of 4, not 3 of 40


def test_the_worst_species_stands_for_all() -> None:
    attacks = [
        *(_attack(f"p{n}", PadResponse.ATTACK) for n in range(10)),
        *(
            _attack(f"m{n}", PadResponse.BONA_FIDE if n < 2 else PadResponse.ATTACK, species="mask")
            for n in range(10)
        ),
    ]
    report = pad_report(attacks)
    assert [result.species for result in report.species] == ["mask", "print"]
    assert report.worst_apcer is not None
    assert report.worst_apcer.species == "mask"


def test_iapar_needs_both_to_fail_and_a_comparison() -> None:
    attacks = [
        _attack("a", PadResponse.BONA_FIDE, matched=True),
        _attack("b", PadResponse.BONA_FIDE, matched=False),
        _attack("c", PadResponse.ATTACK),
        _attack("d", PadResponse.NONE),
    ]
    (result,) = pad_report(attacks).species
    assert result.apcer is not None
    assert Fraction(result.apcer.value).limit_denominator() == Fraction(2, 3)
    assert result.iapar is not None
    assert result.iapar.value == 0.25
    assert (result.no_response, result.presentations) == (1, 4)
    unknown = [*attacks, _attack("e", PadResponse.BONA_FIDE)]
    assert pad_report(unknown).species[0].iapar is None
    assert pad_report(unknown).worst_iapar is None


def test_bona_fide_presentations() -> None:
    report = pad_report(
        [
            _person("one", PadResponse.BONA_FIDE),
            _person("one", PadResponse.ATTACK),
            _person("two", PadResponse.BONA_FIDE),
            _person("three", PadResponse.NONE),
        ]
    )
    assert report.species == ()
    assert report.worst_apcer is None
    assert report.bpcer is not None
    assert report.bpcer.value == pytest.approx(1 / 3)
    assert (report.bpcer.unit_errors, report.bpcer.units) == (1, 2)
    assert report.no_response == 1


def test_without_any_response_nothing_is_measured() -> None:
    report = pad_report([_attack("a", PadResponse.NONE), _person("b", PadResponse.NONE)])
    assert report.species[0].apcer is None
    assert report.bpcer is None


@given(
    outcomes=st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=30),
    confidence=st.floats(0.51, 0.999),
)
def test_a_bound_is_above_the_share_of_units(
    outcomes: list[tuple[int, bool]], confidence: float
) -> None:
    attacks = [
        _attack(str(unit), PadResponse.BONA_FIDE if passed else PadResponse.ATTACK)
        for unit, passed in outcomes
    ]
    rate = pad_report(attacks, confidence=confidence).species[0].apcer
    assert rate is not None
    assert rate.unit_errors / rate.units <= rate.upper <= 1
    assert rate.confidence == confidence


@pytest.mark.parametrize("confidence", [0.0, 0.5, 1.0, float("nan")])
def test_other_confidences_are_refused(confidence: float) -> None:
    with pytest.raises(InputInvalid):
        pad_report([_attack("a", PadResponse.ATTACK)], confidence=confidence)
    with pytest.raises(InputInvalid):
        pad_report([])
