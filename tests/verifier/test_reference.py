from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.errors import EnrolmentNeedsRenewal
from visavis.verifier._reference import Reference

_VECTOR = np.array([0.6, -0.8], np.float32)
_ENCODED = bytes.fromhex("01 0001 03 0002 9a99193f cdcc4cbf")


def test_the_layout_is_fixed() -> None:
    assert Reference(_VECTOR, 3).encode() == _ENCODED
    decoded = Reference.decode(_ENCODED)
    assert decoded.samples == 3
    np.testing.assert_array_equal(decoded.vector, _VECTOR)


def test_it_shows_no_number() -> None:
    assert repr(Reference(_VECTOR, 3)) == "Reference(samples=3)"


@pytest.mark.parametrize("at", [0, 2, 5])
def test_another_version_preprocessing_or_dimension_is_refused(at: int) -> None:
    other = bytearray(_ENCODED)
    other[at] += 1
    with pytest.raises(EnrolmentNeedsRenewal):
        Reference.decode(bytes(other))


@given(st.binary(max_size=20))
def test_other_bytes_are_refused_or_come_back_the_same(data: bytes) -> None:
    try:
        decoded = Reference.decode(data)
    except EnrolmentNeedsRenewal:
        return
    assert decoded.encode() == data
