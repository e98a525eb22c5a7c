"""Whatever the picture and wherever the face: measures are finite, scores are scores."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from tests.quality.synthetic import face_at
from visavis.quality import Component, assess

_PLACE = st.floats(-1e5, 1e5, width=32)
_NEAR = st.floats(-60, 160, width=32)


@settings(deadline=None, max_examples=60)
@given(
    picture=npst.arrays(np.uint8, st.tuples(st.integers(20, 90), st.integers(20, 90), st.just(3))),
    points=npst.arrays(np.float32, (5, 2), elements=_NEAR)
    | npst.arrays(np.float32, (5, 2), elements=_PLACE),
)
def test_any_picture_and_any_landmarks(picture: np.ndarray, points: np.ndarray) -> None:
    quality = assess(face_at(points, picture))
    assert set(quality.components) == set(Component)
    for measure in quality.components.values():
        assert math.isfinite(measure.native)
        assert 0 <= measure.score <= 100
