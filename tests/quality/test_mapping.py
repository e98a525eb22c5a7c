"""Native values to scores: OFIQ's own expected results, and what they must be like."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.quality import Component
from visavis.quality._iso29794_5_mapping import score

if TYPE_CHECKING:
    from pathlib import Path

_STANDARD = [component for component in Component if component is not Component.SHARPNESS]

_RISING = {
    Component.ILLUMINATION_UNIFORMITY: (0, 1),
    Component.LUMINANCE_MEAN: (0, 0.4),
    Component.LUMINANCE_VARIANCE: (0, 1 / 60),
    Component.DYNAMIC_RANGE: (0, 8),
    Component.SHARPNESS: (0, 1),
    Component.INTER_EYE_DISTANCE: (0, 1e4),
    Component.HEAD_SIZE: (0, 0.45),
    Component.LEFTWARD_CROP: (-10, 10),
    Component.RIGHTWARD_CROP: (-10, 10),
    Component.MARGIN_ABOVE: (-10, 10),
    Component.MARGIN_BELOW: (-10, 10),
    Component.HEAD_POSE_YAW: (-90, 0),
    Component.HEAD_POSE_PITCH: (-90, 0),
    Component.HEAD_POSE_ROLL: (-90, 0),
}
_FALLING = {
    Component.LUMINANCE_MEAN: (0.6, 1),
    Component.LUMINANCE_VARIANCE: (1 / 60, 0.25),
    Component.UNDER_EXPOSURE_PREVENTION: (0, 1),
    Component.OVER_EXPOSURE_PREVENTION: (0, 1),
    Component.NATURAL_COLOUR: (0, 200),
    Component.HEAD_SIZE: (0.45, 20),
    Component.HEAD_POSE_YAW: (0, 180),
    Component.HEAD_POSE_PITCH: (0, 180),
    Component.HEAD_POSE_ROLL: (0, 180),
}


@pytest.mark.parametrize("component", _STANDARD)
def test_ofiq_expects_these_scores(component: Component, vectors: Path) -> None:
    column = "".join(word.capitalize() for word in component.value.split("_"))
    with (vectors / "ofiq_expected_results.csv").open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    expected = [int(float(row[f"{column}.scalar"])) for row in rows]
    assert [score(component, float(row[column])) for row in rows] == expected
    assert len(rows) == 28


@pytest.mark.parametrize(
    ("component", "native", "expected"),
    [
        (Component.ILLUMINATION_UNIFORMITY, 0.141, 56),
        (Component.LUMINANCE_MEAN, 0.2, 50),
        (Component.LUMINANCE_MEAN, 0.5, 100),
        (Component.LUMINANCE_VARIANCE, 1 / 60, 100),
        (Component.UNDER_EXPOSURE_PREVENTION, 0.5, 100),
        (Component.UNDER_EXPOSURE_PREVENTION, 0.92, 40),
        (Component.OVER_EXPOSURE_PREVENTION, 0.01, 50),
        (Component.DYNAMIC_RANGE, 4, 50),
        (Component.NATURAL_COLOUR, 7.0711, 66),
        (Component.NATURAL_COLOUR, 100, 0),
        (Component.SHARPNESS, 0.375, 50),
        (Component.INTER_EYE_DISTANCE, 70, 50),
        (Component.INTER_EYE_DISTANCE, 90, 73),
        (Component.HEAD_SIZE, 0.45, 100),
        (Component.HEAD_SIZE, 0.5, 54),
        (Component.LEFTWARD_CROP, 0.9, 50),
        (Component.RIGHTWARD_CROP, 1.0, 73),
        (Component.MARGIN_ABOVE, 1.4, 50),
        (Component.MARGIN_BELOW, 1.8, 50),
        (Component.HEAD_POSE_YAW, -45, 50),
        (Component.HEAD_POSE_PITCH, 30, 75),
        (Component.HEAD_POSE_ROLL, 120, 0),
    ],
)
def test_some_scores(component: Component, native: float, expected: int) -> None:
    assert score(component, native) == expected


@given(st.sampled_from(list(_RISING)), st.floats(0, 1), st.floats(0, 1))
def test_more_scores_no_less(component: Component, one: float, other: float) -> None:
    low, high = _RISING[component]
    natives = (low + share * (high - low) for share in sorted((one, other)))
    worse, better = (score(component, native) for native in natives)
    assert worse <= better


@given(st.sampled_from(list(_FALLING)), st.floats(0, 1), st.floats(0, 1))
def test_less_scores_no_less(component: Component, one: float, other: float) -> None:
    low, high = _FALLING[component]
    natives = (low + share * (high - low) for share in sorted((one, other)))
    better, worse = (score(component, native) for native in natives)
    assert worse <= better


@given(st.sampled_from(list(Component)), st.floats(-1e9, 1e9))
def test_a_score_is_from_0_to_100(component: Component, native: float) -> None:
    if component in (Component.LUMINANCE_VARIANCE, Component.OVER_EXPOSURE_PREVENTION):
        native = abs(native)
    assert 0 <= score(component, native) <= 100
