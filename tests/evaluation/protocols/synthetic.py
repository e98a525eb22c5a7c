"""Made-up embeddings of made-up people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from visavis.evaluation.protocols import PictureSet
from visavis.evaluation.protocols._embedded_set import EmbeddedSet
from visavis.evaluation.protocols._sample import Sample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["crowd", "embedded"]


def crowd(
    counts: Sequence[int], *, seed: int, noise: float = 1.0, size: int = 32
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Unit vectors scattered around one centre a person, in the order of people."""
    random = np.random.default_rng(seed)
    person = np.repeat(np.arange(len(counts)), counts).astype(np.int32)
    centres = random.standard_normal((len(counts), size))
    vectors = centres[person] + noise * random.standard_normal((person.size, size))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), person


def embedded(
    vectors: NDArray[np.float32], person: NDArray[np.int32], *, name: str = "made-up"
) -> EmbeddedSet:
    """As if they came from pictures."""
    paths = tuple(Path(f"{code}/{number}.jpg") for number, code in enumerate(person))
    return EmbeddedSet(
        pictures=PictureSet(name=name, paths=paths, person=person),
        samples=tuple(Sample(vector=row, failure="", gate="") for row in vectors),
        model="made-up",
    )
