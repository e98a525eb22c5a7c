"""Regression bars of the default pack: error rates on the shared sets, gates off.

They claim no generalisation: thresholds are each set's own. A sample without a face (FTA) counts as
a non-match. The model card is another matter: ``visavis models calibrate``.

    python -m benchmarks.accuracy
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks._embeddings import embed_set
from benchmarks._evidence import write
from benchmarks._points import fnmr_at, threshold_at
from visavis.evaluation.protocols._fused_samples import compare_fused

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks._embeddings import Sample

_STRICT = Fraction(1, 10_000)
_ORL_DRAWS = 10_000
_NOBODY = -2.0  # a score below every cosine: what a comparison without a face comes to


def main() -> None:
    """Measures, prints and writes ``docs/evidence/accuracy.json``."""
    results: dict[str, Any] = {"pack": "dlib, mirror on both sides, gates off"}
    results["orl"] = _orl(embed_set("orl"))
    results["frll"] = _frll(embed_set("frll"))
    results["lfw-a"] = _lfw(embed_set("lfw-a"))
    for name, value in results.items():
        print(f"{name}: {value}")
    write("accuracy", results)


def _present(samples: list[Sample]) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Embeddings of all pictures with a face, float32 [n, d], and the person of each."""
    found = [(sample.person, sample.vector) for sample in samples if sample.vector is not None]
    person = np.unique([name for name, _ in found], return_inverse=True)[1].astype(np.int32)
    return np.stack([vector for _, vector in found]), person


def _with_absent(samples: list[Sample]) -> dict[str, NDArray[np.float32]]:
    """Everybody, zeros where no face was found: they match nothing, and so count as errors."""
    people: dict[str, list[NDArray[np.float32]]] = {}
    for sample in samples:
        vector = np.zeros(128, np.float32) if sample.vector is None else sample.vector
        people.setdefault(sample.person, []).append(vector)
    return {person: np.stack(vectors) for person, vectors in people.items()}


def _fta(samples: list[Sample]) -> str:
    return f"{sum(sample.vector is None for sample in samples)} of {len(samples)}"


def _fused(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    mean = vectors.mean(axis=0)
    fused: NDArray[np.float32] = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return fused


_SPLITS = {
    1: {"1 against 2": ([0], [1])},
    2: {
        "1, 3 against 2, 4": ([0, 2], [1, 3]),
        "1, 2 against 3, 4": ([0, 1], [2, 3]),
        "1, 4 against 2, 3": ([0, 3], [1, 2]),
    },
    3: {
        "1, 3, 5 against 2, 4, 6": ([0, 2, 4], [1, 3, 5]),
        "1, 2, 3 against 4, 5, 6": ([0, 1, 2], [3, 4, 5]),
    },
}
"""Which of a person's pictures, in the order of their names, are compared with which."""


def _lfw(samples: list[Sample]) -> dict[str, Any]:
    """One comparison a person and split, at two thresholds for each FMR.

    *Own people*: non-mated comparisons among the very people of the mated ones. *All people*:
    among everybody with enough pictures for one side, which is what the card is made from.
    """
    people = _with_absent(samples)
    present, person = _present(samples)
    results: dict[str, Any] = {"fta": _fta(samples), "people": len(people)}
    for count, splits in _SPLITS.items():
        cell = compare_fused(present, person, references=count, probes=count, draws=10, seed=count)
        taking_part = [rows for rows in people.values() if len(rows) >= 2 * count]
        for fmr in (Fraction(1, 1000), _STRICT):
            of_all = threshold_at(cell, fmr)
            own_errors, all_errors = {}, {}
            for name, (left, right) in splits.items():
                references = np.stack([_fused(rows[left]) for rows in taking_part])
                probes = np.stack([_fused(rows[right]) for rows in taking_part])
                scores = references @ probes.T
                mated = np.diag(scores)
                others = scores[~np.eye(len(scores), dtype=bool)]
                own = _own_threshold(others, fmr)
                own_errors[name] = f"{int((mated < own).sum())} of {len(mated)}"
                all_errors[name] = f"{int((mated < of_all).sum())} of {len(mated)}"
            results[f"{count}x{count} at FMR {float(fmr):g}"] = {
                "non_matches, threshold of own people": own_errors,
                "non_matches, threshold of all people": all_errors,
                "non_mated people, all": cell.meetings.people,
                "fnmr over random splits, threshold of all people": fnmr_at(cell, of_all),
            }
    return results


def _orl(samples: list[Sample]) -> dict[str, Any]:
    people = sorted({sample.person for sample in samples})
    number = np.array([people.index(sample.person) for sample in samples])
    present = np.array([sample.vector is not None for sample in samples])
    zero = np.zeros(128, np.float32)
    vectors = np.stack([zero if s.vector is None else s.vector for s in samples])
    scores = np.where(np.outer(present, present), vectors @ vectors.T, _NOBODY)
    first, second = np.triu_indices(len(samples), 1)
    same = number[first] == number[second]
    scores = scores[first, second]
    threshold = _own_threshold(scores[~same & (scores > _NOBODY)])
    single = float((scores[same] < threshold).mean())

    random = np.random.default_rng(0)
    rows = [np.flatnonzero((number == i) & present) for i in range(len(people))]

    def draw(person: int, count: int) -> NDArray[np.intp]:
        return random.permutation(rows[person])[:count]

    mated = []
    for position in range(_ORL_DRAWS):
        chosen = draw(position % len(people), 6)
        mated.append(_fused(vectors[chosen[:3]]) @ _fused(vectors[chosen[3:]]))
    non_mated = []
    for _ in range(64):
        left = np.stack([_fused(vectors[draw(i, 3)]) for i in range(len(people))])
        right = np.stack([_fused(vectors[draw(i, 3)]) for i in range(len(people))])
        non_mated.append((left @ right.T)[~np.eye(len(people), dtype=bool)])
    fused_threshold = _own_threshold(np.concatenate(non_mated))
    return {
        "fta": _fta(samples),
        "1x1 at FMR 1e-4": {
            "fnmr": round(single, 4),
            "mated": int(same.sum()),
            "non_mated": int((~same).sum()),
        },
        "3x3 at FMR 1e-4": {
            "fnmr": round(float((np.array(mated) < fused_threshold).mean()), 5),
            "mated_draws": _ORL_DRAWS,
            "non_mated": 64 * len(people) * (len(people) - 1),
        },
    }


def _own_threshold(non_mated: NDArray[np.float32], fmr: Fraction = _STRICT) -> float:
    """The next number above the (floor(f n) + 1)-th largest non-mated score."""
    ordered = np.sort(non_mated)[::-1]
    return float(np.nextafter(ordered[int(fmr * len(ordered))], np.float32(2)))


def _frll(samples: list[Sample]) -> dict[str, Any]:
    """Front neutral against front smiling, at a threshold with no false match."""
    pairs: dict[str, dict[str, NDArray[np.float32]]] = {}
    for sample in samples:
        for look, ending in (("neutral", "_03.jpg"), ("smiling", "_08.jpg")):
            if sample.name.startswith(look) and sample.name.endswith(ending):
                vector = sample.vector
                found = np.zeros(128, np.float32) if vector is None else vector
                pairs.setdefault(sample.person, {})[look] = found
    neutral = np.stack([pair["neutral"] for pair in pairs.values()])
    smiling = np.stack([pair["smiling"] for pair in pairs.values()])
    scores = neutral @ smiling.T
    highest = float(scores[~np.eye(len(scores), dtype=bool)].max())
    mated = np.diag(scores)
    return {
        "fta of all 10 pictures a person": _fta(samples),
        "front neutral / smiling": {
            "non_matches_without_a_false_match": int((mated <= highest).sum()),
            "people": len(mated),
            "highest_non_mated": round(highest, 4),
            "lowest_mated": round(float(mated.min()), 4),
        },
    }


if __name__ == "__main__":
    main()
