from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.errors import FaceNone, InputInvalid
from visavis.face._alignment import Similarity, fit_similarity
from visavis.face._templates import template

_number = st.floats(-100, 100)


@given(_number, _number, _number, _number)
def test_a_similarity_is_found_again(a: float, b: float, tx: float, ty: float) -> None:
    source = template("arcface-112").points
    moved = np.array([Similarity(a, b, tx, ty)(x, y) for x, y in source])
    found = fit_similarity(source, moved)
    np.testing.assert_allclose([found.a, found.b, found.tx, found.ty], [a, b, tx, ty], atol=1e-8)


@given(_number, st.floats(1, 100), _number, _number)
def test_the_inverse_leads_back(a: float, b: float, tx: float, ty: float) -> None:
    there = Similarity(a, b, tx, ty)
    np.testing.assert_allclose(there.inverse()(*there(3.0, -4.0)), (3, -4), atol=1e-8)


def test_least_squares() -> None:
    random = np.random.default_rng(0)
    source, target = random.normal(size=(5, 2)), random.normal(size=(5, 2))

    def error(s: Similarity) -> float:
        moved = np.array([s(x, y) for x, y in source])
        return float(((moved - target) ** 2).sum())

    best = fit_similarity(source, target)
    for step in np.vstack([np.eye(4), -np.eye(4)]) * 1e-3:
        other = Similarity(*(np.array([best.a, best.b, best.tx, best.ty]) + step))
        assert error(other) > error(best)


def test_landmarks_on_the_template_need_no_move() -> None:
    for name in ("arcface-112", "arcface-112x96"):
        shape = template(name)
        placement = shape.place(shape.points.astype(np.float32))
        np.testing.assert_allclose([placement.a, placement.tx, placement.ty], [1, 0, 0], atol=1e-4)


@pytest.mark.parametrize("name", ["dlib-150", "arcface-112"])
def test_points_that_are_one_are_no_face(name: str) -> None:
    with pytest.raises(FaceNone):
        template(name).place(np.full((5, 2), 7, np.float32))


def test_an_unknown_template_is_refused() -> None:
    with pytest.raises(InputInvalid):
        template("dlib-68")
