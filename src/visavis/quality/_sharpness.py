"""Sharpness: how much of a face's contrast lies in its finest detail.

ISO/IEC 29794-5 and OFIQ ask a random forest, trained on pictures that we do not have; this is a
measure of ours, and neither its native values nor its scores are OFIQ's. It is the variance of the
Laplacian over the variance of the picture, at the scale that embedders see, 57 pixels between the
eyes. Being a ratio, it does not depend on light or contrast; a face of few pixels is as blurred as
it looks; noise makes a picture sharper, which no such measure can tell from detail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image as PillowImage

from visavis.quality._aligned import face_region
from visavis.quality._component import Component

if TYPE_CHECKING:
    from visavis.quality._aligned import Aligned

__all__ = ["sharpness"]

_LEAST_VARIANCE = 1.0
"""Grey levels squared; below it there is nothing to be sharp: what rounding leaves."""


def sharpness(aligned: Aligned) -> dict[Component, float]:
    """Native value: 0 for a plain area, about 0.01 where blurred, 0.3 in a studio's picture."""
    levels = np.asarray(PillowImage.fromarray(aligned.pixels).convert("L"), np.float32)
    seen = aligned.inside & face_region()
    # What is compared across the edge of the face or of the picture says nothing about detail.
    whole = seen[1:-1, 1:-1] & seen[:-2, 1:-1] & seen[2:, 1:-1] & seen[1:-1, :-2] & seen[1:-1, 2:]
    if not whole.any():
        return {Component.SHARPNESS: 0.0}
    middle = levels[1:-1, 1:-1]
    around = levels[:-2, 1:-1] + levels[2:, 1:-1] + levels[1:-1, :-2] + levels[1:-1, 2:]
    detail = (4 * middle - around)[whole]
    contrast = max(float(middle[whole].var()), _LEAST_VARIANCE)
    return {Component.SHARPNESS: float(detail.var()) / contrast}
