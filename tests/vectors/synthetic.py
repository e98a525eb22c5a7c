"""Chips that show nobody: seeded, smooth, with something like two eyes and a mouth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

COUNT = 6


def chips() -> NDArray[np.uint8]:
    """uint8 [6, 150, 150, 3]: integer arithmetic only, so the same on every machine."""
    return np.stack([_chip(np.random.default_rng(seed)) for seed in range(COUNT)])


def _chip(random: np.random.Generator) -> NDArray[np.uint8]:
    y, x = np.mgrid[:150, :150]
    skin, shade = random.integers(90, 220, 3), random.integers(-60, 60, 2)
    values = skin + ((x[..., None] - 75) * shade[0] + (y[..., None] - 75) * shade[1]) // 75
    for across, down, wide, high in ((48, 58, 12, 6), (102, 58, 12, 6), (75, 115, 22, 8)):
        move_x, move_y = random.integers(-6, 7, 2)
        inside = ((x - across - move_x) * high) ** 2 + ((y - down - move_y) * wide) ** 2
        values = np.where((inside < (wide * high) ** 2)[..., None], values // 3, values)
    noise = random.integers(-8, 9, (150, 150, 3))
    chip: NDArray[np.uint8] = np.clip(values + noise, 0, 255).astype(np.uint8)
    return chip
