"""ISO/IEC 29794-5: light on the face, from the histogram of its luminance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from visavis.quality._aligned import face_region
from visavis.quality._component import Component

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.quality._aligned import Aligned

__all__ = ["light", "linear"]

_SHARES = (0.2126, 0.7152, 0.0722)
"""Of red, green and blue in luminance (IEC 61966-2-1)."""

_DARK, _BRIGHT = 25, 247
"""The highest level that is under-exposed, the lowest that is over-exposed, of 255."""

_LEVELS_AT_A_TIME = 4


_LINE_UNTIL = 0.04045
"""Where sRGB turns from a line into a power."""


def linear(level: NDArray[np.float64]) -> NDArray[np.float64]:
    """Light of an sRGB level, both 0 to 1 (IEC 61966-2-1)."""
    return np.where(level > _LINE_UNTIL, ((level + 0.055) / 1.055) ** 2.4, level / 12.92)


_TABLE = np.outer(_SHARES, 255 * linear(np.arange(256) / 255)).astype(np.float32)
"""What a level of each channel adds to the luminance: float32 [3, 256]."""


def light(aligned: Aligned) -> dict[Component, float]:
    """Native values.

    Luminance mean and variance on a scale from 0 to 1; shares of under- and over-exposed pixels;
    dynamic range, the entropy of the luminance in bits; illumination uniformity, how far the
    histograms of both cheeks overlap, 0 to 1. A face of which nothing is in the picture is black.
    """
    luminance = _luminance(aligned.pixels)
    seen = aligned.inside & face_region()
    shares = _histogram(luminance[seen])
    levels = np.arange(256) / 255
    mean = float(shares @ levels)
    present = shares[shares > 0]
    left, right = (_coarse(luminance[place][aligned.inside[place]]) for place in aligned.cheeks())
    return {
        Component.ILLUMINATION_UNIFORMITY: float(np.minimum(left, right).sum()),
        Component.LUMINANCE_MEAN: mean,
        Component.LUMINANCE_VARIANCE: float(shares @ (levels - mean) ** 2),
        Component.UNDER_EXPOSURE_PREVENTION: float(shares[: _DARK + 1].sum()),
        Component.OVER_EXPOSURE_PREVENTION: float(shares[_BRIGHT:].sum()),
        Component.DYNAMIC_RANGE: float(-(present @ np.log2(present))),
    }


def _luminance(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    red, green, blue = (_TABLE[channel][pixels[..., channel]] for channel in range(3))
    total: NDArray[np.uint8] = (red + green + blue + np.float32(0.5)).astype(np.uint8)
    return total


def _coarse(luminance: NDArray[np.uint8]) -> NDArray[np.float64]:
    """As `_histogram`, four levels at a time: a cheek has a quarter of the standard's pixels."""
    shares: NDArray[np.float64] = _histogram(luminance).reshape(-1, _LEVELS_AT_A_TIME).sum(axis=1)
    return shares


def _histogram(luminance: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The share of each level: float64 [256]; black alone where there is no pixel."""
    counts = np.bincount(luminance, minlength=256)
    counts[0] += not luminance.size
    shares: NDArray[np.float64] = counts / counts.sum()
    return shares
