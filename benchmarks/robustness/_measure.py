"""One condition: every person's altered probe against their reference, and against the others'."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks._machine import faces_folder
from benchmarks.robustness._conditions import FAMILIES, VIEWS, unaltered
from benchmarks.robustness._store import kept
from visavis.comparison import operating_point
from visavis.errors import Error
from visavis.face import Extractor
from visavis.imaging import Image
from visavis.models import find_pack
from visavis.quality import assess

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from benchmarks.robustness._conditions import Condition

__all__ = ["FMRS", "Job", "extractor", "jobs", "measure", "threshold"]

FMRS = ("1e-3", "1e-4")

_REFERENCE = "neutral_*_03.jpg"


@dataclass(frozen=True, slots=True)
class Job:
    """Which condition; sent to a worker by its numbers, as the alteration is no data.

    Attributes:
        family: index into `FAMILIES`.
        condition: index into its conditions.
        people: how many.
    """

    family: int
    condition: int
    people: int


def jobs(people: int) -> list[Job]:
    """Every condition of every family."""
    return [
        Job(position, step, people)
        for position, family in enumerate(FAMILIES)
        for step in range(len(family.conditions))
    ]


def measure(job: Job) -> Path:
    """Measures, unless that was done before, and returns where the result lies."""
    family = FAMILIES[job.family]
    condition = family.conditions[job.condition]
    what = f"{family.name}-{condition.label}"
    if condition.alteration is unaltered:
        what = "unaltered"
    name = f"{what}-{condition.view}-{job.people}"
    return kept(name, lambda: _measure(condition, job.people))


def threshold(fmr: str) -> float:
    """The default pack's for one sample with one."""
    cells = find_pack("dlib").cells
    return operating_point(cells, fmr=fmr, reference_samples=1, probe_samples=1).threshold


def _measure(condition: Condition, people: int) -> dict[str, Any]:
    samples: list[dict[str, Any]] = []
    vectors, who = [], []
    for position, folder in enumerate(_people(people)):
        patterns = VIEWS[condition.view]
        path = next(folder.glob(patterns[position % len(patterns)]))
        pixels = Image.open(path).pixels
        image = Image.from_pixels(condition.alteration(pixels, _points(path)))
        try:
            face = extractor().find(image)
        except Error as error:
            samples.append({"error": error.code})
            continue
        (embedding,) = extractor().embed([face], mirror=True)
        score = float(embedding.vector @ _references(people)[position])
        natives = {part: measure.native for part, measure in assess(face).components.items()}
        samples.append({"score": score, "eyes": face.eye_distance, "natives": natives})
        vectors.append(embedding.vector)
        who.append(position)
    return {"samples": samples, "false_matches": _false_matches(vectors, who, people)}


def _false_matches(
    vectors: list[NDArray[np.float32]], who: list[int], people: int
) -> dict[str, int]:
    if not vectors:
        return {"comparisons": 0} | dict.fromkeys(FMRS, 0)
    scores = np.stack(vectors) @ _references(people).T
    others = np.arange(people)[np.newaxis] != np.array(who)[:, np.newaxis]
    counts = {fmr: int((scores[others] >= threshold(fmr)).sum()) for fmr in FMRS}
    return {"comparisons": int(others.sum())} | counts


@cache
def extractor() -> Extractor:
    """The default pack's, one a process."""
    return Extractor.load(find_pack("dlib"))


@cache
def _people(count: int) -> list[Path]:
    folders = sorted(path for path in (faces_folder() / "frll").iterdir() if path.is_dir())
    return folders[:count]


@cache
def _references(people: int) -> NDArray[np.float32]:
    images = [Image.open(next(folder.glob(_REFERENCE))) for folder in _people(people)]
    faces = [extractor().find(image) for image in images]
    crops = find_pack("dlib").embedder.crops_at_enrolment
    return np.stack([e.vector for e in extractor().embed(faces, mirror=True, crops=crops)])


@cache
def _points(path: Path) -> NDArray[np.float64]:
    """Eyes, nose and corners of the mouth in the unaltered picture."""
    landmarks = extractor().find_dominant(Image.open(path)).detection.landmarks
    if landmarks is None:
        raise SystemExit("this needs a detector that finds landmarks")
    return landmarks.astype(np.float64)
