"""ISO/IEC 29794-5: from native values to scores.

The constants are those of OFIQ 1.0.3, the standard's reference implementation
(BSI-OFIQ/OFIQ-Project, MIT licence). The score of sharpness alone is ours.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from visavis.quality._component import Component

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["score"]

_BEST_HEAD_SIZE = 0.45
"""Share of the picture's height between the eyes and the chin."""

_BLURRED, _SHARP = 0.15, 0.6
"""Sharpness that scores 0 and 100: what a blur of a tenth of the distance between the eyes leaves,
and what a studio's picture has."""


def score(component: Component, native: float) -> int:
    """The score, 0 to 100, of a finite native value."""
    return max(0, min(100, math.floor(_MAPPINGS[component](native) + 0.5)))


def _sigmoid(x: float, middle: float, width: float) -> float:
    """From 0 to 1, rising where ``width`` is above 0."""
    z = (x - middle) / width
    # Written so that neither exponential can overflow.
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def _illumination_uniformity(overlap: float) -> float:
    return 100 * math.pow(max(0.0, overlap), 0.3)


def _luminance_mean(mean: float) -> float:
    return 100 * _sigmoid(mean, 0.2, 0.05) * (1 - _sigmoid(mean, 0.8, 0.05))


def _luminance_variance(variance: float) -> float:
    return 100 * math.sin(math.pi * 60 * variance / (60 * variance + 1))


def _under_exposure(share: float) -> float:
    return 120 * (0.832 - _sigmoid(share, 0.92, 0.05))


def _over_exposure(share: float) -> float:
    return 1 / (share + 0.01)


def _dynamic_range(bits: float) -> float:
    return 12.5 * bits


def _natural_colour(distance: float) -> float:
    return 200 * (1 - _sigmoid(distance, 0, 10))


def _sharpness(share: float) -> float:
    return 100 * (share - _BLURRED) / (_SHARP - _BLURRED)


def _inter_eye_distance(pixels: float) -> float:
    return 100 * _sigmoid(pixels, 70, 20)


def _head_size(share: float) -> float:
    return 200 * (1 - _sigmoid(abs(share - _BEST_HEAD_SIZE), 0, 0.05))


def _sideward_crop(distances: float) -> float:
    return 100 * _sigmoid(distances, 0.9, 0.1)


def _margin_above(heights: float) -> float:
    return 100 * _sigmoid(heights, 1.4, 0.1)


def _margin_below(heights: float) -> float:
    return 100 * _sigmoid(heights, 1.8, 0.1)


def _head_pose(degrees: float) -> float:
    return 100 * max(0.0, math.cos(math.radians(degrees))) ** 2


_MAPPINGS: Mapping[Component, Callable[[float], float]] = {
    Component.ILLUMINATION_UNIFORMITY: _illumination_uniformity,
    Component.LUMINANCE_MEAN: _luminance_mean,
    Component.LUMINANCE_VARIANCE: _luminance_variance,
    Component.UNDER_EXPOSURE_PREVENTION: _under_exposure,
    Component.OVER_EXPOSURE_PREVENTION: _over_exposure,
    Component.DYNAMIC_RANGE: _dynamic_range,
    Component.NATURAL_COLOUR: _natural_colour,
    Component.SHARPNESS: _sharpness,
    Component.INTER_EYE_DISTANCE: _inter_eye_distance,
    Component.HEAD_SIZE: _head_size,
    Component.LEFTWARD_CROP: _sideward_crop,
    Component.RIGHTWARD_CROP: _sideward_crop,
    Component.MARGIN_ABOVE: _margin_above,
    Component.MARGIN_BELOW: _margin_below,
    Component.HEAD_POSE_YAW: _head_pose,
    Component.HEAD_POSE_PITCH: _head_pose,
    Component.HEAD_POSE_ROLL: _head_pose,
}
