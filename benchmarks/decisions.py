"""Choices of the default pack, each beside what was chosen, on the people of ``lfw-a``.

Half of the people choose, the other half report: an alternative would be taken if it errs less
among the first, and what it is worth is read from the second. One pair of pictures a person, drawn
five times; FMR from every pair of people of the half; paired subject bootstrap.

    python -m benchmarks.decisions
"""

from __future__ import annotations

import multiprocessing
import os
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from rich.progress import track

from benchmarks._evidence import write
from benchmarks._machine import faces_folder
from benchmarks._variants import VARIANTS, take_variants
from visavis.evaluation._streamed_points import streamed_difference, streamed_fnmr_at_fmrs
from visavis.evaluation.protocols._fused_samples import compare_fused

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.evaluation import Estimate
    from visavis.evaluation._streamed import StreamedScores

    Vectors = NDArray[np.float32]

_FMRS: Final = ("1e-3", "1e-4")
_SEED: Final = 10
_MANY: Final = 6  # pictures of those in whom the number of samples is compared


def main() -> None:
    """Measures, prints and writes ``docs/evidence/decisions.json``."""
    paths = sorted((faces_folder() / "lfw-a").glob("*/*.jpg"))
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        rows = list(
            track(
                pool.imap(partial(take_variants, centred=True), paths, chunksize=8),
                description="embedding lfw-a by every variant",
                total=len(paths),
            )
        )
    found = np.array([row is not None for row in rows])
    people = np.array([path.parent.name for path in paths])[found]
    decide(np.stack([row for row in rows if row is not None]), people, pictures=len(paths))


def decide(raw: Vectors, people: NDArray[np.str_], *, pictures: int) -> None:
    """Compares, and writes what came out.

    Args:
        raw: the network's own output, float32 [n, variant, chip or mirror image, 128].
        people: of each picture.
        pictures: in the set, with or without a face.
    """
    person = np.unique(people, return_inverse=True)[1].astype(np.int32)
    half = np.random.default_rng(0).permutation(int(person.max()) + 1) % 2
    results: dict[str, Any] = {
        "data_set": f"lfw-a, {pictures} pictures, {pictures - len(raw)} without a face",
        "difference": "FNMR of the alternative less that of what is shipped; below 0 it errs less",
    }
    for name, members in (("choosing", 0), ("reporting", 1)):
        taken = half[person] == members
        results[name] = _half(raw[taken], person[taken])
        print(f"{name}: {results[name]}")
    results["number of samples, in-sample"] = _samples(raw, person)
    print(results["number of samples, in-sample"])
    write("decisions", results)


def _half(raw: Vectors, person: NDArray[np.int32]) -> dict[str, Any]:
    person = np.unique(person, return_inverse=True)[1].astype(np.int32)
    shipped = _unit_mean(raw[:, 0])
    base = compare_fused(shipped, person, references=1, probes=1, seed=_SEED)
    alternatives = {
        "Euclidean distance of the network's own outputs": compare_fused(
            raw[:, 0].mean(axis=1), person, references=1, probes=1, seed=_SEED, fuse=_euclidean
        ),
        "no mirror image": compare_fused(
            _unit(raw[:, 0, 0]), person, references=1, probes=1, seed=_SEED
        ),
    }
    for place, name in enumerate(VARIANTS[1:], start=1):
        alternatives[name] = compare_fused(
            _unit_mean(raw[:, place]), person, references=1, probes=1, seed=_SEED
        )
    told: dict[str, Any] = {
        "people": base.meetings.people,
        "genuine people": int(np.unique(base.person).size),
        "shipped": _fnmr(base),
    }
    for name, scores in alternatives.items():
        told[name] = {"fnmr": _fnmr(scores), "difference": _differences(scores, base)}
    return told


def _samples(raw: Vectors, person: NDArray[np.int32]) -> dict[str, Any]:
    """One, two and three samples a side of the same people, all compared with each other."""
    counts = np.bincount(person)
    taken = counts[person] >= _MANY
    person = np.unique(person[taken], return_inverse=True)[1].astype(np.int32)
    shipped = _unit_mean(raw[taken, 0])
    cells = {
        count: compare_fused(shipped, person, references=count, probes=count, seed=_SEED, draws=20)
        for count in (1, 2, 3)
    }
    return {
        "people": cells[1].meetings.people,
        **{f"{count}x{count}": _fnmr(cell) for count, cell in cells.items()},
        "2x2 less 1x1": _differences(cells[2], cells[1]),
        "3x3 less 2x2": _differences(cells[3], cells[2]),
    }


def _fnmr(scores: StreamedScores) -> dict[str, list[float]]:
    points = streamed_fnmr_at_fmrs(scores, _FMRS, weights="person-pairs")
    return {point.at.asked: _ends(point.fnmr) for point in points}


def _differences(one: StreamedScores, other: StreamedScores) -> dict[str, list[float]]:
    return {
        fmr: _ends(streamed_difference(one, other, fmr, weights="person-pairs")) for fmr in _FMRS
    }


def _ends(found: Estimate) -> list[float]:
    return [round(float(value), 4) for value in (found.value, found.low, found.high)]


def _euclidean(references: Vectors, probes: Vectors) -> tuple[Vectors, Vectors]:
    """Two sides whose product is the negative squared distance of the means."""
    left, right = references.mean(axis=1), probes.mean(axis=1)
    ones = np.ones((len(left), 1), np.float32)
    own, other = (np.sum(side**2, axis=1, keepdims=True) for side in (left, right))
    return (
        np.concatenate([2 * left, -own, -ones], axis=1),
        np.concatenate([right, ones, other], axis=1),
    )


def _unit_mean(both: Vectors) -> Vectors:
    """As shipped: the direction between a chip's and its mirror image's."""
    return _unit(_unit(both).sum(axis=1))


def _unit(vectors: Vectors) -> Vectors:
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return unit


if __name__ == "__main__":
    main()
