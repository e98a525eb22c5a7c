"""Light test: does the face reflect the colours of this session, in its order?

The screen's light adds to what lights the face. Seen as chroma, a face lit by a red screen is a
little redder, whatever the skin reflects: reflectance multiplies both lights and cancels. So does
the camera's white balance in the difference from the background, as both are multiplied by it.

It is physics and shows one thing: the light that reached the camera changed as this challenge did.
A printed photograph reflects as skin does, and passes.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from visavis.errors import InputInvalid
from visavis.liveness._challenge import COLOURS_SHOWN, Colour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from visavis.liveness._observation import Observation

__all__ = ["LightMeasure", "measure_light", "signal_of"]

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
        correlation: of the face's chroma with the sequence shown, at the best lag, -1 to 1.
        as_good: how many of the other sequences correlate at least as well, each at its best lag.
        others: how many others there are.
        lag: seconds.
    """

    frames: int
    correlation: float
    as_good: int
    others: int
    lag: float


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
    times, signal = signal_of(observations)
    near = (times >= edges[0] - _MARGIN) & (times <= edges[-1] + _MARGIN)
    if np.count_nonzero(near) < LEAST_FRAMES:
        return None
    return Correlator(times[near], edges).measure(signal[near], colours)


class Correlator:
    """Correlates chroma with every sequence, for one course of frames and colours.

    Args:
        times: of the frames, float64 [n], in seconds.
        edges: when each colour appeared and the last one ended, float64 [7].
    """

    def __init__(self, times: NDArray[np.float64], edges: NDArray[np.float64]) -> None:
        self._trend, _ = np.linalg.qr(np.vander(times - times.mean(), _TREND_DEGREE + 1))
        step = np.searchsorted(edges, times - _LAGS[:, None], side="right") - 1
        shown = (step[..., None] == np.arange(COLOURS_SHOWN)).astype(np.float64)
        shown -= self._trend @ (self._trend.T @ shown)
        self._shown = shown.transpose(0, 2, 1)  # [lag, step, frame]
        self._norms = [_norms(overlaps) for overlaps in self._shown @ shown]

    def correlation(
        self, signal: NDArray[np.float64], colours: Sequence[Colour]
    ) -> tuple[float, float] | None:
        """Of the frames' chroma [n, 3] with one sequence at its best lag, and that lag.

        None if the chroma is constant.
        """
        tables = self._tables(signal)
        if tables is None:
            return None
        places = [list(Colour).index(colour) for colour in colours]
        row = _row_of(places)
        norms = np.array([of_lag[row] for of_lag in self._norms])
        found = tables[:, np.arange(COLOURS_SHOWN), places].sum(axis=1) / norms
        return float(found.max()), float(_LAGS[found.argmax()])

    def measure(
        self, signal: NDArray[np.float64], colours: Sequence[Colour]
    ) -> LightMeasure | None:
        """The same, and how many of all sequences do as well."""
        own, tables = self.correlation(signal, colours), self._tables(signal)
        if own is None or tables is None:
            return None
        best = np.full(len(_sequences()), -1.0)
        for table, norms in zip(tables, self._norms, strict=True):
            np.maximum(best, _sums(table) / norms, out=best)
        row = _row_of([list(Colour).index(colour) for colour in colours])
        return LightMeasure(
            frames=len(signal),
            correlation=own[0],
            as_good=int(np.count_nonzero(best >= best[row])) - 1,
            others=len(best) - 1,
            lag=own[1],
        )

    def _tables(self, signal: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """What each colour in each step adds to the correlation times the norm: [lag, 6, 8]."""
        signal = signal - self._trend @ (self._trend.T @ signal)
        power = float(np.linalg.norm(signal))
        if power == 0.0:
            return None
        tables: NDArray[np.float64] = (self._shown @ signal) @ _CHROMA.T / power
        return tables


def signal_of(
    observations: Sequence[Observation],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Times [n] and chroma of the face against the background [n, 3], of the usable frames.

    Chroma is r/(r+g+b), g/(r+g+b), b/(r+g+b) in linear light, as logarithms less their mean, so
    that factors to a channel become terms that the difference removes.
    """
    if not observations:
        return np.empty(0), np.empty((0, 3))
    times = np.array([observation.time for observation in observations])
    face = np.stack([observation.face for observation in observations])
    background = np.stack([observation.background for observation in observations])
    chroma = _log_chroma(face).mean(axis=1) - _log_chroma(background)
    usable = np.isfinite(chroma).all(axis=1)
    return times[usable], chroma[usable]


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
    """Norm of every sequence's detrended course, from the overlaps of its steps [6, 6]."""
    halves = _halves()
    side = halves.shape[1]
    between = np.kron(overlaps, _COSINES)  # of [step, colour] with [step, colour]
    alone = [
        ((halves @ part) * halves).sum(axis=1)
        for part in (between[:side, :side], between[side:, side:])
    ]
    together = halves @ between[:side, side:] @ halves.T
    first, last = _half_rows()
    power = alone[0][first] + alone[1][last] + 2 * together[first, last]
    result: NDArray[np.float64] = np.sqrt(np.maximum(power, _LEAST_POWER))
    return result


_LEAST_POWER: Final = 1e-9
"""Of a sequence that no frame saw."""


def _chroma_of_colours() -> NDArray[np.float64]:
    """How each colour's light shifts the chroma, to first order: float64 [8, 3], sum 0."""
    light = (np.array([colour.rgb for colour in Colour]) / 255.0) ** 2.2
    centred: NDArray[np.float64] = light - light.mean(axis=1, keepdims=True)
    return centred


_CHROMA: Final = _chroma_of_colours()
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
    order = itertools.permutations(range(len(Colour)), half)
    row_of = {places: row for row, places in enumerate(order)}
    sequences = _sequences().tolist()
    return tuple(
        np.array([row_of[tuple(sequence[steps])] for sequence in sequences])
        for steps in (slice(half), slice(half, None))
    )


def _row_of(places: Sequence[int]) -> int:
    """The row of `_sequences` that holds these."""
    return int(np.flatnonzero((_sequences() == places).all(axis=1))[0])
