"""The embedder in 8-bit integers beside the one in float32: speed, closeness, error rates.

    python -m benchmarks.int8

Both get the same chips; in turns, so that a noisy machine slows both. Closeness is measured on
people who set none of the ranges (`benchmarks.int8_ranges`), error rates on all of ``lfw-a``.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.progress import track

from benchmarks._evidence import write
from benchmarks._machine import faces_folder, pin
from benchmarks._points import fnmr_at, threshold_at
from benchmarks.int8_ranges import PEOPLE, people
from visavis.errors import FaceNone
from visavis.evaluation.protocols._fused_samples import compare_fused
from visavis.face import Extractor, Precision
from visavis.imaging import Image
from visavis.models import find_pack

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from visavis.evaluation._streamed import StreamedScores
    from visavis.face import Embedder, Face

_ROUNDS = {1: 300, 2: 200, 16: 40}  # by batch
_SAMPLE = 500
_DRAWS = 10
_RATES = (Fraction(1, 1000), Fraction(1, 10_000))


@dataclass(frozen=True, slots=True)
class _Set:
    """Photographs embedded with both.

    Attributes:
        people: who is in each.
        vectors: float32 [n, 2, 2, 128], unit: fp32 and int8, each of the chip and of its mirror
            image.
        chips: the first ones.
        without_face: photographs in which none was found, left out of everything.
    """

    people: list[str]
    vectors: NDArray[np.float32]
    chips: NDArray[np.uint8]
    without_face: int


def main() -> None:
    """Measures, prints and writes ``docs/evidence/int8.json``."""
    pin(0)
    extractor = Extractor.load(find_pack("dlib"))
    integers = Extractor.load(find_pack("dlib"), precision=Precision.INT8)
    embedders = (extractor.embedder, integers.embedder)

    others = [path for folder in people()[PEOPLE:] for path in sorted(folder.glob("*.jpg"))]
    frll = _embed(others, extractor.find_dominant, embedders)
    pictures = sorted((faces_folder() / "lfw-a").glob("*/*.jpg"))
    lfw = _embed(pictures, extractor.find_central, embedders)
    chosen = np.random.default_rng(0).choice(len(lfw.people), _SAMPLE, replace=False)

    results: dict[str, Any] = {
        "pack": "dlib, one thread on one core",
        "embedding_ms": {
            f"batch {size}": _times(frll.chips[:size], embedders, rounds=rounds)
            for size, rounds in _ROUNDS.items()
        },
        "cosine_of_fp32_and_int8_without_mirror": {
            "FRLL, all pictures of the people who set no range": _closeness(frll.vectors),
            "lfw-a, drawn with seed 0": _closeness(lfw.vectors[chosen]),
        },
        "lfw-a_1x1_with_mirror": _error_rates(lfw),
    }
    for name, value in results.items():
        print(f"{name}: {value}")
    write("int8", results)


def _embed(
    paths: Sequence[Path], find: Callable[[Image], Face], embedders: tuple[Embedder, Embedder]
) -> _Set:
    names, vectors, chips = [], [], []
    for path in track(paths, description=f"embedding {paths[0].parent.parent.name}"):
        try:
            chip = find(Image.open(path)).chip
        except FaceNone:
            continue
        both = np.stack([chip, chip[:, ::-1]])
        names.append(path.parent.name)
        vectors.append([embedder.embed(both, mirror=False) for embedder in embedders])
        chips.append(chip)
        del chips[max(_ROUNDS) :]
    return _Set(names, np.array(vectors), np.stack(chips), len(paths) - len(names))


def _times(
    chips: NDArray[np.uint8], embedders: tuple[Embedder, Embedder], *, rounds: int
) -> dict[str, dict[str, float]]:
    """Of one run of the network: by the clock, and of the processor's time for this thread.

    The second leaves out what other processes took, not what they did to the caches.
    """
    taken = np.empty((rounds, 2, 2))
    for position in range(rounds):
        for which, embedder in enumerate(embedders):
            clock, processor = time.perf_counter(), time.thread_time()
            embedder.raw(chips)
            taken[position, which] = time.perf_counter() - clock, time.thread_time() - processor
    return {
        measure: {
            "fp32": round(fp32 * 1000, 2),
            "int8": round(int8 * 1000, 2),
            "ratio": round(fp32 / int8, 2),
        }
        for measure, (fp32, int8) in {
            "clock, median": np.median(taken[:, :, 0], axis=0),
            "clock, least": taken[:, :, 0].min(axis=0),
            "processor, median": np.median(taken[:, :, 1], axis=0),
            "processor, least": taken[:, :, 1].min(axis=0),
        }.items()
    }


def _closeness(vectors: NDArray[np.float32]) -> dict[str, float]:
    cosines = (vectors[:, 0, 0] * vectors[:, 1, 0]).sum(axis=1)
    low, median = np.quantile(cosines, [0.01, 0.5])
    return {
        "n": len(cosines),
        "least": round(float(cosines.min()), 5),
        "1 %": round(float(low), 5),
        "median": round(float(median), 5),
    }


def _error_rates(photographs: _Set) -> dict[str, Any]:
    """Each at its own threshold, from the same pairs of photographs."""
    person = np.unique(photographs.people, return_inverse=True)[1].astype(np.int32)
    sums = photographs.vectors.sum(axis=2)
    fused = sums / np.linalg.norm(sums, axis=2, keepdims=True)
    fp32, int8 = (
        compare_fused(fused[:, which], person, references=1, probes=1, draws=_DRAWS, seed=1)
        for which in (0, 1)
    )
    return {
        "photographs": person.size,
        "without_face": photographs.without_face,
        "people": fp32.meetings.people,
        "mated_people": int(np.unique(fp32.person).size),
        "mated": fp32.genuine.size,
        "non_mated": fp32.tail.comparisons,
        **{f"FMR {float(fmr):g}": _at(fmr, fp32, int8) for fmr in _RATES},
    }


def _at(fmr: Fraction, fp32: StreamedScores, int8: StreamedScores) -> dict[str, float]:
    ours, theirs = threshold_at(fp32, fmr), threshold_at(int8, fmr)
    return {
        "threshold_fp32": round(ours, 5),
        "threshold_int8": round(theirs, 5),
        "fnmr_fp32": fnmr_at(fp32, ours),
        "fnmr_int8": fnmr_at(int8, theirs),
        "fmr_of_int8_at_the_threshold_of_fp32": round(
            float(np.mean(int8.tail.scores >= ours))
            * int8.tail.scores.size
            / int8.tail.comparisons,
            6,
        ),
    }


if __name__ == "__main__":
    main()
