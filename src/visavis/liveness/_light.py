"""Light test: does the face reflect the colours of this session, in its order?

The screen's light adds to what lights the face. Seen as chroma, a face lit by a red screen is a
little redder, whatever the skin reflects: reflectance multiplies both lights and cancels. So does
the camera's white balance in the difference from the background, as both are multiplied by it.

It is physics and shows two things: the light that reached the camera changed as this challenge did
and as no other one would, and it changed by reflection from what is dark and bright, not by being
added on top. A printed photograph reflects as skin does, and passes.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from visavis.errors import InputInvalid
from visavis.liveness._challenge import COLOURS_SHOWN, Colour
from visavis.liveness._reflection import Reflection, measure_reflection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from visavis.liveness._observation import Observation

__all__ = ["LightMeasure", "Signal", "measure_light", "signal_of"]

_LAGS: Final = np.arange(0.0, 0.4001, 0.025)
"""Seconds from the server's reveal to the frame that shows it: network, screen and camera."""

_MARGIN: Final = 0.5
"""Seconds before and after the colours, on a white screen, that are looked at as well."""

_TREND_DEGREE: Final = 2
"""Polynomial that is removed: exposure and what lights the room drift slowly."""

LEAST_FRAMES: Final = 18
"""Three a colour."""


@dataclass(frozen=True, slots=True)
class LightMeasure:
    """How the frames follow the colours shown. For the operator, never for the person.

    Attributes:
        frames: how many could be used.
        correlation: of the face's chroma with the sequence shown, -1 to 1, the better of with and
            without the background taken away, at the best lag.
        as_good: how many of the other sequences correlate at least as well, each at its best.
        others: how many others there are.
        lag: seconds.
        reflection: whether the light was reflected, and what else there was.
    """

    frames: int
    correlation: float
    as_good: int
    others: int
    lag: float
    reflection: Reflection


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """What the light test looks at, of the usable frames.

    Attributes:
        times: float64 [n], seconds.
        chroma: float64 [2, n, 3], of the face against the background, and of the face alone: the
            background takes away what the camera's white balance does, and with it what of our
            light falls there.
        darkness: float64 [n, 3], logarithm of the darkest parts about the eyes over the brighter.
    """

    times: NDArray[np.float64]
    chroma: NDArray[np.float64]
    darkness: NDArray[np.float64]

    def where(self, chosen: NDArray[np.bool_]) -> Signal:
        """Of some frames."""
        return Signal(self.times[chosen], self.chroma[:, chosen], self.darkness[chosen])


def measure_light(
    observations: Sequence[Observation],
    colours: Sequence[Colour],
    *,
    shown: Sequence[float],
    ended: float,
) -> LightMeasure | None:
    """Compare the face's chroma with every sequence that could have been asked for.

    Args:
        observations: in the order of time.
        colours: the sequence shown.
        shown: when each appeared, in seconds; white before.
        ended: when the last one gave way to white.

    Returns:
        None where fewer than `LEAST_FRAMES` frames can be used, or where nothing changed.

    Raises:
        InputInvalid: not one time for each of six different colours, or times that do not ascend.
    """
    edges = np.array([*shown, ended], np.float64)
    if (
        len(set(colours)) != COLOURS_SHOWN
        or len(shown) != COLOURS_SHOWN
        or (np.diff(edges) <= 0).any()
    ):
        raise InputInvalid("six colours need six ascending times, and a later end")
    signal = signal_of(observations)
    signal = signal.where(
        (signal.times >= edges[0] - _MARGIN) & (signal.times <= edges[-1] + _MARGIN)
    )
    if len(signal.times) < LEAST_FRAMES:
        return None
    correlator = Correlator(signal.times, edges)
    best = correlator.best(signal, colours)
    if best is None:
        return None
    return LightMeasure(
        frames=len(signal.times),
        correlation=best.correlation,
        as_good=correlator.as_good(signal, colours),
        others=len(_sequences()) - 1,
        lag=best.lag,
        reflection=correlator.reflection(signal, colours, best),
    )


@dataclass(frozen=True, slots=True)
class Best:
    """Where a sequence correlates best.

    Attributes:
        correlation: there.
        row: of `Signal.chroma`.
        lag: seconds.
    """

    correlation: float
    row: int
    lag: float


class Correlator:
    """Correlates chroma with every sequence, for one course of frames and colours.

    Args:
        times: of the frames, float64 [n], in seconds.
        edges: when each colour appeared and the last one ended, float64 [7].
    """

    def __init__(self, times: NDArray[np.float64], edges: NDArray[np.float64]) -> None:
        self._trend, _ = np.linalg.qr(np.vander(times - times.mean(), _TREND_DEGREE + 1))
        self._step = np.searchsorted(edges, times - _LAGS[:, None], side="right") - 1
        shown = (self._step[..., None] == np.arange(COLOURS_SHOWN)).astype(np.float64)
        shown -= self._trend @ (self._trend.T @ shown)
        self._shown = shown.transpose(0, 2, 1)  # [lag, step, frame]
        self._norms = _norms(self._shown @ shown)

    def best(self, signal: Signal, colours: Sequence[Colour]) -> Best | None:
        """Where this sequence correlates best, or None if the chroma is constant."""
        tables = self._tables(signal)
        if tables is None:
            return None
        places = [list(Colour).index(colour) for colour in colours]
        norms = np.array([of_lag[_row_of(places)] for of_lag in self._norms])
        found = tables[:, :, np.arange(COLOURS_SHOWN), places].sum(axis=-1) / norms
        row, lag = np.unravel_index(found.argmax(), found.shape)
        return Best(float(found[row, lag]), int(row), float(_LAGS[lag]))

    def as_good(self, signal: Signal, colours: Sequence[Colour]) -> int:
        """How many of the other sequences correlate at least as well; all if it is constant."""
        tables = self._tables(signal)
        if tables is None:
            return len(_sequences()) - 1
        best = np.full(len(_sequences()), -1.0)
        for of_row in tables:
            for table, norms in zip(of_row, self._norms, strict=True):
                np.maximum(best, _sums(table) / norms, out=best)
        row = _row_of([list(Colour).index(colour) for colour in colours])
        return int(np.count_nonzero(best >= best[row])) - 1

    def reflection(self, signal: Signal, colours: Sequence[Colour], best: Best) -> Reflection:
        """What is left when the sequence is taken away where it is best, and what follows it."""
        step = self._step[np.abs(_LAGS - best.lag).argmin()]
        # White before and after: its row is the last.
        light = np.vstack([[_LIGHT[list(Colour).index(one)] for one in colours], np.ones(3)])
        course = light[np.where(step < len(colours), step, -1)]
        chroma = signal.chroma[best.row]
        return measure_reflection(
            *(self._detrended(part) for part in (chroma, signal.darkness, course)),
            contrast=float(np.exp(-signal.darkness.mean())),
        )

    def _detrended(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        rest: NDArray[np.float64] = values - self._trend @ (self._trend.T @ values)
        return rest

    def _tables(self, signal: Signal) -> NDArray[np.float64] | None:
        """What each colour in each step adds to correlation times norm: [row, lag, 6, 8]."""
        chroma = self._detrended(signal.chroma)
        power = np.linalg.norm(chroma, axis=(1, 2))[:, None, None, None]
        if not power.all():
            return None
        tables: NDArray[np.float64] = (self._shown @ chroma[:, None]) @ _CHROMA.T / power
        return tables


def signal_of(observations: Sequence[Observation]) -> Signal:
    """What the light test looks at, of the frames in which all of it could be measured.

    Chroma is r/(r+g+b), g/(r+g+b), b/(r+g+b) in linear light, as logarithms less their mean, so
    that factors to a channel become terms that the difference removes.
    """
    if not observations:
        return Signal(np.empty(0), np.empty((2, 0, 3)), np.empty((0, 3)))
    times = np.array([observation.time for observation in observations])
    face = np.stack([observation.face for observation in observations])
    background = np.stack([observation.background for observation in observations])
    eyes = np.log(np.stack([observation.eyes for observation in observations]))
    chroma = _log_chroma(face).mean(axis=1)
    signal = Signal(
        times,
        chroma=np.stack([chroma - _log_chroma(background), chroma]),
        darkness=(eyes[:, :, 0] - eyes[:, :, 1]).mean(axis=1),
    )
    return signal.where(np.isfinite(signal.chroma[0] + signal.darkness).all(axis=1))


def _log_chroma(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    logarithm = np.log(linear)
    centred: NDArray[np.float64] = logarithm - logarithm.mean(axis=-1, keepdims=True)
    return centred


def _sums(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """For every sequence, the sum of what its colours have in a [step, colour] table."""
    # Half a sequence at a time: 336 sums each, which the 20,160 share.
    halves = _halves()
    of_first, of_last = (halves @ half.ravel() for half in np.split(table, 2))
    first, last = _half_rows()
    result: NDArray[np.float64] = of_first[first] + of_last[last]
    return result


def _norms(overlaps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Norms of every sequence's detrended courses, from the overlaps of its steps.

    Args:
        overlaps: float64 [lag, 6, 6].

    Returns:
        [lag, 20160].
    """
    # Not a matrix product: BLAS would start its threads for it, and this one, which gives way to
    # others (`service`), waited for them for seconds on two busy cores.
    power = np.einsum("lp,ps->ls", overlaps[:, *_STEP_PAIRS], _pair_cosines())
    result: NDArray[np.float64] = np.sqrt(np.maximum(power, _LEAST_POWER))
    return result


_LEAST_POWER: Final = 1e-9
"""Of a sequence that no frame saw."""


_LIGHT: Final = (np.array([colour.rgb for colour in Colour]) / 255.0) ** 2.2
"""Linear, of a screen that shows each colour: float64 [8, 3]."""

_CHROMA: Final = _LIGHT - _LIGHT.mean(axis=1, keepdims=True)
"""How each colour's light shifts the chroma, to first order: float64 [8, 3], sum 0."""

_COSINES: Final = _CHROMA @ _CHROMA.T


@functools.cache
def _sequences() -> NDArray[np.intp]:
    """Every sequence, as places in `Colour`: [20160, 6]."""
    return np.array(list(itertools.permutations(range(len(Colour)), COLOURS_SHOWN)))


@functools.cache
def _halves() -> NDArray[np.float64]:
    """Every half of a sequence, 1 where a step has a colour: [336, 3 x 8]."""
    half = COLOURS_SHOWN // 2
    places = np.array(list(itertools.permutations(range(len(Colour)), half)))
    ones: NDArray[np.float64] = np.eye(len(Colour))[places].reshape(len(places), -1)
    return ones


@functools.cache
def _half_rows() -> tuple[NDArray[np.intp], ...]:
    """For every sequence, which of `_halves` it begins with and which it ends with."""
    half = COLOURS_SHOWN // 2
    digits = len(Colour) ** np.arange(half)
    halves = np.array(list(itertools.permutations(range(len(Colour)), half)))
    row_of = np.zeros(len(Colour) ** half, np.intp)
    row_of[halves @ digits] = np.arange(len(halves))
    sequences = _sequences()
    return row_of[sequences[:, :half] @ digits], row_of[sequences[:, half:] @ digits]


_STEP_PAIRS: Final = np.triu_indices(COLOURS_SHOWN)


@functools.cache
def _pair_cosines() -> NDArray[np.float64]:
    """What each pair of steps adds to a sequence's power, times their overlap: [21, 20160]."""
    first, second = _STEP_PAIRS
    sequences = _sequences().T
    twice = np.where(first == second, 1.0, 2.0)[:, None]
    cosines: NDArray[np.float64] = twice * _COSINES[sequences[first], sequences[second]]
    return cosines


def _row_of(places: Sequence[int]) -> int:
    """The row of `_sequences` that holds these."""
    return int(np.flatnonzero((_sequences() == places).all(axis=1))[0])
