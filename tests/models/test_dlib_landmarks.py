from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.models.dlib_writer import shape_predictor
from visavis.errors import ModelCorrupt
from visavis.models import build_shape_predictor, load_shape_predictor

if TYPE_CHECKING:
    from collections.abc import Callable


def test_every_array_is_read() -> None:
    weights = load_shape_predictor(build_shape_predictor(shape_predictor()))
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
        lambda: shape_predictor()[:-1],
        lambda: shape_predictor() + b"\x01",
        lambda: shape_predictor(pixel=4),
        lambda: shape_predictor(pixel=-1),
        lambda: shape_predictor(threshold=float("nan")),
        lambda: shape_predictor(leaf=float("inf")),
        lambda: b"",
    ],
)
def test_damaged_files_are_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(ModelCorrupt):
        build_shape_predictor(make())


def test_every_truncation_and_flip_gives_arrays_or_the_one_error() -> None:
    data = shape_predictor()
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
