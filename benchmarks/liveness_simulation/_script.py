"""What is asked for and how a person follows: colours, turns, sway, and the camera's lag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Script", "Sway", "screen_light"]

_EARLIER: Final = 0.3
"""Seconds that the camera runs before the session: longer than its lag."""

LEAD: Final = 0.5
"""Seconds on white before the first colour."""


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """One session's course, in seconds of the server's clock.

    Attributes:
        shown: of each colour, then of each turn.
        ended: of the last turn.
        frames: when each frame arrives.
        seen: when the light of each frame was taken in, as time on the screen.
        yaw: of the head then, in radians; above 0 where the nose goes to the picture's right.
    """

    shown: tuple[float, ...]
    ended: float
    frames: NDArray[np.float64]
    seen: NDArray[np.float64]
    yaw: NDArray[np.float64]

    @classmethod
    def drawn(
        cls, rng: np.random.Generator, *, colours: int, turns: Sequence[int], scale: float = 1.0
    ) -> Script:
        """Somebody who follows.

        Args:
            rng: decides reaction, speed, reach, lag and frame rate.
            colours: how many.
            turns: +1 for a nose that goes to the picture's right, -1 for the left.
            scale: of the angles turned to.
        """
        colour_time = rng.uniform(0.45, 0.55)
        shown = [LEAD + place * colour_time for place in range(colours)]
        now = LEAD + colours * colour_time
        knots = [(0.0, 0.0)]
        for side in turns:
            shown.append(now)
            start = now + rng.uniform(0.25, 0.6)
            peak = start + rng.uniform(0.5, 0.9)
            back = peak + rng.uniform(0.1, 0.3)
            front = back + rng.uniform(0.5, 0.8)
            angle = side * scale * np.radians(rng.uniform(32, 46))
            knots += [(start, 0.0), (peak, angle), (back, angle), (front, 0.0)]
            now = front + rng.uniform(0.1, 0.3)
        rate = rng.uniform(10, 11)
        lag = rng.uniform(0.05, 0.25)
        seen = np.arange(-_EARLIER, now - lag, 1 / rate)
        frames = seen + lag + rng.uniform(0, 0.03, len(seen))
        return cls(tuple(shown), now, frames, seen, _smooth(knots, seen))


def _smooth(knots: Sequence[tuple[float, float]], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Through the knots, slow at each."""
    times, values = np.array(knots).T
    place = np.clip(np.searchsorted(times, at, side="right") - 1, 0, len(times) - 2)
    length = np.maximum(times[place + 1] - times[place], 1e-9)
    share = np.clip((at - times[place]) / length, 0, 1)
    share = share * share * (3 - 2 * share)
    found: NDArray[np.float64] = values[place] + share * (values[place + 1] - values[place])
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Sway:
    """Small motions of a body, or of a hand."""

    phases: NDArray[np.float64]
    size: float

    @classmethod
    def drawn(cls, rng: np.random.Generator, *, size: float = 1.0) -> Sway:
        return cls(rng.uniform(0, 2 * np.pi, (5, 3)), size)

    def at(self, time: float) -> NDArray[np.float64]:
        """Right, down (distances between the eyes), log scale, roll and yaw (radians)."""
        waves = np.sin(2 * np.pi * np.array([0.23, 0.51, 1.1]) * time + self.phases)
        amount = waves @ [0.6, 0.3, 0.1]
        moves: NDArray[np.float64] = self.size * amount * np.array([0.07, 0.05, 0.015, 0.02, 0.03])
        return moves


def screen_light(
    script: Script, colours: Sequence[tuple[int, int, int]], at: float
) -> NDArray[np.float32]:
    """Linear RGB of the screen at a time: white but while a colour is shown."""
    edges = script.shown[: len(colours) + 1]
    place = int(np.searchsorted(edges, at, side="right")) - 1
    if not colours or not 0 <= place < len(colours):
        return np.ones(3, np.float32)
    light: NDArray[np.float32] = ((np.array(colours[place]) / 255.0) ** 2.2).astype(np.float32)
    return light
