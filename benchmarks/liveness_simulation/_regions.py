"""Linear light of three regions over time: somebody genuine, and screens that play somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Light", "genuine_traces", "replay_traces", "room_ratios", "taken"]

_BRIGHTEST: Final = 50.0
"""How much brighter the room may be than the screen."""

_SLOW: Final = 0.8
"""Of sway's share in one frame, what is left of it in the next."""


@dataclass(frozen=True, slots=True, eq=False)
class Light:
    """Linear RGB over time, of many tries: float64 [tries, frames, 3] each.

    Attributes:
        face: of the face.
        dark: of what is darkest about its eyes.
        background: beside it.
    """

    face: NDArray[np.float64]
    dark: NDArray[np.float64]
    background: NDArray[np.float64]


def room_ratios(rng: np.random.Generator, tries: int) -> NDArray[np.float64]:
    """How much brighter each room is than the screen."""
    return np.exp(rng.uniform(0.0, np.log(_BRIGHTEST), tries))


def genuine_traces(
    screen: NDArray[np.float64], rng: np.random.Generator, *, ratio: NDArray[np.float64]
) -> Light:
    """Somebody in a room `ratio` times as bright as the screen, whose brows shade the eyes."""
    tries = len(screen)
    warm = rng.uniform(-0.25, 0.25, tries)
    room = np.stack([1 + warm, np.ones(tries), 1 - warm], axis=1)[:, None]
    skin = _drawn(rng, 0.03, 0.45, tries) * np.array([1.0, 0.65, 0.5])
    darker = skin / np.exp(rng.uniform(np.log(5), np.log(20), (tries, 1, 1)))
    darker = darker * rng.uniform(0.8, 1.25, (tries, 1, 3))
    shaded = rng.uniform(0.5, 1.0, (tries, 1, 1))
    wall = _drawn(rng, 0.1, 0.7, tries)
    falls = rng.uniform(0.03, 0.3, (tries, 1, 1))
    daylight = rng.uniform(0.4, 1.4, (tries, 1, 1))
    added = screen / ratio[:, None, None]
    return Light(
        face=skin * (room + added),
        dark=darker * (shaded * room + added),
        background=wall * (daylight * room + falls * added),
    )


def replay_traces(
    played: Light,
    screen: NDArray[np.float64],
    rng: np.random.Generator,
    *,
    scatters: bool,
    mirrors: bool,
) -> Light:
    """Another screen that shows `played`, in front of ours; half fill the picture.

    Args:
        played: what was recorded.
        screen: light of our own screen.
        rng: decides the rest.
        scatters: its glass scatters 0.2 to 2 % of the light that falls on it.
        mirrors: it also shows our screen's mirror image, at 1.2 to 4 % of its luminance, upon the
            face; where it fills the picture, half the time also upon what is beside the face.
    """
    tries = len(screen)
    shown = taken(played, rng)
    room = room_ratios(rng, tries)[:, None, None]
    haze = float(scatters) * rng.uniform(0.002, 0.02, (tries, 1, 1)) * (1 + screen / room)
    mirror = float(mirrors) * rng.uniform(0.5, 1.6, (tries, 1, 1)) * screen / room
    brightness = rng.uniform(15, 50, (tries, 1, 1)) / room
    wall = _drawn(rng, 0.1, 0.7, tries)
    behind = wall * (
        rng.uniform(0.4, 1.4, (tries, 1, 1)) + rng.uniform(0.03, 0.3, (tries, 1, 1)) / room * screen
    )
    fills, reaches = (rng.random((tries, 1, 1)) < 0.5 for _ in range(2))
    return Light(
        face=brightness * shown.face + haze + mirror,
        dark=brightness * shown.dark + haze + mirror,
        background=np.where(fills, brightness * shown.background + haze + reaches * mirror, behind),
    )


def taken(light: Light, rng: np.random.Generator) -> Light:
    """What a camera makes of it: flare, white balance, exposure, and noise of a region's mean."""
    tries, frames, _ = light.face.shape
    adapts, exposes = rng.uniform(0, 0.12, (tries, 1)), rng.uniform(0, 0.15, (tries, 1))
    level = rng.uniform(0.16, 0.26, (tries, 1))
    mean = 0.3 * light.face + 0.7 * light.background
    grey = mean.mean(axis=2, keepdims=True)
    gains, exposure = grey[:, 0] / mean[:, 0], level / grey[:, 0]
    seen = np.stack([light.face, light.dark, light.background])
    seen = seen + rng.uniform(0, 0.01, (tries, 1, 1)) * mean
    for frame in range(frames):
        seen[:, :, frame] *= gains * exposure
        gains = gains + adapts * (grey[:, frame] / mean[:, frame] - gains)
        exposure = exposure * (level / grey[:, frame] / exposure) ** exposes
    # As large as in whole pictures; what is dark has two to seven times the noise of the rest.
    white, slow = (rng.uniform(*limits, (tries, 1, 1)) for limits in _NOISE)
    rough = rng.uniform(2, 7, (tries, 1, 1))
    amount = np.stack([np.ones_like(rough), rough, np.ones_like(rough)])
    noise = white * rng.standard_normal(seen.shape) + slow * _sway(rng, seen.shape)
    seen *= 1 + amount * noise
    return Light(*np.clip(seen, 1e-4, 1))


_NOISE: Final = ((0.001, 0.004), (0.0, 0.002))
"""Of coding and photons, from frame to frame; of sway, slowly."""


def _sway(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Slow noise of unit variance along the frames [..., frames, 3]."""
    steps = rng.standard_normal(shape)
    steps[..., 1:, :] *= np.sqrt(1 - _SLOW**2)
    for frame in range(1, shape[-2]):
        steps[..., frame, :] += _SLOW * steps[..., frame - 1, :]
    return steps


def _drawn(rng: np.random.Generator, low: float, high: float, tries: int) -> NDArray[np.float64]:
    """Reflectances [tries, 1, 3], a little coloured."""
    grey = np.exp(rng.uniform(np.log(low), np.log(high), (tries, 1, 1)))
    return np.clip(grey * rng.uniform(0.75, 1.25, (tries, 1, 3)), 0.02, 0.95)
