"""Replays as colours of regions alone: a hundred thousand tries in minutes.

The same lights, screens, camera loops and noise as `_scene` and `_camera`, for a face and a
background of one colour each. How far it agrees with whole pictures is part of the evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from benchmarks.liveness_simulation._script import Script

__all__ = ["Light", "genuine_traces", "replay_traces", "screen_traces"]


@dataclass(frozen=True, slots=True, eq=False)
class Light:
    """Linear RGB over time, of many tries: float64 [tries, frames, 3] each.

    Attributes:
        face: of the face.
        background: beside it.
    """

    face: NDArray[np.float64]
    background: NDArray[np.float64]


def screen_traces(
    script: Script, colours: Sequence[NDArray[np.float64]], lag: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The screen's light at each frame: [tries, frames, 3].

    Args:
        script: the course of the session.
        colours: linear RGB [6, 3] of each try.
        lag: seconds of each try, beside that of the script.
    """
    edges = np.array(script.shown[:7])
    step = np.searchsorted(edges, script.seen - lag[:, None], side="right")
    padded = np.ones((len(colours), 8, 3))  # white before and after
    padded[:, 1:7] = colours
    found: NDArray[np.float64] = np.take_along_axis(padded, step[..., None].clip(0, 7), axis=1)
    return found


def genuine_traces(
    screen: NDArray[np.float64], rng: np.random.Generator, *, ratio: NDArray[np.float64]
) -> Light:
    """Somebody in a room `ratio` times as bright as the screen."""
    tries = len(screen)
    warm = rng.uniform(-0.25, 0.25, tries)
    room = np.stack([1 + warm, np.ones(tries), 1 - warm], axis=1)[:, None]
    skin = _drawn(rng, 0.03, 0.45, tries) * np.array([1.0, 0.65, 0.5])
    wall = _drawn(rng, 0.1, 0.7, tries)
    falls = rng.uniform(0.03, 0.3, (tries, 1, 1))
    daylight = rng.uniform(0.4, 1.4, (tries, 1, 1))
    added = screen / ratio[:, None, None]
    return Light(skin * (room + added), wall * (daylight * room + falls * added))


def replay_traces(played: Light, screen: NDArray[np.float64], rng: np.random.Generator) -> Light:
    """Another screen that shows `played`, in front of ours; half fill the picture."""
    tries = len(screen)
    shown = taken(played, rng)
    room = np.exp(rng.uniform(0, np.log(50), (tries, 1, 1)))
    mirrors = rng.uniform(0.005, 0.08, (tries, 1, 1))
    reflected = mirrors * (1 + screen / room)
    brightness = rng.uniform(0.4, 2.0, (tries, 1, 1))
    face, beside = (brightness * part + reflected for part in (shown.face, shown.background))
    wall = _drawn(rng, 0.1, 0.7, tries)
    behind = wall * (rng.uniform(0.4, 1.4, (tries, 1, 1)) + rng.uniform(0.03, 0.3) / room * screen)
    fills = rng.random((tries, 1, 1)) < 0.5
    return Light(face, np.where(fills, beside, behind))


def taken(light: Light, rng: np.random.Generator) -> Light:
    """What a camera makes of it: white balance, exposure, and noise of a region's mean."""
    tries, frames, _ = light.face.shape
    adapts, exposes = rng.uniform(0, 0.12, (tries, 1)), rng.uniform(0, 0.15, (tries, 1))
    level = rng.uniform(0.16, 0.26, (tries, 1))
    mean = 0.3 * light.face + 0.7 * light.background
    grey = mean.mean(axis=2, keepdims=True)
    gains, exposure = grey[:, 0] / mean[:, 0], level / grey[:, 0]
    face, background = np.empty_like(light.face), np.empty_like(light.face)
    for frame in range(frames):
        both = gains * exposure
        face[:, frame] = light.face[:, frame] * both
        background[:, frame] = light.background[:, frame] * both
        gains = gains + adapts * (grey[:, frame] / mean[:, frame] - gains)
        exposure = exposure * (level / grey[:, frame] / exposure) ** exposes
    # Sway, coding and photons: as large as what whole pictures of a still face show.
    noise = rng.uniform(0.0005, 0.003, (tries, 1, 1))
    return Light(
        np.clip(face * (1 + noise * rng.standard_normal(face.shape)), 1e-4, 1),
        np.clip(background * (1 + noise * rng.standard_normal(face.shape)), 1e-4, 1),
    )


def _drawn(rng: np.random.Generator, low: float, high: float, tries: int) -> NDArray[np.float64]:
    """Reflectances [tries, 1, 3], a little coloured."""
    grey = np.exp(rng.uniform(np.log(low), np.log(high), (tries, 1, 1)))
    return np.clip(grey * rng.uniform(0.75, 1.25, (tries, 1, 3)), 0.02, 0.95)
