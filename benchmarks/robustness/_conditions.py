"""Every alteration at every step."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.robustness import _alterations as alter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.robustness._alterations import Pixels, Points

__all__ = ["FAMILIES", "VIEWS", "Condition", "Family", "unaltered"]

VIEWS = {
    "front": ("smiling_*_08.jpg",),
    "three-quarter": ("neutral_left_3quarter_02.jpg", "neutral_right_3quarter_04.jpg"),
    "profile": ("neutral_left_profile_01.jpg", "neutral_right_profile_05.jpg"),
}
"""Of the probes; the reference is the neutral picture from the front. Of a person's two views from
the sides, one is used, left and right in turns."""

_SIDE = ("three-quarter",)
_BOTH = ("front", *_SIDE)


@dataclass(frozen=True, slots=True)
class Condition:
    """One step of an alteration.

    Attributes:
        label: what the axis says.
        place: on the axis.
        alteration: from pixels and the five points in them to altered pixels; not compared.
        view: of the probes.
    """

    label: str
    place: float
    alteration: Callable[[Pixels, Points], Pixels] = field(compare=False)
    view: str = "front"


@dataclass(frozen=True, slots=True)
class Family:
    """One alteration.

    Attributes:
        name: of its files.
        title: of its picture.
        axis: what the steps are, with their unit.
        conditions: in the order of the axis.
        named: the steps are names, not numbers.
    """

    name: str
    title: str
    axis: str
    conditions: tuple[Condition, ...]
    named: bool = False


def unaltered(pixels: Pixels, points: Points) -> Pixels:
    """The photograph as it is."""
    del points
    return pixels


def _steps(
    alteration: Callable[[Pixels, Points, float], Pixels],
    steps: Sequence[float],
    *,
    views: tuple[str, ...] = ("front",),
    nothing: float | None = None,
) -> tuple[Condition, ...]:
    """One condition a step and view; the step ``nothing`` leaves pictures as they are."""
    return tuple(
        Condition(
            f"{step:g}",
            step,
            unaltered if step == nothing else partial(_at, alteration, step),
            view,
        )
        for view in views
        for step in steps
    )


def _at(
    alteration: Callable[[Pixels, Points, float], Pixels],
    step: float,
    pixels: Pixels,
    points: Points,
) -> Pixels:
    return alteration(pixels, points, step)


def _mirrored(pixels: Pixels, points: Points) -> Pixels:
    del points
    return np.ascontiguousarray(pixels[:, ::-1])


FAMILIES = (
    Family(
        "size", "Size", "pixels between the eyes",
        _steps(alter.scaled, (12, 16, 20, 24, 32, 40, 60, 80), views=_BOTH),
    ),
    Family(
        "blur", "Blur (out of focus)", "standard deviation, % of the distance between the eyes",
        _steps(alter.gaussian_blur, (0, 2, 3, 4, 6, 8, 10), nothing=0)
        + _steps(alter.gaussian_blur, (0, 2, 4, 6, 8), views=_SIDE, nothing=0),
    ),
    Family(
        "exposure", "Exposure", "stops (EV)",
        _steps(alter.exposed, (-6, -5, -4, -3, -2, 0, 1, 2, 3), nothing=0),
    ),
    Family(
        "view", "View", "the head turned by about 0, 45 and 90 degrees",
        tuple(Condition(view, i, unaltered, view) for i, view in enumerate(VIEWS)),
        named=True,
    ),
    Family(
        "coverings", "Face covered", "what is drawn on the face",
        (
            Condition("nothing", 0, unaltered),
            Condition("dark glasses", 1, partial(alter.coverings, glasses=True, mask=False)),
            Condition("mask", 2, partial(alter.coverings, glasses=False, mask=True)),
            Condition("mask and glasses", 3, partial(alter.coverings, glasses=True, mask=True)),
        ),
        named=True,
    ),
    Family(
        "cut-left", "Cut off at the left", "room beside the eye, distances between the eyes",
        _steps(alter.cut_left, (0, 0.2, 0.4, 0.7, 1.5)),
    ),
    Family(
        "cut-below", "Cut off below", "room below the eyes, distances between them",
        _steps(alter.cut_below, (0.6, 0.8, 1, 1.3, 2)),
    ),
    Family(
        "cut-above", "Cut off above", "room above the eyes, distances between them",
        _steps(alter.cut_above, (0, 0.2, 0.5, 1)),
    ),
    Family(
        "side-light", "Light from one side", "stops (EV) between the cheeks",
        _steps(alter.lit_from_the_side, (0, 2, 4, 6, 8), nothing=0),
    ),
    Family(
        "motion", "Blur (sideward movement)", "length, % of the distance between the eyes",
        _steps(alter.motion_blur, (0, 10, 20, 30, 40), nothing=0),
    ),
    Family(
        "turn", "Camera turned", "degrees, counter-clockwise",
        _steps(alter.turned, (0, 15, 30, 45, 60, 90, 180, 270), nothing=0),
    ),
    Family(
        "other", "Other", "what is done to the picture",
        (
            Condition("nothing", 0, unaltered),
            Condition("mirrored", 1, _mirrored),
            Condition("without colour", 2, alter.without_colour),
        ),
        named=True,
    ),
    Family(
        "jpeg", "JPEG compression", "quality of the file",
        _steps(alter.compressed, (5, 10, 15, 20, 30, 50, 70, 95))
        + _steps(alter.compressed, (5, 10, 20, 50), views=_SIDE),
    ),
    Family(
        "warmth", "Colour cast, cold to warm", "share of the red (-) or blue (+) light taken away",
        _steps(alter.cold_to_warm, (-0.9, -0.5, 0, 0.5, 0.9), nothing=0),
    ),
    Family(
        "tint", "Colour cast, magenta to green",
        "share of the green (-) or of the other light (+) taken away",
        _steps(alter.magenta_to_green, (-0.9, -0.5, 0, 0.5, 0.9), nothing=0),
    ),
    Family(
        "noise", "Noise", "standard deviation in each channel, levels of 255",
        _steps(alter.noisy, (0, 10, 20, 40, 80), nothing=0),
    ),
)  # fmt: skip
