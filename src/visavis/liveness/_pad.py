"""Learned presentation attack detectors, which only vote.

Such networks are measured on the attacks that they were trained with; on other data half-total
error rates of 5 to 30 % are usual. So they decide nothing: a majority of them makes our own tests
stricter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from visavis.errors import InputInvalid, ModelCorrupt
from visavis.models import PictureGraph, open_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["PadPack", "Vote", "majority_against"]

_SIZED: Final = "a PAD network says which square it takes: height and width must be fixed and equal"


@dataclass(frozen=True, slots=True)
class Vote:
    """What one pack says of a session.

    Attributes:
        pack: its name.
        bona_fide: mean output over the frames, 0 (attack) to 1 (a person who is there).
        against: whether that is below the pack's threshold.
    """

    pack: str
    bona_fide: float
    against: bool


@dataclass(frozen=True, slots=True)
class PadPack:
    """A network of the institution's own.

    It takes float32 RGB squares [n, 3, side, side], 0 to 1, and gives one number a square: the
    probability that a person is there, 0 to 1. A network that wants or gives something else is to
    be wrapped in its own graph.

    Attributes:
        name: for the operator.
        graph: the network.
        margin: how much of the face's surroundings it sees: side of the square in distances
            between the eyes.
        threshold: below, it votes against.
    """

    name: str
    graph: PictureGraph
    margin: float
    threshold: float

    @classmethod
    def of(cls, model: bytes, *, name: str, margin: float, threshold: float) -> Self:
        """Loads an ONNX network.

        Args:
            model: the content of a file that the institution trusts, as it trusts a program.
            name: for the operator.
            margin: above 0.
            threshold: 0 to 1.

        Raises:
            ModelCorrupt: no network that takes squares of one size.
            InputInvalid: margin or threshold outside their ranges.
        """
        if not (margin > 0.0 and 0.0 <= threshold <= 1.0):
            raise InputInvalid("a margin is above 0, a threshold from 0 to 1")
        graph = PictureGraph.of(open_session(model), file=name)
        if graph.height is None or graph.height != graph.width:
            raise ModelCorrupt(_SIZED)
        return cls(name, graph, margin, threshold)

    def vote(
        self, frames: Sequence[NDArray[np.uint8]], landmarks: Sequence[NDArray[np.float64]]
    ) -> Vote:
        """Look at some frames of a session.

        Args:
            frames: RGB uint8 [height, width, 3] each, at least one.
            landmarks: of each, as `Observation.points`.

        Raises:
            InputInvalid: not one set of landmarks for each frame, or none.
            ModelCorrupt: the network fails, or gives something else than a probability a frame.
        """
        if not frames or len(frames) != len(landmarks):
            raise InputInvalid("a vote needs frames, and landmarks for each")
        outputs = [
            float(self._look(frame, points))
            for frame, points in zip(frames, landmarks, strict=True)
        ]
        mean = sum(outputs) / len(outputs)
        return Vote(self.name, mean, against=mean < self.threshold)

    def _look(self, frame: NDArray[np.uint8], points: NDArray[np.float64]) -> float:
        square = _square(frame, points, margin=self.margin, side=self.graph.height or 1)
        (answer, *_) = self.graph.run(square.transpose(2, 0, 1)[None])
        if answer.size != 1 or not 0.0 <= answer.item() <= 1.0:
            raise ModelCorrupt(f"{self.name} does not give one probability for one frame")
        return float(answer.item())


def majority_against(votes: Sequence[Vote]) -> bool:
    """Whether more packs vote against than do not."""
    return 2 * sum(vote.against for vote in votes) > len(votes)


def _square(
    frame: NDArray[np.uint8], points: NDArray[np.float64], *, margin: float, side: int
) -> NDArray[np.float32]:
    """The nearest pixels of a square about the face, edges repeated: float32 [side, side, 3]."""
    height, width, _ = frame.shape
    x, y = points.mean(axis=0)
    half = margin * float(np.linalg.norm(points[1] - points[0])) / 2
    steps = (np.arange(side) + 0.5) / side * 2 - 1
    columns = np.clip(np.rint(x + half * steps), 0, width - 1).astype(np.intp)
    rows = np.clip(np.rint(y + half * steps), 0, height - 1).astype(np.intp)
    square: NDArray[np.float32] = frame[rows[:, None], columns].astype(np.float32) / 255
    return square
