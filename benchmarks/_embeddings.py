"""Embeds the shared photographs with the default pack, gates off, in memory or encrypted."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks._samples import pictures_of
from visavis.evaluation.protocols import Acquisition
from visavis.evaluation.protocols._embedded_set import embed_set

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.evaluation.protocols._embedded_set import EmbeddedSet

__all__ = ["KEEP", "Sides", "embedded", "sides_by_person"]

KEEP: Final = "VISAVIS_KEEP_RUN" in os.environ
"""Leave the embeddings, encrypted, for the next measurement on the same pictures."""

_OUT: Final = Path(__file__).resolve().parents[1] / "out" / "embedded"
_PATTERNS: Final = {
    "orl": "orl/*/*.pgm",
    "frll": "frll/*/*.jpg",
    "frll front and three-quarter": "frll/*/*_0[234789].jpg",
    "lfw-a": "lfw-a/*/*.jpg",
}


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """The pictures of one person, each embedded for either side of a comparison.

    Attributes:
        names: of the files.
        references: float32 [n, d]; zeros where no face was found, which match nothing.
        probes: the same.
    """

    names: list[str]
    references: NDArray[np.float32]
    probes: NDArray[np.float32]


def embedded(name: str) -> EmbeddedSet:
    """Embeds every photograph of a set: the central face in LFW, else the largest.

    Args:
        name: ``orl``, ``frll``, ``frll front and three-quarter`` or ``lfw-a``.
    """
    return embed_set(
        pictures_of(name, _PATTERNS[name]),
        Acquisition(pack="dlib", central=name == "lfw-a"),
        folder=_OUT / name.replace(" ", "-"),
        processes=os.cpu_count() or 1,
        keep=KEEP,
    )


def sides_by_person(found: EmbeddedSet) -> dict[str, Sides]:
    """Everybody's pictures, in the order of their names."""
    zero = np.zeros_like(found.vectors(gates=False)[0][0])
    rows: dict[str, list[tuple[str, NDArray[np.float32], NDArray[np.float32]]]] = {}
    for path, sample in zip(found.pictures.paths, found.samples, strict=True):
        probe = zero if sample.vector is None else sample.vector
        reference = probe if sample.reference is None else sample.reference
        rows.setdefault(path.parent.name, []).append((path.name, reference, probe))
    return {
        person: Sides(
            [name for name, _, _ in own],
            np.stack([reference for _, reference, _ in own]),
            np.stack([probe for _, _, probe in own]),
        )
        for person, own in rows.items()
    }
