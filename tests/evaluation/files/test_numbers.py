"""Numbers from text: exactly those that Python reads, and nothing else."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.evaluation.files._numbers import PADDING, parse_numbers

WRITTEN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)


def parse(texts: list[str]) -> list[float]:
    data = [text.encode() for text in texts]
    sizes = np.array([len(item) for item in data])
    ends = np.cumsum(sizes + 1) - 1
    raw = np.frombuffer(b" ".join(data) + b" " * PADDING, dtype=np.uint8)
    return [float(value) for value in parse_numbers(raw, ends - sizes, ends)]


def expected(text: str) -> float:
    return float(text) if WRITTEN.fullmatch(text.strip(" \t\r")) else math.nan


@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1),
    st.sampled_from(["{!r}", "{:.6f}", "{:.9g}", "{:.17g}", "{:.18e}", "{:.25f}", "+{!r}"]),
)
def test_every_float_is_read_as_python_reads_it(values: list[float], form: str) -> None:
    texts = [form.format(value).replace("+-", "-") for value in values]
    np.testing.assert_array_equal(parse(texts), [float(text) for text in texts])


@pytest.mark.parametrize("form", ["{!r}", "{:.6f}", "{:.9g}", "{:.15f}", "{:.17g}", "{:.19f}"])
def test_a_hundred_thousand_floats_are_read_exactly(form: str) -> None:
    generator = np.random.default_rng(5)
    values = generator.normal(size=100_000) * 10.0 ** generator.integers(-4, 5, 100_000)
    texts = [form.format(value) for value in values.tolist()]
    np.testing.assert_array_equal(parse(texts), [float(text) for text in texts])


@given(st.lists(st.text(alphabet="0123456789+-.eE_xnaif:/ ", max_size=30), min_size=1))
def test_whatever_is_no_decimal_number_is_nan(texts: list[str]) -> None:
    np.testing.assert_array_equal(parse(texts), [expected(text) for text in texts])


@pytest.mark.parametrize(
    "text",
    # halfway between two floats, or next to it; at the ends of what is read in one go
    ["9007199254740993", "9007199254740993.0", "9007199254740992.9999", "0.500000000000000111",
     "9223372036854775807", "0.1234567890123456789", "12345678.9", "123456789.1",
     "0.0000000000000000000001", "0.00000000000000000000001", "1e400", "-0", "-.5", "5."],
)  # fmt: skip
def test_the_ends_of_the_fast_way(text: str) -> None:
    (value,) = parse([text])
    assert value == float(text)
    assert math.copysign(1, value) == math.copysign(1, float(text))


@pytest.mark.parametrize(
    "text", ["", "-", ".", "1..2", "nan", "inf", "0x1", "1_0", "1:2", "\u0661"]
)
def test_what_is_refused(text: str) -> None:
    assert math.isnan(parse([text])[0])
