"""Regression bars of the default pack: error rates on the shared sets, gates off.

They claim no generalisation: thresholds are each set's own. A sample without a face (FTA) counts as
a non-match. The model card is another matter: ``visavis models calibrate``.

    python -m benchmarks.accuracy
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks._embeddings import embedded, sides_by_person
from benchmarks._evidence import write
from benchmarks._points import fnmr_at, threshold_at
from visavis.evaluation._streamed_points import streamed_difference, streamed_fmr
from visavis.evaluation.protocols._fused_samples import compare_fused
from visavis.models import find_pack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks._embeddings import Sides
    from visavis.evaluation import Estimate
    from visavis.evaluation._people import Codes
    from visavis.evaluation.protocols._embedded_set import EmbeddedSet

    Vectors = NDArray[np.float32]

_STRICT = Fraction(1, 10_000)
_ORL_DRAWS = 10_000
_DRAWS = 20  # of pictures
_NOBODY = -2.0  # a score below every cosine: what a comparison without a face comes to


def main() -> None:
    """Measures, prints and writes ``docs/evidence/accuracy.json``."""
    results: dict[str, Any] = {"pack": "dlib as shipped, gates off"}
    results["orl"] = _orl(embedded("orl"))
    results["frll"] = _frll(embedded("frll"))
    results["lfw-a"] = _lfw(embedded("lfw-a"))
    results["fmr at the card's points for 1x1"] = {
        name: _at_the_card(embedded(name)) for name in ("lfw-a", "frll front and three-quarter")
    }
    for name, value in results.items():
        print(f"{name}: {value}")
    write("accuracy", results)


def _fta(found: EmbeddedSet) -> str:
    return f"{len(found.failures(gates=False))} of {len(found.samples)}"


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


def _lfw(found: EmbeddedSet) -> dict[str, Any]:
    """One comparison a person and split, at two thresholds for each FMR.

    *Own people*: non-mated comparisons among the very people of the mated ones. *All people*:
    among everybody with enough pictures for one side, which is what the card is made from.
    """
    people = sides_by_person(found)
    (probes, person), references = found.vectors(gates=False), found.references(gates=False)
    results: dict[str, Any] = {
        "fta": _fta(found),
        "people": len(people),
        "1x1, fnmr less that of one crop on both sides": _against_one_crop(
            references, probes, person
        ),
    }
    for count, splits in _SPLITS.items():
        cell = compare_fused(
            probes,
            person,
            references=count,
            probes=count,
            draws=10,
            seed=count,
            as_references=references,
        )
        taking_part = [own for own in people.values() if len(own.names) >= 2 * count]
        for fmr in (Fraction(1, 1000), _STRICT):
            of_all = threshold_at(cell, fmr)
            own_errors, all_errors = {}, {}
            for name, (left, right) in splits.items():
                kept = np.stack([_fused(own.references[left]) for own in taking_part])
                shown = np.stack([_fused(own.probes[right]) for own in taking_part])
                scores = kept @ shown.T
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


def _against_one_crop(references: Vectors, probes: Vectors, person: Codes) -> dict[str, Any]:
    """What the crops at enrolment take from FNMR, each way at its own threshold, paired by person.

    Probes are embedded from one crop, as references were before. People of an even number chose how
    many crops (``benchmarks.crops``); those of an odd number had no say.
    """
    told: dict[str, Any] = {"draws": _DRAWS}
    for name, taken in (
        ("all people", person >= 0),
        ("people who did not choose", person % 2 == 1),
    ):
        code = np.unique(person[taken], return_inverse=True)[1].astype(np.int32)
        ours, before = (
            compare_fused(
                probes[taken],
                code,
                references=1,
                probes=1,
                draws=_DRAWS,
                seed=1,
                as_references=kept[taken],
            )
            for kept in (references, probes)
        )
        told[name] = {
            "people": ours.meetings.people,
            "genuine people": int(np.unique(ours.person).size),
            **{
                fmr: {
                    "fnmr": fnmr_at(ours, threshold_at(ours, Fraction(fmr))),
                    "fnmr, one crop": fnmr_at(before, threshold_at(before, Fraction(fmr))),
                    "difference": _ends(
                        streamed_difference(ours, before, fmr, weights="person-pairs")
                    ),
                }
                for fmr in ("1e-3", "1e-4")
            },
        }
    return told


def _at_the_card(found: EmbeddedSet) -> dict[str, Any]:
    """Whether the points hold for what enrolment compares: samples to enrol, all references.

    The card is measured on references against probes.
    """
    (probes, person), references = found.vectors(gates=False), found.references(gates=False)
    told: dict[str, Any] = {"draws": _DRAWS}
    for name, shown in (("probes", probes), ("references", references)):
        scores = compare_fused(
            shown,
            person,
            references=1,
            probes=1,
            draws=_DRAWS,
            seed=1,
            as_references=references,
        )
        told[f"references against {name}"] = {
            f"{cell.fmr:e}": _ends(streamed_fmr(scores, cell.threshold, weights="person-pairs"))
            for cell in find_pack("dlib").cells
            if (cell.reference_samples, cell.probe_samples) == (1, 1)
        }
    return told


def _ends(found: Estimate) -> list[float]:
    return [float(f"{value:.3g}") for value in (found.value, found.low, found.high)]


def _orl(found: EmbeddedSet) -> dict[str, Any]:
    """The earlier picture of each comparison is the reference."""
    people = list(sides_by_person(found).values())
    number = np.repeat(np.arange(len(people)), [len(own.names) for own in people])
    references = np.concatenate([own.references for own in people])
    probes = np.concatenate([own.probes for own in people])
    present = probes.any(axis=1)
    scores = np.where(np.outer(present, present), references @ probes.T, _NOBODY)
    first, second = np.triu_indices(len(number), 1)
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
        mated.append(_fused(references[chosen[:3]]) @ _fused(probes[chosen[3:]]))
    non_mated = []
    for _ in range(64):
        left = np.stack([_fused(references[draw(i, 3)]) for i in range(len(people))])
        right = np.stack([_fused(probes[draw(i, 3)]) for i in range(len(people))])
        non_mated.append((left @ right.T)[~np.eye(len(people), dtype=bool)])
    fused_threshold = _own_threshold(np.concatenate(non_mated))
    return {
        "fta": _fta(found),
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


def _frll(found: EmbeddedSet) -> dict[str, Any]:
    """Front neutral against front smiling, at a threshold with no false match; then other views."""
    people = list(sides_by_person(found).values())
    neutral, smiling = ([_place(own, look, _VIEWS[0]) for own in people] for look in _LOOKS)
    scores = np.stack([own.references[i] for own, i in zip(people, neutral, strict=True)]) @ (
        np.stack([own.probes[i] for own, i in zip(people, smiling, strict=True)]).T
    )
    highest = float(scores[~np.eye(len(scores), dtype=bool)].max())
    mated = np.diag(scores)
    return {
        "fta of all 10 pictures a person": _fta(found),
        "front neutral / smiling": {
            "non_matches_without_a_false_match": int((mated <= highest).sum()),
            "people": len(mated),
            "highest_non_mated": round(highest, 4),
            "lowest_mated": round(float(mated.min()), 4),
        },
        "front and three-quarter at FMR 1e-3": _frll_views(people),
    }


_LOOKS = ("neutral", "smiling")
_VIEWS = (("_03", "_08"), ("_02", "_07"), ("_04", "_09"))
"""How the names of front, left and right three-quarter views end."""


def _place(own: Sides, look: str, view: tuple[str, str]) -> int:
    """Which of a person's pictures it is."""
    (place,) = (
        place
        for place, name in enumerate(own.names)
        if name.startswith(look) and name.removesuffix(".jpg").endswith(view)
    )
    return place


def _frll_views(people: list[Sides]) -> dict[str, Any]:
    """One picture a side: every one with every later one. Three: one of each view on each side."""
    fmr = Fraction(1, 1000)
    taken = [
        np.array([[_place(own, look, view) for look in _LOOKS] for view in _VIEWS])
        for own in people
    ]
    rows = [np.sort(each.ravel()) for each in taken]
    number = np.repeat(np.arange(len(people)), len(_LOOKS) * len(_VIEWS))
    references, probes = (
        np.concatenate([getattr(own, side)[row] for own, row in zip(people, rows, strict=True)])
        for side in ("references", "probes")
    )
    first, second = np.triu_indices(len(number), 1)
    same = number[first] == number[second]
    scores = (references @ probes.T)[first, second]
    single = scores[same] < _own_threshold(scores[~same], fmr)
    errors = []
    for looks in itertools.product((0, 1), repeat=len(_VIEWS)):
        left, right = np.array(looks), 1 - np.array(looks)
        views = np.arange(len(_VIEWS))
        each = list(zip(people, taken, strict=True))
        kept = np.stack([_fused(own.references[places[views, left]]) for own, places in each])
        shown = np.stack([_fused(own.probes[places[views, right]]) for own, places in each])
        crossed = kept @ shown.T
        threshold = _own_threshold(crossed[~np.eye(len(crossed), dtype=bool)], fmr)
        errors.append(int((np.diag(crossed) < threshold).sum()))
    return {
        "1x1": {"fnmr": round(float(single.mean()), 4), "mated": int(same.sum())},
        "3x3, non_matches in each of the splits": {"errors": errors, "people": len(people)},
    }


if __name__ == "__main__":
    main()
