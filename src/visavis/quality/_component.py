"""What is measured of a sample, and how it is written down."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Component", "Measure", "Quality"]


class Component(enum.StrEnum):
    """The components of ISO/IEC 29794-5:2025 that need no learned model, and one of ours.

    Their native values are explained where they are measured; left and right, above and below are
    those of the picture.
    """

    ILLUMINATION_UNIFORMITY = "illumination_uniformity"
    LUMINANCE_MEAN = "luminance_mean"
    LUMINANCE_VARIANCE = "luminance_variance"
    UNDER_EXPOSURE_PREVENTION = "under_exposure_prevention"
    OVER_EXPOSURE_PREVENTION = "over_exposure_prevention"
    DYNAMIC_RANGE = "dynamic_range"
    NATURAL_COLOUR = "natural_colour"
    SHARPNESS = "sharpness"
    """Ours: see ``_sharpness``. The standard's is the answer of a random forest."""
    INTER_EYE_DISTANCE = "inter_eye_distance"
    HEAD_SIZE = "head_size"
    LEFTWARD_CROP = "leftward_crop_of_the_face_image"
    RIGHTWARD_CROP = "rightward_crop_of_the_face_image"
    MARGIN_ABOVE = "margin_above_of_the_face_image"
    MARGIN_BELOW = "margin_below_of_the_face_image"
    HEAD_POSE_YAW = "head_pose_yaw"
    HEAD_POSE_PITCH = "head_pose_pitch"
    HEAD_POSE_ROLL = "head_pose_roll"


@dataclass(frozen=True, slots=True)
class Measure:
    """One component of one sample.

    Attributes:
        native: in the component's own unit.
        score: 0 to 100, higher is better.
    """

    native: float
    score: int


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured of one sample.

    Attributes:
        components: a measure for each `Component`.
    """

    components: Mapping[Component, Measure]
