"""Face -> Quality."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from visavis.quality._aligned import align
from visavis.quality._component import Component, Measure, Quality
from visavis.quality._five_points import five_points
from visavis.quality._iso29794_5_colour import colour
from visavis.quality._iso29794_5_geometry import geometry
from visavis.quality._iso29794_5_light import light
from visavis.quality._iso29794_5_mapping import score
from visavis.quality._sharpness import sharpness

if TYPE_CHECKING:
    from visavis.face import Face

__all__ = ["assess", "native_values"]


def native_values(face: Face) -> dict[Component, float]:
    """As `assess`, without scores, which take a fifth of its time and decide nothing."""
    points = five_points(face)
    aligned = align(face.picture, points)
    return light(aligned) | colour(aligned) | sharpness(aligned) | geometry(face, points)


def assess(face: Face) -> Quality:
    """Measures every component of a face in its picture.

    Never fails: a face that reaches out of its picture is measured where it is seen, and one that
    lies outside altogether is black and blurred.
    """
    natives = native_values(face)
    measures = {part: Measure(natives[part], score(part, natives[part])) for part in Component}
    return Quality(MappingProxyType(measures))
