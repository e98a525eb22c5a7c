"""One, two and three pictures a side of the same people, in every disjoint split of theirs.

A person with six pictures can be asked in ten ways whether three match the other three; with 25,
in millions; and of each split, either side can be the reference. Each person's share of refused
comparisons counts once, so that the unit stays the person.

*In-sample* is a cell's threshold from all people of ``lfw-a`` with enough pictures for one side;
*held out* the one from the half of the people that a person is not in; *card* what is shipped.

    python -m benchmarks.several_samples
"""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks._embeddings import embedded
from benchmarks._evidence import write
from benchmarks._points import threshold_at
from visavis.evaluation import DEFAULT_UNCERTAINTY
from visavis.evaluation._person_share import PersonShare
from visavis.evaluation.protocols._fused_samples import compare_fused
from visavis.models import find_pack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.evaluation._bootstrap import Resampled

    Vectors = NDArray[np.float32]
    Shares = NDArray[np.float64]
    """For each person, the share of splits that is refused."""

_COUNTS: Final = (1, 2, 3)
_FMRS: Final = ("1e-3", "1e-4", "1e-5")
_SPLITS: Final = 5000
"""Of a person at most; a person with more is asked in so many drawn ones."""
_DRAWS: Final = 20  # of pictures, for thresholds
_CONFIDENCE: Final = DEFAULT_UNCERTAINTY.confidence


def main() -> None:
    """Measures, prints and writes ``docs/evidence/several_samples.json``."""
    found = embedded("lfw-a")
    probes, person = found.vectors(gates=False)
    code = np.unique(person, return_inverse=True)[1].astype(np.int32)
    results = measure(found.references(gates=False), probes, code)
    without = f"{len(found.failures(gates=False))} of {len(found.samples)}"
    write("several_samples", {"without a face": without, **results})


def measure(references: Vectors, probes: Vectors, person: NDArray[np.int32]) -> dict[str, Any]:
    """Every cell of people with pictures enough, then all cells of the same people.

    Args:
        references: float32 [n, d], unit: the pictures embedded as at enrolment.
        probes: the same pictures embedded as at verification.
        person: code of the person of each (int32), ascending from 0.
    """
    both = np.stack([references, probes], axis=1)
    pictures = np.split(both, np.cumsum(np.bincount(person))[:-1])
    thresholds = {count: _thresholds(both, person, count) for count in _COUNTS}
    splits = {
        count: {
            who: scores_of_splits(own, count)
            for who, own in enumerate(pictures)
            if len(own) >= 2 * count
        }
        for count in _COUNTS
    }
    same = sorted(splits[max(_COUNTS)])
    results: dict[str, Any] = {
        "draws of pictures for thresholds": _DRAWS,
        "splits of a person at most": _SPLITS,
        "thresholds": {
            f"{count}x{count}": {
                at: {kind: [round(value, 5) for value in values] for kind, values in kinds.items()}
                for at, kinds in ats.items()
            }
            for count, ats in thresholds.items()
        },
    }
    for title, people in (("all people with pictures enough", None), ("the same people", same)):
        told = results[title] = {}
        for count in _COUNTS:
            asked = splits[count] if people is None else {who: splits[count][who] for who in people}
            told[f"{count}x{count}"] = _cell(asked, thresholds[count])
    results["the same people"]["differences"] = _differences(
        [{who: splits[count][who] for who in same} for count in _COUNTS], thresholds
    )
    return results


def scores_of_splits(pictures: Vectors, count: int) -> NDArray[np.float32]:
    """The scores of one person's splits into two sides of `count` pictures, either way round.

    Args:
        pictures: float32 [n, 2, d], unit, as references and as probes; at least twice `count`.
        count: pictures of a side, fused to the direction of their mean.

    Returns:
        float32 [2 splits]: of all splits, or `_SPLITS` drawn ones where there are more.
    """
    number = len(pictures)
    ways = math.comb(number, 2 * count) * math.comb(2 * count, count) // 2
    if ways <= _SPLITS:
        left, right = np.array(list(_all_splits(number, count))).transpose(1, 0, 2)
    else:
        random = np.random.default_rng(number).random((_SPLITS, number))
        drawn = np.argsort(random, axis=1)[:, : 2 * count]
        left, right = drawn[:, :count], drawn[:, count:]
    sums = [pictures[side].sum(axis=1) for side in (left, right)]
    (kept, shown), (others_kept, others_shown) = (
        (each / np.linalg.norm(each, axis=2, keepdims=True)).transpose(1, 0, 2) for each in sums
    )
    return np.concatenate(
        [
            np.einsum("nd,nd->n", kept, others_shown),
            np.einsum("nd,nd->n", others_kept, shown),
        ]
    )


def _all_splits(number: int, count: int) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Both sides of each split; the lowest number stands on the left, so that each comes once."""
    found = []
    for both in itertools.combinations(range(number), 2 * count):
        first, rest = both[0], both[1:]
        for others in itertools.combinations(rest, count - 1):
            left = (first, *others)
            found.append((left, tuple(each for each in rest if each not in others)))
    return found


def _thresholds(
    both: Vectors, person: NDArray[np.int32], count: int
) -> dict[str, dict[str, list[float]]]:
    """In-sample, held out from even and from odd people, and the card's, for each FMR."""
    halves = [person % 2 == 1, person % 2 == 0]  # an even person is judged by the odd
    scored = [
        compare_fused(
            both[taken, 1],
            np.unique(person[taken], return_inverse=True)[1].astype(np.int32),
            references=count,
            probes=count,
            draws=_DRAWS,
            seed=count,
            as_references=both[taken, 0],
        )
        for taken in (np.ones(person.size, np.bool_), *halves)
    ]
    card = {
        f"{cell.fmr:e}": cell.threshold
        for cell in find_pack("dlib").cells
        if cell.reference_samples == cell.probe_samples == count
    }
    found = {}
    for fmr in _FMRS:
        whole, *others = (threshold_at(scores, Fraction(fmr)) for scores in scored)
        found[fmr] = {"in-sample": [whole], "held out": others, "card": [card[fmr]]}
    return found


def _cell(
    splits: dict[int, NDArray[np.float32]], thresholds: dict[str, dict[str, list[float]]]
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "people": len(splits),
        "comparisons": sum(scores.size for scores in splits.values()),
    }
    for fmr, kinds in thresholds.items():
        told[fmr] = {kind: _rates(_refused(splits, values)) for kind, values in kinds.items()}
        print(len(splits), fmr, told[fmr], flush=True)
    return told


def _refused(splits: dict[int, NDArray[np.float32]], thresholds: list[float]) -> Shares:
    """A person is judged by the threshold of their number, modulo how many there are."""
    return np.array(
        [
            np.mean(scores < np.float32(thresholds[who % len(thresholds)]))
            for who, scores in splits.items()
        ]
    )


def _rates(shares: Shares) -> dict[str, Any]:
    """The rate with its interval, a bound without the bootstrap, and errors of single splits."""
    errors = _errors_of_one_split(shares)
    estimate = _share(shares).estimate(DEFAULT_UNCERTAINTY)
    bound = upper_bound(errors)
    bootstrap = not estimate.label
    return {
        "fnmr": [
            round(float(value), 5)
            for value in (
                estimate.value,
                estimate.low if bootstrap else 0.0,
                estimate.high if bootstrap else bound,
            )
        ],
        "interval": estimate.method.value if bootstrap else "mean p-value of single splits",
        "upper bound from the mean p-value of single splits": bound,
        "people ever refused": int(np.count_nonzero(shares)),
        "one split a person": {
            "errors expected": round(float(shares.sum()), 2),
            "at most 1 error, share of choices": round(float(errors[:2].sum()), 4),
        },
    }


def _share(shares: Shares) -> PersonShare:
    return PersonShare(errors=shares, totals=np.ones(shares.size), n=shares.size)


def _errors_of_one_split(shares: Shares) -> Shares:
    """The distribution of the number of errors if one split of each person is drawn."""
    chances = np.ones(1)
    for share in shares[shares > 0]:
        chances = np.convolve(chances, [1 - share, share])
    return np.pad(chances, (0, shares.size + 1 - chances.size))


def upper_bound(errors: Shares, *, confidence: float = _CONFIDENCE) -> float:
    """The least FNMR that every split together excludes, with people as the unit.

    With one split drawn for each person, errors are independent: the p-value of a rate is the
    binomial chance of so few. Twice the mean of dependent p-values is one (Rueschendorf 1982; Vovk
    and Wang, "Combining p-values via averaging", 2020), here the mean over all choices of splits.

    Args:
        errors: the chance of 0, 1, ... errors among the n people, float64 [n + 1].
        confidence: of the bound, one-sided.
    """
    from scipy.stats import binom  # noqa: PLC0415 - slow to import

    people = errors.size - 1
    low, high = 0.0, 1.0
    for _ in range(50):
        rate = (low + high) / 2
        p_value = 2 * float(errors @ binom.cdf(np.arange(people + 1), people, rate))
        low, high = (rate, high) if p_value > 1 - confidence else (low, rate)
    return round(high, 5)


def _differences(
    splits: list[dict[int, NDArray[np.float32]]],
    thresholds: dict[int, dict[str, dict[str, list[float]]]],
) -> dict[str, Any]:
    """What a further sample a side takes from the FNMR of the same people, thresholds fixed."""
    told: dict[str, Any] = {}
    for fmr, kind in itertools.product(_FMRS, ("in-sample", "held out", "card")):
        shares = [
            _refused(own, thresholds[count][fmr][kind])
            for count, own in zip(_COUNTS, splits, strict=True)
        ]
        for (few, fewer), (more, rather) in itertools.pairwise(zip(_COUNTS, shares, strict=True)):
            low, high = _paired(rather, fewer).interval(_CONFIDENCE)
            value = float(np.mean(rather - fewer))
            told[f"{more}x{more} less {few}x{few} at {fmr}, {kind}"] = [
                round(each, 5) for each in (value, low, high)
            ]
    return told


def _paired(one: Shares, other: Shares) -> Resampled:
    return _share(one).resampled(DEFAULT_UNCERTAINTY) - _share(other).resampled(DEFAULT_UNCERTAINTY)


if __name__ == "__main__":
    main()
