"""Sharpness: how much of a face's variation is fine detail.

ISO/IEC 29794-5 and OFIQ ask a random forest, trained on pictures that we do not have. This is
another measure, and neither its native values nor its scores are OFIQ's: one minus the blur metric
of Crete, Dolmiere, Ladret and Nicolas, "The blur effect: perception and estimation with a new
no-reference perceptual blur metric" (SPIE 6492, 2007), at the scale that embedders see, 57 pixels
between the eyes. Being a share it does not depend on light or contrast, and little on the pose; a
face of few pixels is as blurred as it looks; noise makes a picture sharper, which no such measure
can tell from detail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from visavis.quality._component import Component

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.quality._aligned import Aligned

__all__ = ["sharpness"]

_ROWS, _COLUMNS = slice(20, 125), slice(20, 100)
"""From the brows to the chin, within the face."""

_LUMA = np.array([0.299, 0.587, 0.114])
_TAPS = 9
"""Of the filter that smooths, as in the paper."""


def sharpness(aligned: Aligned) -> dict[Component, float]:
    """Native value: 0 to 1; a plain area has 0."""
    levels = aligned.pixels[_ROWS, _COLUMNS] @ _LUMA
    inside = aligned.inside[_ROWS, _COLUMNS]
    down, across = _smoothed_away(levels, inside), _smoothed_away(levels.T, inside.T)
    return {Component.SHARPNESS: min(down, across)}


def _smoothed_away(levels: NDArray[np.float64], inside: NDArray[np.bool_]) -> float:
    """The share of the variation from row to row that a moving average takes away."""
    sums = np.cumsum(np.pad(levels, ((1, 0), (0, 0))), axis=0)
    smooth = (sums[_TAPS:] - sums[:-_TAPS]) / _TAPS
    # What is inside the picture is convex: where both ends of a window are, all of it is.
    whole = inside[: 1 - _TAPS] & inside[_TAPS - 1 :]
    pairs = whole[1:] & whole[:-1]
    half = _TAPS // 2
    before = np.abs(np.diff(levels[half:-half], axis=0))[pairs]
    after = np.abs(np.diff(smooth, axis=0))[pairs]
    total = float(before.sum())
    return float(np.maximum(before - after, 0).sum()) / total if total else 0.0
