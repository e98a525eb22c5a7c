"""What is kept of a rendered session: numbers for the detector, no picture and no template."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from visavis.liveness import Observation

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["Agreements", "Kept"]


@dataclass(frozen=True, slots=True, eq=False)
class Agreements:
    """Cosines of the faces in some frames, in place of their embeddings.

    Attributes:
        times: of these frames.
        first: with the first frontal one.
        own: with the person's reference.
        other: with somebody else's.
    """

    times: NDArray[np.float64]
    first: NDArray[np.float64]
    own: NDArray[np.float64]
    other: NDArray[np.float64]

    @classmethod
    def none(cls) -> Self:
        """Where no whole session was rendered."""
        return cls(*(np.empty(0) for _ in range(4)))


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A rendered session, or the part of it that was looked at.

    Attributes:
        whole: whether all of it was rendered.
        albedo: of the rendered person.
        coding: of the camera's frames, of `Coding`.
        shown: times of the steps.
        ended: of the last.
        observations: of the frames with one face.
        agreements: of the frames that `choose_frames` named.
    """

    whole: bool
    albedo: float
    coding: str
    shown: tuple[float, ...]
    ended: float
    observations: tuple[Observation, ...]
    agreements: Agreements = field(default_factory=Agreements.none)

    def save(self, path: Path) -> None:
        """Write it; an interrupted write leaves nothing under this name."""
        part = path.with_suffix(".part.npz")
        kept: dict[str, Any] = {
            "whole": self.whole,
            "albedo": self.albedo,
            "coding": self.coding,
            "shown": self.shown,
            "ended": self.ended,
        }
        for name in _OBSERVED:
            kept[name] = np.array([getattr(one, name) for one in self.observations])
        for name, cosines in asdict(self.agreements).items():
            kept[f"cosine_{name}"] = cosines
        np.savez_compressed(part, **kept)
        part.rename(path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read it."""
        with np.load(path) as data:
            seen = zip(*(data[name] for name in _OBSERVED), strict=True)
            return cls(
                whole=bool(data["whole"]),
                albedo=float(data["albedo"]),
                coding=str(data["coding"]),
                shown=tuple(data["shown"].tolist()),
                ended=float(data["ended"]),
                observations=tuple(Observation(float(time), *of_frame) for time, *of_frame in seen),
                agreements=Agreements(
                    *(data[f"cosine_{name}"] for name in ("times", "first", "own", "other"))
                ),
            )


_OBSERVED: Final = ("time", "points", "face", "background", "eyes")
