from __future__ import annotations

import numpy as np
import pytest

from visavis.errors import InputInvalid
from visavis.face import Embedding


def test_it_is_a_direction() -> None:
    embedding = Embedding.of(np.array([3.0, 4.0]), model="m")
    np.testing.assert_allclose(embedding.vector, [0.6, 0.8], rtol=1e-6)
    assert embedding.vector.dtype == np.float32


def test_it_does_not_show_itself() -> None:
    embedding = Embedding.of(np.array([0.123456, 1.0]), model="m")
    assert repr(embedding) == "Embedding(model='m')"


def test_it_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        Embedding.of(np.ones(3), model="m").vector[0] = 2


@pytest.mark.parametrize("bad", [[0.0, 0.0], [np.nan, 1.0], [np.inf, 1.0]])
def test_no_direction_no_embedding(bad: list[float]) -> None:
    with pytest.raises(InputInvalid):
        Embedding.of(np.array(bad), model="m")
