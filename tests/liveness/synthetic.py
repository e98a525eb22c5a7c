"""Sessions made of numbers: five points of a solid, turned, and lights that multiply."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from visavis.face import Embedding
from visavis.liveness import Challenge, Colour, Mode, Observation, Turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

HEAD = np.array([
    (-0.5, 0.0, 0.0), (0.5, 0.0, 0.0), (0.0, 0.6, 0.45), (-0.4, 1.1, 0.0), (0.4, 1.1, 0.0)
])  # fmt: skip
"""Eyes, tip of the nose, corners of the mouth; z towards the camera."""

PICTURE = HEAD * [1, 1, 0]
"""A photograph of it."""

CHALLENGE = Challenge(
    (Colour.RED, Colour.CYAN, Colour.WHITE, Colour.GREEN, Colour.MAGENTA, Colour.YELLOW),
    (Turn.LEFT, Turn.RIGHT, Turn.RIGHT),
)


def seen_at(
    solid: NDArray[np.float64], *, yaw: float, slant: float = 0.0, distance: float = 8.0
) -> NDArray[np.float64]:
    """Points of a solid, turned by degrees about an axis that slants, before a camera."""
    about = np.radians(yaw)
    side = np.radians(slant)
    turn = np.array([
        [np.cos(about), 0, np.sin(about)], [0, 1, 0], [-np.sin(about), 0, np.cos(about)]
    ])  # fmt: skip
    roll = np.array([[np.cos(side), -np.sin(side), 0], [np.sin(side), np.cos(side), 0], [0, 0, 1]])
    x, y, z = roll @ turn @ roll.T @ solid.T
    near = distance / (distance - z)
    return np.column_stack([300 + 80 * near * x, 200 + 80 * near * y])


@dataclass(frozen=True)
class Course:
    """A session on paper: white until 0.5, six colours, then turns of two seconds each."""

    challenge: Challenge = CHALLENGE
    rate: float = 10.0

    @property
    def shown(self) -> tuple[float, ...]:
        count = len(self.challenge.colours)
        colours = [0.5 + 0.5 * place for place in range(count)]
        turns = [0.5 + 0.5 * count + 2.0 * place for place in range(len(self.challenge.turns))]
        return (*colours, *turns)

    @property
    def ended(self) -> float:
        return self.shown[-1] + 2.0

    @property
    def times(self) -> NDArray[np.float64]:
        return np.arange(0.0, self.ended - 1e-9, 1 / self.rate)

    def yaws(self, turns: Sequence[Turn], *, degrees: float = 40.0) -> NDArray[np.float64]:
        """Each turn begins 0.4 s after it is asked for, and is over after 1.8 s."""
        yaw = np.zeros(len(self.times))
        for turn, start in zip(turns, self.shown[len(self.challenge.colours) :], strict=True):
            phase = np.clip((self.times - start - 0.4) / 1.4, 0, 1)
            yaw += (1 if turn is Turn.LEFT else -1) * degrees * np.sin(np.pi * phase) ** 2
        return yaw

    def light(self, colours: Sequence[Colour], *, lag: float = 0.15) -> NDArray[np.float64]:
        """Linear RGB of the screen in every frame, late by `lag`."""
        edges = [*self.shown[: len(colours) + 1]]
        step = np.searchsorted(edges, self.times - lag, side="right") - 1
        light = np.ones((len(step), 3))
        for place, colour in enumerate(colours):
            light[step == place] = (np.array(colour.rgb) / 255) ** 2.2
        return light


def observe_course(
    course: Course,
    *,
    solid: NDArray[np.float64] = HEAD,
    yaws: NDArray[np.float64] | None = None,
    screen: NDArray[np.float64] | None = None,
    ratio: float = 10.0,
    on_background: float = 0.1,
    noise: float = 0.001,
    added: NDArray[np.float64] | None = None,
) -> list[Observation]:
    """What would be measured of somebody who does as asked, but for what is given.

    `added` is light that glass before the face adds to it: [frame, 3], linear.
    """
    rng = np.random.default_rng(5)
    turns, colours = course.challenge.turns, course.challenge.colours
    yaws = course.yaws(turns) if yaws is None else yaws
    screen = course.light(colours) if screen is None and colours else screen
    if screen is None:
        screen = np.ones((len(course.times), 3))
    # White balance drifts, and reddens everything alike.
    drift = 1 + 0.2 * np.outer(np.sin(course.times / 3), [1, 0, -1])
    glass = np.zeros_like(screen) if added is None else added
    seen = []
    for time, yaw, light, more, gain in zip(course.times, yaws, screen, glass, drift, strict=True):
        skin = np.array(
            [[0.4, 0.25, 0.2], [0.38, 0.22, 0.17], [0.37, 0.22, 0.18], [0.42, 0.25, 0.2]]
        )
        face = (skin * (1 + light / ratio) + more) * gain
        bright = skin[0] * (1 + light / ratio) + more
        dark = skin[0] / 6 * (1 + light / ratio) + more
        eyes = np.array([[dark, bright]] * 2) * gain
        background = np.array([0.3, 0.32, 0.35]) * (1 + on_background * light / ratio) * gain
        seen.append(
            Observation(
                time=float(time),
                points=seen_at(solid, yaw=yaw),
                face=face * (1 + noise * rng.standard_normal(face.shape)),
                background=background * (1 + noise * rng.standard_normal(3)),
                eyes=eyes * (1 + noise * rng.standard_normal(eyes.shape)),
            )
        )
    return seen


def embedding(angle: float = 0.0, *, model: str = "m") -> Embedding:
    """A direction this many degrees from the first one."""
    vector = np.zeros(4)
    vector[:2] = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return Embedding.of(vector, model=model)


def turns_only() -> Challenge:
    return replace(Challenge.derive(bytes(32), subject="s", mode=Mode.TURNS_ONLY), colours=())
