from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.models import dlib_writer as write
from visavis.errors import ModelCorrupt
from visavis.models import build_shape_predictor, load_shape_predictor

if TYPE_CHECKING:
    from collections.abc import Callable


def _file(*, pixel: int = 3, threshold: float = 2.5, leaf: float = 0.125) -> bytes:
    """A predictor of one cascade, one tree and four pixels."""
    column = write.integer(-10) + write.integer(-1)
    shape = column + b"".join(write.floating(0.1 * i) for i in range(10))
    split = write.integer(0) + write.integer(pixel) + write.floating(threshold)
    leaves = write.integer(16) + (column + write.floating(leaf) * 10) * 16
    forest = write.integer(1) + write.integer(15) + split * 15 + leaves
    anchors = write.integer(1) + write.integer(4) + write.integer(4) * 4
    deltas = write.integer(1) + write.integer(4) + write.floating(0.5) * 8
    return write.integer(1) + shape + write.integer(1) + forest + anchors + deltas


def test_every_array_is_read() -> None:
    weights = load_shape_predictor(build_shape_predictor(_file()))
    np.testing.assert_allclose(weights.initial_shape[4], [0.8, 0.9])
    assert weights.first.shape == weights.second.shape == (1, 1, 15)
    assert (weights.second == 3).all()
    assert (weights.thresholds == 2).all(), "a difference of pixels exceeds 2.5 where it exceeds 2"
    assert (weights.leaves == 0.125).all()
    assert (weights.anchors == 4).all()
    assert weights.deltas.shape == (1, 2, 4)


@pytest.mark.parametrize(
    "make",
    [
        lambda: _file()[:-1],
        lambda: _file() + b"\x01",
        lambda: _file(pixel=4),
        lambda: _file(pixel=-1),
        lambda: _file(threshold=float("nan")),
        lambda: _file(leaf=float("inf")),
        lambda: b"",
    ],
)
def test_damaged_files_are_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(ModelCorrupt):
        build_shape_predictor(make())


def test_every_truncation_and_flip_gives_arrays_or_the_one_error() -> None:
    data = _file()
    random = np.random.default_rng(3)
    for _ in range(300):
        damaged = bytearray(data[: random.integers(len(data) + 1)])
        if damaged and random.random() < 0.7:
            damaged[random.integers(len(damaged))] ^= 1 << int(random.integers(8))
        try:
            load_shape_predictor(build_shape_predictor(bytes(damaged)))
        except ModelCorrupt:
            continue


def test_a_cache_entry_of_something_else_is_refused() -> None:
    out = io.BytesIO()
    np.savez(out, something=np.zeros(3))
    pickled = io.BytesIO()
    np.savez(pickled, initial_shape=np.array([{}], dtype=object))
    for data in (b"", b"no archive", out.getvalue(), pickled.getvalue()):
        with pytest.raises(ModelCorrupt):
            load_shape_predictor(data)
