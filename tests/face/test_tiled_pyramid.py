"""Where each copy of a picture comes to lie, and its pixels, against what dlib itself gave."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from visavis.face._tiled_pyramid import draw_pyramid, tile_pyramid
from visavis.models import MMOD_OPTIONS

_VECTORS = Path(__file__).parents[1] / "vectors" / "tiled_pyramid_dlib_20_0_1.json"
_CASES: list[dict[str, Any]] = json.loads(_VECTORS.read_text())


@pytest.mark.parametrize("case", _CASES, ids=lambda case: "x".join(map(str, case["picture"])))
def test_places_and_pixels_are_dlibs(case: dict[str, Any]) -> None:
    width, height = case["picture"]
    tiles = tile_pyramid(width, height, gap=MMOD_OPTIONS.gap, margin=MMOD_OPTIONS.margin)
    assert [[t.left, t.top, t.width, t.height] for t in tiles] == case["tiles"]

    y, x = np.mgrid[:height, :width]
    pattern = np.stack([x * x // 7 + 5 * y, 31 * x, x + 90 * y], axis=2) % 256
    canvas = draw_pyramid(
        pattern.astype(np.uint8), tiles, mean=MMOD_OPTIONS.mean, margin=MMOD_OPTIONS.margin
    )
    assert list(canvas.shape) == [case["canvas"][1], case["canvas"][0], 3]
    found = [canvas[t.top + t.height // 2, t.left + t.width * 3 // 4] / 256 for t in tiles]
    np.testing.assert_allclose(found, case["pixels"], atol=1e-6)


def test_nothing_lies_between_the_tiles() -> None:
    pixels = np.full((120, 200, 3), 255, np.uint8)
    tiles = tile_pyramid(200, 120, gap=10, margin=11)
    canvas = draw_pyramid(pixels, tiles, mean=(55, 55, 55), margin=11)
    np.testing.assert_array_equal(np.unique(canvas), [0, 200])
    assert np.count_nonzero(canvas) == 3 * sum(t.width * t.height for t in tiles)
