"""Embeds the shared photographs with the default pack, gates off, in memory only."""

from __future__ import annotations

import multiprocessing
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.progress import track

from benchmarks._machine import faces_folder
from visavis.errors import Error
from visavis.face import Extractor
from visavis.imaging import Image
from visavis.imaging.pnm import read_pnm
from visavis.models import find_pack

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Sample", "embed_set"]

_SETS = {"orl": "*/*.pgm", "frll": "*/*.jpg", "lfw-a": "*/*.jpg"}


@dataclass(frozen=True, slots=True)
class Sample:
    """One photograph of a set.

    Attributes:
        person: name of its folder.
        name: of the file.
        vector: float32 [d], or None where no face was found (FTA).
        eye_distance: pixels, 0 where no face was found.
    """

    person: str
    name: str
    vector: NDArray[np.float32] | None
    eye_distance: float = 0.0


def embed_set(name: str, *, mirror: bool = True) -> list[Sample]:
    """Embeds every photograph of a set: the central face in LFW, else the largest.

    Args:
        name: ``orl``, ``frll`` or ``lfw-a``.
        mirror: average with the mirror image, as the pack does by default.
    """
    paths = sorted((faces_folder() / name).glob(_SETS[name]))
    jobs = [(path, name == "lfw-a", mirror) for path in paths]
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        results = pool.imap(_embed, jobs, chunksize=16)
        return list(track(results, description=f"embedding {name}", total=len(jobs)))


_loaded: list[Extractor] = []  # one a worker process


def _embed(job: tuple[Path, bool, bool]) -> Sample:
    path, central, mirror = job
    if not _loaded:
        _loaded.append(Extractor.load(find_pack("dlib")))
    extractor = _loaded[0]
    try:
        image = read_pnm(path.read_bytes()) if path.suffix == ".pgm" else Image.open(path)
        face = extractor.find_central(image) if central else extractor.find_dominant(image)
        (embedding,) = extractor.embed([face], mirror=mirror)
    except Error:
        return Sample(path.parent.name, path.name, None)
    return Sample(path.parent.name, path.name, embedding.vector, face.eye_distance)
