from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.face._canvas import arrange

SCALES = [0.709**level for level in range(12)]


def levels(width: int, height: int) -> list[tuple[int, int]]:
    sizes = [(round(width * scale), round(height * scale)) for scale in SCALES]
    return [size for size in sizes if min(size) >= 12]


@given(st.integers(12, 400), st.integers(12, 400))
def test_tiles_have_their_sizes_start_even_and_lie_apart(width: int, height: int) -> None:
    sizes = levels(width, height)
    tiles = arrange(sizes)
    assert [(tile.width, tile.height) for tile in tiles] == sizes
    assert all(tile.left % 2 == tile.top % 2 == 0 for tile in tiles)
    assert max(tile.bottom for tile in tiles) == height
    for one, other in itertools.combinations(tiles, 2):
        beside = one.right <= other.left or other.right <= one.left
        beneath = one.bottom <= other.top or other.bottom <= one.top
        assert beside or beneath


@pytest.mark.parametrize("size", [(107, 80), (80, 107), (80, 80), (160, 90), (384, 288)])
def test_little_of_the_canvas_is_wasted(size: tuple[int, int]) -> None:
    tiles = arrange(levels(*size))
    canvas = max(tile.right for tile in tiles) * max(tile.bottom for tile in tiles)
    assert sum(tile.width * tile.height for tile in tiles) > 0.8 * canvas


def test_nothing_to_arrange() -> None:
    assert arrange([]) == []
