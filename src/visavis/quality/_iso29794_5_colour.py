"""ISO/IEC 29794-5: natural colour, from the mean colour of both cheeks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from visavis.quality._component import Component
from visavis.quality._iso29794_5_light import linear

if TYPE_CHECKING:
    from visavis.quality._aligned import Aligned

__all__ = ["colour"]

_TO_XYZ = np.array([
    (0.43605, 0.38508, 0.14309),
    (0.22249, 0.71689, 0.06062),
    (0.01393, 0.09710, 0.71419),
])  # fmt: skip
"""Linear sRGB to CIE XYZ under D50, as OFIQ 1.0.3 has it."""

_WHITE = np.array([0.964221, 1.0, 0.825211])
_CUBE_ROOT_FROM, _SLOPE = 216 / 24389, 24389 / 27
"""CIE 15: where L*a*b* turns from a line into a cube root."""

_NATURAL_A, _NATURAL_B = (5.0, 25.0), (5.0, 35.0)
_UNNATURAL = 100.0
"""Distance of what is greener or bluer than grey."""


def colour(aligned: Aligned) -> dict[Component, float]:
    """Native value: how far (a*, b*) of the cheeks lies outside 5 to 25 and 5 to 35.

    100 where one of them is negative, be it ever so little: with these constants grey is, too, and
    only black is 7 away.
    """
    seen = [aligned.pixels[place][aligned.inside[place]] for place in aligned.cheeks()]
    pixels = np.concatenate(seen)
    mean = pixels.mean(axis=0) if pixels.size else np.zeros(3)
    a, b = _a_b(mean)
    if min(a, b) < 0:
        return {Component.NATURAL_COLOUR: _UNNATURAL}
    distance = math.hypot(_outside(a, _NATURAL_A), _outside(b, _NATURAL_B))
    return {Component.NATURAL_COLOUR: distance}


def _a_b(rgb: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, float]:
    """CIE a* and b* of an sRGB colour, 0 to 255 each."""
    x, y, z = (_lightness(part) for part in _TO_XYZ @ linear(rgb / 255) / _WHITE)
    return 500 * (x - y), 200 * (y - z)


def _lightness(part: float) -> float:
    return math.cbrt(part) if part > _CUBE_ROOT_FROM else (_SLOPE * part + 16) / 116


def _outside(value: float, natural: tuple[float, float]) -> float:
    low, high = natural
    return max(0.0, low - value, value - high)
