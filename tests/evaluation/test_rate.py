from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visavis.errors import InputInvalid
from visavis.evaluation import parse_rate


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1e-4", Fraction(1, 10_000)),
        ("0.001", Fraction(1, 1000)),
        ("1/3", Fraction(1, 3)),
        ("2.5E-02", Fraction(1, 40)),
        ("0", Fraction(0)),
        ("0.1", Fraction(1, 10)),
    ],
)
def test_is_exact(text: str, expected: Fraction) -> None:
    assert parse_rate(text) == expected


def test_binary_floats_would_not_be() -> None:
    assert (0.29 * 100) // 1 == 28
    assert parse_rate("0.29") * 100 // 1 == 29


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1.5",
        "-1e-3",
        "+0.1",
        "1/0",
        "0/0",
        "3/2",
        "nan",
        "inf",
        "1e",
        ".5",
        " 0.5",
        "1_0/100",
        "1e-999999999",
        "0.5\n",
        "1/2/3",
        "\u0661/\u0662",
        "0x1/2",
    ],
)
def test_refuses_what_is_no_rate(text: str) -> None:
    with pytest.raises(InputInvalid):
        parse_rate(text)


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_a_rate_or_refused(text: str) -> None:
    with suppress(InputInvalid):
        assert 0 <= parse_rate(text) < 1
