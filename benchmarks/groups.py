"""Could chance alone have made a group's error rate? FRLL, front and three-quarter.

Beside the intervals of ``benchmarks.default_pack``, which hold for any test and say little of a
dozen people: labels are drawn anew. FNMR: the group's rate among those of as many people drawn from
everybody. FMR: among those of as many people drawn from the largest group, where that is at least
twice as large; not from everybody, for people of one kind are more alike than those of several.

    python -m benchmarks.groups
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks._embeddings import embedded
from benchmarks._evidence import write
from benchmarks.default_pack import LABELS, write_labels
from visavis.evaluation.protocols._labels import read_labels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_FMR: Final = 1e-3
_SMALLEST: Final = 5  # people; below, a rate is about persons
_DRAWS: Final = 100_000
_AT_ONCE: Final = 10_000
_SEED: Final = 7


def main() -> None:
    """Measures, prints and writes ``docs/evidence/groups.json``."""
    found = embedded("frll front and three-quarter")
    pictures = found.pictures
    vectors, person = found.vectors(gates=False)
    scores = found.references(gates=False) @ vectors.T
    first, second = np.triu_indices(len(person), 1)
    genuine = person[first] == person[second]
    ordered = np.sort(scores[first, second][~genuine])[::-1]
    threshold = np.nextafter(ordered[int(_FMR * ordered.size)], np.float32(2))
    people = pictures.people
    matched, compared = np.zeros((2, people, people))
    np.add.at(matched, (person[first], person[second]), scores[first, second] >= threshold)
    np.add.at(compared, (person[first], person[second]), 1.0)
    matched, compared = matched + matched.T, compared + compared.T
    refused = 1 - np.diag(matched) / np.diag(compared)
    np.fill_diagonal(matched, 0)
    np.fill_diagonal(compared, 0)

    write_labels()
    results: dict[str, Any] = {"threshold": round(float(threshold), 5), "draws": _DRAWS}
    random = np.random.default_rng(_SEED)
    for kind, labels in read_labels(LABELS, pictures).items():
        groups = {
            label: np.array([code for code, own in labels.items() if own == label])
            for label in sorted(set(labels.values()))
        }
        groups = {label: own for label, own in groups.items() if own.size >= _SMALLEST}
        everybody = np.concatenate(list(groups.values()))
        largest = max(groups.values(), key=len)
        told = results[kind] = {}
        for label, own in groups.items():
            pair = np.ix_(own, own)
            fmr = matched[pair].sum() / compared[pair].sum()
            told[label] = {
                "people": own.size,
                "fnmr": round(float(refused[own].mean()), 5),
                "fnmr, share of draws from everybody with as much or more": _share(
                    refused[own].mean(), _fnmrs(refused, everybody, own.size, random)
                ),
                "fmr": round(float(fmr), 6),
                "pairs of people with a false match": int(np.triu(matched[pair] > 0).sum()),
                "pairs of people": own.size * (own.size - 1) // 2,
            }
            if largest.size >= 2 * own.size:
                told[label]["fmr, share of draws from the largest group with as much or more"] = (
                    _share(fmr, _fmrs(matched, compared, largest, own.size, random))
                )
            print(kind, label, told[label])
    write("groups", results)


def _drawn(whole: NDArray[np.intp], size: int, random: np.random.Generator) -> NDArray[np.intp]:
    """Sets of so many different people of `whole`, [draws, size]."""
    places = np.argsort(random.random((_AT_ONCE, whole.size)), axis=1)[:, :size]
    drawn: NDArray[np.intp] = whole[places]
    return drawn


def _fnmrs(
    refused: Floats, whole: NDArray[np.intp], size: int, random: np.random.Generator
) -> Floats:
    return np.concatenate(
        [refused[_drawn(whole, size, random)].mean(axis=1) for _ in range(_DRAWS // _AT_ONCE)]
    )


def _fmrs(
    matched: Floats,
    compared: Floats,
    whole: NDArray[np.intp],
    size: int,
    random: np.random.Generator,
) -> Floats:
    found = []
    for _ in range(_DRAWS // _AT_ONCE):
        drawn = _drawn(whole, size, random)
        rows, columns = drawn[:, :, None], drawn[:, None, :]
        found.append(
            matched[rows, columns].sum(axis=(1, 2)) / compared[rows, columns].sum(axis=(1, 2))
        )
    return np.concatenate(found)


def _share(value: float, draws: Floats) -> float:
    """Of draws that reach the value; the sample itself counts as one (Phipson and Smyth, 2010)."""
    return round(float((np.count_nonzero(draws >= value - 1e-12) + 1) / (draws.size + 1)), 6)


if __name__ == "__main__":
    main()
