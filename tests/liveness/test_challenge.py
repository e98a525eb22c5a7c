from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.errors import InputInvalid
from visavis.liveness import Challenge, Colour, Mode, Turn


def _derive(
    nonce: bytes, *, subject: str = "enrolment", mode: Mode = Mode.LIGHT_AND_TURNS
) -> Challenge:
    return Challenge.derive(nonce, subject=subject, mode=mode)


def test_the_challenge_of_a_nonce_never_changes() -> None:
    challenge = _derive(bytes(range(32)))
    assert " ".join(challenge.steps) == ("green blue red cyan yellow orange left right right")


@given(nonce=st.binary(min_size=32, max_size=32))
def test_six_different_colours_and_three_turns(nonce: bytes) -> None:
    challenge = _derive(nonce)
    assert len(set(challenge.colours)) == 6
    assert len(challenge.turns) == 3
    assert challenge.steps == (*challenge.colours, *challenge.turns)
    assert challenge == _derive(nonce)


def test_every_colour_and_turn_is_as_likely_in_each_place() -> None:
    draws = [_derive(number.to_bytes(32)) for number in range(4000)]
    for place in range(6):
        counts = Counter(draw.colours[place] for draw in draws)
        assert set(counts) == set(Colour)
        assert all(abs(count - 500) < 105 for count in counts.values())  # 5 standard deviations
    orders = Counter(draw.turns for draw in draws)
    assert len(orders) == 8
    assert all(abs(count - 500) < 105 for count in orders.values())


def test_without_flashing_there_are_five_turns_and_no_colour() -> None:
    challenges = {_derive(bytes([number] * 32), mode=Mode.TURNS_ONLY) for number in range(256)}
    assert {challenge.colours for challenge in challenges} == {()}
    assert {len(challenge.turns) for challenge in challenges} == {5}
    assert len(challenges) == 32


def test_another_subject_has_another_challenge() -> None:
    nonce = bytes(range(32))
    assert _derive(nonce) != _derive(nonce, subject="another enrolment")


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_nonces_of_other_lengths_are_refused(length: int) -> None:
    with pytest.raises(InputInvalid):
        _derive(bytes(length))


def test_colours_differ_in_chroma() -> None:
    chroma = {tuple(round(part / sum(colour.rgb), 3) for part in colour.rgb) for colour in Colour}
    assert len(chroma) == len(Colour)
    assert Turn.LEFT != Turn.RIGHT
