"""Turn test: is it a solid head, and does it turn as asked?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from visavis.liveness._challenge import Turn
from visavis.liveness._parallax import parallax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from visavis.liveness._observation import Observation

__all__ = [
    "FRONTAL",
    "LEAST_ON_THE_WAY",
    "MID_TURN",
    "MOST_OFFSET",
    "REACH",
    "TurnMeasure",
    "facing_points",
    "measure_turns",
    "parallaxes",
]

REACH: Final = 0.22
"""Parallax that a turn must reach: 25 to 30 degrees of a head. Tuned between 0.26, the least of
simulated heads that turned by 32 degrees or more, and 0.18, the most of simulated bent prints."""

MID_TURN: Final = 0.17
"""Parallax at which identity is checked on the way: about 20 degrees."""

FRONTAL: Final = 0.10
"""Parallax up to which a face counts as seen from the front."""

MOST_OFFSET: Final = 0.2
"""Of the nose from the middle of the eyes before the turns, along their line, in their distance:
frontal views of FRLL have 0.11 at most, three-quarter views 0.28 at least."""

ON_THE_WAY: Final = (0.05, 0.19)
"""Parallax that a head passes through, there and back, and exchanged pictures do not."""

LEAST_ON_THE_WAY: Final = 2
"""Frames: simulated turns of half a second each way had three or more at ten to thirteen a second,
exchanged photographs none or one."""

LEAST_TURNED: Final = 2
"""Frames that must reach it: one alone may be an error of the landmarks."""


@dataclass(frozen=True, slots=True)
class TurnMeasure:
    """One turn that was asked for.

    Attributes:
        asked: to which side.
        reached: the parallax that all but the best frame stayed below on the side asked for.
        opposite: the same on the other side.
        on_the_way: frames with a parallax in `ON_THE_WAY`, to the side asked for.
    """

    asked: Turn
    reached: float
    opposite: float
    on_the_way: int

    @property
    def done(self) -> bool:
        """Whether the head turned to this side, not at once, and not to the other."""
        return (
            self.reached >= REACH and self.opposite < REACH and self.on_the_way >= LEAST_ON_THE_WAY
        )


def facing_points(
    observations: Sequence[Observation], *, before: float
) -> NDArray[np.float64] | None:
    """The median face before the turns: float64 [5, 2], in distances between its eyes.

    Each frame is moved, turned and scaled so that its eyes come to lie at -1/2 and 1/2.

    Args:
        observations: in the order of time.
        before: seconds at which the first turn was asked for.

    Returns:
        None where there is no frame.
    """
    frames = [_eyes_level(seen.points) for seen in observations if seen.time < before]
    if not frames:
        return None
    median: NDArray[np.float64] = np.median(np.stack(frames), axis=0)
    return median


def parallaxes(
    observations: Sequence[Observation], facing: NDArray[np.float64]
) -> NDArray[np.float64]:
    """`parallax` of every frame: float64 [n]."""
    return np.array([parallax(seen.points, facing) for seen in observations])


def measure_turns(
    times: NDArray[np.float64],
    parallax_of: NDArray[np.float64],
    turns: Sequence[Turn],
    *,
    shown: Sequence[float],
    ended: float,
) -> list[TurnMeasure]:
    """Look at each turn between the time it was asked for and the next.

    Args:
        times: of the frames, in seconds.
        parallax_of: `parallaxes` of them.
        turns: asked for.
        shown: when each was; the face looked to the front then.
        ended: when the last was over.
    """
    edges = [*shown, ended]
    measures = []
    for asked, start, end in zip(turns, edges, edges[1:], strict=False):
        to_left = parallax_of[(times >= start) & (times < end)]
        towards = to_left if asked is Turn.LEFT else -to_left
        low, high = ON_THE_WAY
        between = np.count_nonzero((towards >= low) & (towards <= high))
        measures.append(TurnMeasure(asked, _second(towards), _second(-towards), int(between)))
    return measures


def _second(values: NDArray[np.float64]) -> float:
    """The second largest: what at least `LEAST_TURNED` frames reach."""
    if len(values) < LEAST_TURNED:
        return 0.0
    return float(np.sort(values)[-LEAST_TURNED])


def _eyes_level(points: NDArray[np.float64]) -> NDArray[np.float64]:
    across = points[1] - points[0]
    turn = np.array([[across[0], -across[1]], [across[1], across[0]]]) / (across @ across)
    level: NDArray[np.float64] = (points - points[:2].mean(axis=0)) @ turn
    return level
