"""Replays as colours of regions alone: a hundred thousand tries in minutes.

The same lights, screens, camera loops and noise as `_scene` and `_camera`, for a face and a
background of one colour each. How far it agrees with whole pictures is part of the evidence.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.liveness_simulation._script import Script
from visavis.liveness import Colour
from visavis.liveness._assess import LEAST_CORRELATION, light_reasons
from visavis.liveness._light import _CHROMA, Correlator

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["Glass", "Tries", "genuine_tries", "replay_tries"]

_SEED: Final = 11

_SEQUENCES: Final = np.array(list(itertools.permutations(range(len(Colour)), 6)))

_BRIGHTEST: Final = 50.0
"""How much brighter the room may be than the screen."""


@dataclass(frozen=True, slots=True)
class Tries:
    """Sessions tried, and what the light test said.

    Attributes:
        tries: how many.
        passed: how many it let pass.
        turned: how many of these had, by chance, the order of turns that was asked for; in a
            genuine session all.
        correlations: of each, with its own sequence.
    """

    tries: int
    passed: int
    turned: int
    correlations: tuple[float, ...]


class Glass(Enum):
    """What the front of another screen does with the light of ours.

    ``HAZE`` scatters 0.2 to 2 % of it. ``MIRROR`` also shows its mirror image upon the face, at 4 %
    of its luminance or a third of that: the screen is held parallel to ours.
    """

    NONE = "none"
    HAZE = "haze"
    MIRROR = "mirror"


def replay_tries(*, courses: int, each: int, glass: Glass) -> Tries:
    """Replays of sessions under other nonces.

    Args:
        glass: of the screen that they are played on.
        courses: different timings of frames and colours.
        each: tries with each; every one with sequences, rooms, screens and cameras of its own.
    """

    def seen(script: Script, rng: np.random.Generator) -> tuple[NDArray[np.intp], Light]:
        own, other = (rng.integers(len(_SEQUENCES), size=each) for _ in range(2))
        # Whoever replays starts it as well as he can.
        offset = rng.uniform(-0.3, 0.3, each)
        played = genuine_traces(_screen(script, other, offset), rng, ratio=_ratios(rng, each))
        return own, replay_traces(played, _screen(script, own, np.zeros(each)), rng, glass=glass)

    return _tries(courses, seen, orders_of_turns=8)


def genuine_tries(*, courses: int, each: int) -> Tries:
    """People who are there, to compare with whole pictures."""

    def seen(script: Script, rng: np.random.Generator) -> tuple[NDArray[np.intp], Light]:
        own = rng.integers(len(_SEQUENCES), size=each)
        screen = _screen(script, own, np.zeros(each))
        return own, genuine_traces(screen, rng, ratio=_ratios(rng, each))

    return _tries(courses, seen, orders_of_turns=1)


def _tries(
    courses: int,
    seen: Callable[[Script, np.random.Generator], tuple[NDArray[np.intp], Light]],
    *,
    orders_of_turns: int,
) -> Tries:
    passed, turned, correlations = 0, 0, list[float]()
    for course in range(courses):
        rng = np.random.default_rng([_SEED, course])
        script = Script.drawn(rng, colours=6, turns=(1, -1, 1))
        own, light = seen(script, rng)
        signals = _chroma(taken(light, rng))
        edges = np.array(script.shown[:7])
        near = (script.frames >= edges[0] - 0.5) & (script.frames <= edges[-1] + 0.5)
        correlator = Correlator(script.frames[near], edges)
        signals = signals[:, near]
        with_own = _correlations(correlator, signals, own)
        correlations += with_own.tolist()
        # How many others are as good takes long, and most are refused before.
        for place in np.flatnonzero(with_own >= LEAST_CORRELATION):
            colours = [list(Colour)[index] for index in _SEQUENCES[own[place]]]
            ok = not list(light_reasons(correlator.measure(signals[place], colours), ()))
            passed += ok
            turned += ok and int(rng.integers(orders_of_turns)) == 0
    return Tries(len(correlations), passed, turned, tuple(correlations))


def _correlations(
    correlator: Correlator, signals: NDArray[np.float64], own: NDArray[np.intp]
) -> NDArray[np.float64]:
    """`Correlator.correlation` of every signal [tries, frames, 3] with its sequence, at once."""
    trend, shown = correlator._trend, correlator._shown  # noqa: SLF001 - the same numbers, faster
    norms = np.stack(correlator._norms)[:, own]  # noqa: SLF001 - likewise
    signals = signals - trend @ (trend.T @ signals)
    power = np.linalg.norm(signals, axis=(1, 2))
    wanted = _CHROMA[_SEQUENCES[own]]
    along = np.einsum("lsf,tfc,tsc->lt", shown, signals, wanted, optimize=True)
    best: NDArray[np.float64] = (along / norms / power).max(axis=0)
    return best


def _screen(
    script: Script, sequences: NDArray[np.intp], late: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The screen's light at each frame: [tries, frames, 3]; `late` seconds each."""
    light = (np.array([colour.rgb for colour in Colour]) / 255.0) ** 2.2
    shown = np.ones((len(sequences), 8, 3))  # white before and after
    shown[:, 1:7] = light[_SEQUENCES[sequences]]
    edges = np.array(script.shown[:7])
    step = np.searchsorted(edges, script.seen - late[:, None], side="right")
    found: NDArray[np.float64] = np.take_along_axis(shown, step[..., None], axis=1)
    return found


def _ratios(rng: np.random.Generator, tries: int) -> NDArray[np.float64]:
    return np.exp(rng.uniform(0.0, np.log(_BRIGHTEST), tries))


def _chroma(light: Light) -> NDArray[np.float64]:
    """As `visavis.liveness.signal_of`: [tries, frames, 3]."""
    face, background = np.log(light.face), np.log(light.background)
    difference = face - background
    centred: NDArray[np.float64] = difference - difference.mean(axis=-1, keepdims=True)
    return centred


@dataclass(frozen=True, slots=True, eq=False)
class Light:
    """Linear RGB over time, of many tries: float64 [tries, frames, 3] each.

    Attributes:
        face: of the face.
        background: beside it.
    """

    face: NDArray[np.float64]
    background: NDArray[np.float64]


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


def replay_traces(
    played: Light, screen: NDArray[np.float64], rng: np.random.Generator, *, glass: Glass
) -> Light:
    """Another screen that shows `played`, in front of ours; half fill the picture."""
    tries = len(screen)
    shown = taken(played, rng)
    room = _ratios(rng, tries)[:, None, None]
    haze = rng.uniform(0.002, 0.02, (tries, 1, 1))
    mirrored = rng.uniform(0.5, 1.6, (tries, 1, 1)) * screen / room
    reflected = haze * (1 + screen / room) + (mirrored if glass is Glass.MIRROR else 0.0)
    reflected = np.zeros_like(screen) if glass is Glass.NONE else reflected
    brightness = rng.uniform(15, 50, (tries, 1, 1)) / room
    face, beside = (brightness * part + reflected for part in (shown.face, shown.background))
    wall = _drawn(rng, 0.1, 0.7, tries)
    behind = wall * (
        rng.uniform(0.4, 1.4, (tries, 1, 1)) + rng.uniform(0.03, 0.3, (tries, 1, 1)) / room * screen
    )
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
