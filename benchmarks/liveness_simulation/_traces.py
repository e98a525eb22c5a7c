"""Replays as colours of regions alone: a hundred thousand tries in minutes.

The same lights, screens, camera loops and noise as `_scene` and `_camera`, for a face, what is dark
about its eyes, and a background, of one colour each. How far it agrees with whole pictures is part
of the evidence.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.liveness_simulation._regions import (
    Light,
    genuine_traces,
    replay_traces,
    room_ratios,
    taken,
)
from benchmarks.liveness_simulation._script import Script
from visavis.liveness import Colour, LightMeasure, Reason, Signal
from visavis.liveness._assess import LEAST_CORRELATION, light_reasons, reflection_reasons
from visavis.liveness._light import _CHROMA, _LAGS, Best, Correlator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

__all__ = ["Glass", "Start", "Tries", "genuine_tries", "replay_tries"]

_SEQUENCES: Final = np.array(list(itertools.permutations(range(len(Colour)), 6)))

_LIGHT: Final = (np.array([colour.rgb for colour in Colour]) / 255.0) ** 2.2


class Glass(Enum):
    """What the front of another screen does with the light of ours: see `replay_traces`."""

    NONE = "none"
    HAZE = "haze"
    MIRROR = "mirror"


class Start(Enum):
    """When the recording is started.

    ``TOGETHER``: with ours, as well as a hand can (0.3 s). ``ANY``: any time, so that any part of
    it lies beside our colours. ``FIRST_COLOUR``: where its screen turned to the colour that ours
    showed first, if it ever did; else together. ``LIBRARY``: together, but it is one of many
    recordings, chosen for beginning with the colour that ours showed first.
    """

    TOGETHER = "together"
    ANY = "any"
    FIRST_COLOUR = "first colour"
    LIBRARY = "library"


@dataclass(frozen=True, slots=True)
class Tries:
    """Sessions tried, and what the light test said.

    Attributes:
        tries: how many.
        passed: how many it let pass.
        turned: how many of these had, by chance, the order of turns that was asked for; in a
            genuine session all.
        refused: by reason, how many it refused.
        measured: of each, `correlation` with its own sequence; and of those in which it sufficed
            for a try to go on, `unexplained`, `added` and, if these sufficed too, `as_good`.
    """

    tries: int
    passed: int
    turned: int
    refused: dict[str, int]
    measured: dict[str, list[float]]

    def __add__(self, other: Tries) -> Tries:
        """Both together."""
        reasons = self.refused | other.refused
        return Tries(
            self.tries + other.tries,
            self.passed + other.passed,
            self.turned + other.turned,
            {one: self.refused.get(one, 0) + other.refused.get(one, 0) for one in reasons},
            {name: values + other.measured[name] for name, values in self.measured.items()},
        )


def replay_tries(
    *, seed: int, courses: Iterable[int], each: int, glass: Glass, start: Start
) -> Tries:
    """Replays of sessions under other nonces.

    Args:
        seed: of the random numbers.
        courses: numbers of different timings of frames and colours.
        each: tries with each; every one with sequences, rooms, screens and cameras of its own.
        glass: of the screen that they are played on.
        start: when they are started.
    """

    def seen(script: Script, rng: np.random.Generator) -> tuple[NDArray[np.intp], Light]:
        own, other = (rng.integers(len(_SEQUENCES), size=each) for _ in range(2))
        if start is Start.LIBRARY:
            # Sequences are in the order of their first colours, as many with each.
            each_first = len(_SEQUENCES) // len(Colour)
            other = own // each_first * each_first + other % each_first
        late = rng.uniform(-0.3, 0.3, each) + _started(script, own, other, rng, start)
        played = genuine_traces(_screen(script, other, late), rng, ratio=room_ratios(rng, each))
        light = replay_traces(
            played,
            _screen(script, own, np.zeros(each)),
            rng,
            scatters=glass is not Glass.NONE,
            mirrors=glass is Glass.MIRROR,
        )
        return own, light

    return _tries(seed, courses, seen, orders_of_turns=8)


def genuine_tries(
    *, seed: int, courses: Iterable[int], each: int, ratio: float | None = None
) -> Tries:
    """People who are there; in rooms `ratio` times as bright as the screen, or 1 to 50 times."""

    def seen(script: Script, rng: np.random.Generator) -> tuple[NDArray[np.intp], Light]:
        own = rng.integers(len(_SEQUENCES), size=each)
        screen = _screen(script, own, np.zeros(each))
        ratios = room_ratios(rng, each) if ratio is None else np.full(each, ratio)
        return own, genuine_traces(screen, rng, ratio=ratios)

    return _tries(seed, courses, seen, orders_of_turns=1)


def _started(
    script: Script,
    own: NDArray[np.intp],
    other: NDArray[np.intp],
    rng: np.random.Generator,
    start: Start,
) -> NDArray[np.float64]:
    """How much later than our first colour the recording's first one comes, in seconds."""
    step = script.shown[1] - script.shown[0]
    if start is Start.ANY:
        return rng.uniform(-5.5, 5.5, len(own)) * step
    if start is Start.FIRST_COLOUR:
        same = _SEQUENCES[other] == _SEQUENCES[own, :1]
        found: NDArray[np.float64] = np.where(same.any(axis=1), -step * same.argmax(axis=1), 0.0)
        return found
    return np.zeros(len(own))


def _tries(
    seed: int,
    courses: Iterable[int],
    seen: Callable[[Script, np.random.Generator], tuple[NDArray[np.intp], Light]],
    *,
    orders_of_turns: int,
) -> Tries:
    passed, turned = 0, 0
    refused: dict[str, int] = {}
    measured: dict[str, list[float]] = {
        name: [] for name in ("correlation", "unexplained", "added", "as_good")
    }
    for course in courses:
        rng = np.random.default_rng([seed, course])
        script = Script.drawn(rng, colours=6, turns=(1, -1, 1))
        own, light = seen(script, rng)
        light = taken(light, rng)
        edges = np.array(script.shown[:7])
        near = (script.frames >= edges[0] - 0.5) & (script.frames <= edges[-1] + 0.5)
        times = script.frames[near]
        correlator = Correlator(times, edges)
        chroma, darkness = _chroma(light)[:, :, near], _darkness(light)[:, near]
        bests = _bests(correlator, chroma, own)
        measured["correlation"] += [best.correlation for best in bests]
        for place, best in enumerate(bests):
            if best.correlation < LEAST_CORRELATION:
                _count(refused, Reason.LIGHT_WEAK)
                continue
            colours = [list(Colour)[index] for index in _SEQUENCES[own[place]]]
            signal = Signal(times, chroma[:, place], darkness[place])
            reflection = correlator.reflection(signal, colours, best)
            measured["unexplained"].append(reflection.unexplained)
            measured["added"].append(reflection.added)
            reasons = list(reflection_reasons(reflection))
            # How many others are as good takes long, and most are refused before.
            if not reasons:
                rank = correlator.as_good(signal, colours)
                measured["as_good"].append(rank)
                measure = LightMeasure(
                    frames=len(times),
                    correlation=best.correlation,
                    as_good=rank,
                    others=len(_SEQUENCES) - 1,
                    lag=best.lag,
                    reflection=reflection,
                )
                reasons = list(light_reasons(measure, ()))
            for reason in reasons:
                _count(refused, reason)
            passed += not reasons
            turned += not reasons and int(rng.integers(orders_of_turns)) == 0
    return Tries(len(measured["correlation"]), passed, turned, refused, measured)


def _count(refused: dict[str, int], reason: Reason) -> None:
    refused[str(reason)] = refused.get(str(reason), 0) + 1


def _bests(
    correlator: Correlator, chroma: NDArray[np.float64], own: NDArray[np.intp]
) -> list[Best]:
    """`Correlator.best` of every signal [2, tries, frames, 3] with its sequence, at once."""
    trend, shown = correlator._trend, correlator._shown  # noqa: SLF001 - the same numbers, faster
    norms = correlator._norms[:, own]  # noqa: SLF001 - likewise
    chroma = chroma - trend @ (trend.T @ chroma)
    power = np.linalg.norm(chroma, axis=(2, 3))[:, None]
    wanted = _CHROMA[_SEQUENCES[own]]
    along = np.einsum("lsf,rtfc,tsc->rlt", shown, chroma, wanted, optimize=True)
    found = (along / norms / power).reshape(-1, len(own))
    rows, lags = np.divmod(found.argmax(axis=0), len(_LAGS))
    return [
        Best(float(correlation), int(row), float(_LAGS[lag]))
        for correlation, row, lag in zip(found.max(axis=0), rows, lags, strict=True)
    ]


def _screen(
    script: Script, sequences: NDArray[np.intp], late: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The screen's light at each frame: [tries, frames, 3]; `late` seconds each."""
    shown = np.ones((len(sequences), 8, 3))  # white before and after
    shown[:, 1:7] = _LIGHT[_SEQUENCES[sequences]]
    edges = np.array(script.shown[:7])
    step = np.searchsorted(edges, script.seen - late[:, None], side="right")
    found: NDArray[np.float64] = np.take_along_axis(shown, step[..., None], axis=1)
    return found


def _chroma(light: Light) -> NDArray[np.float64]:
    """As `visavis.liveness.signal_of`: [2, tries, frames, 3]."""
    face = np.log(light.face)
    both = np.stack([face - np.log(light.background), face])
    centred: NDArray[np.float64] = both - both.mean(axis=-1, keepdims=True)
    return centred


def _darkness(light: Light) -> NDArray[np.float64]:
    """Likewise."""
    difference: NDArray[np.float64] = np.log(light.dark) - np.log(light.face)
    return difference
