"""What the service would see of a simulated session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.liveness_simulation._sessions import Asked
from visavis.imaging import Image
from visavis.liveness import Challenge, Observation, Turn, observe

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from benchmarks.liveness_simulation._sessions import Take
    from visavis.face import Embedding, Extractor

__all__ = ["Watched", "asked_of", "watch"]


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """Frames with one face.

    Attributes:
        observations: of them.
        frames: uint8 RGB by time.
    """

    observations: tuple[Observation, ...]
    frames: dict[float, NDArray[np.uint8]]

    def embeddings(
        self, times: Sequence[float], extractor: Extractor, *, mirror: bool
    ) -> list[Embedding]:
        """Of the faces at these times."""
        faces = [extractor.find_upright(Image.from_pixels(self.frames[time])) for time in times]
        return list(extractor.embed(faces, mirror=mirror))


def asked_of(challenge: Challenge) -> Asked:
    """In the simulator's terms."""
    turns = tuple(1 if turn is Turn.LEFT else -1 for turn in challenge.turns)
    return Asked(tuple(colour.rgb for colour in challenge.colours), turns)


def watch(take: Take, extractor: Extractor, *, first: float, last: float) -> Watched:
    """Between two times, in seconds. A frame with no face or several is none."""
    observations, frames = [], {}
    for time, frame in take.frames(first, last):
        detections = extractor.detect_upright(Image.from_pixels(frame))
        if len(detections) != 1 or detections[0].landmarks is None:
            continue
        observations.append(observe(frame, detections[0].landmarks, time=time))
        frames[time] = frame
    return Watched(tuple(observations), frames)
