"""Ways to make one comparison of several samples a side, each beside what is shipped.

People of ``lfw-a`` with two pictures or more are split by number: one half chooses, the other
reports. FRLL (front and three-quarter) and ORL check. Two and three samples a side, drawn twenty
times; each way at its own threshold; paired subject bootstrap.

    python -m benchmarks.fusion

With ``VISAVIS_KEEP_RUN`` set, the encrypted embeddings stay.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from benchmarks._embeddings import KEEP
from benchmarks._evidence import write
from benchmarks._samples import MEASURES, MeasuredAcquisition, pictures_of
from visavis.evaluation._meetings import Meetings
from visavis.evaluation._streamed import BINS, StreamedScores
from visavis.evaluation._streamed_points import streamed_difference, streamed_fnmr_at_fmrs
from visavis.evaluation._tail import TailBuilder
from visavis.evaluation.protocols._all_pairs import tail_size
from visavis.evaluation.protocols._embedded_set import embed_set
from visavis.models import find_pack

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from visavis.evaluation import Estimate
    from visavis.evaluation._people import Codes
    from visavis.evaluation.protocols._embedded_set import EmbeddedSet

    Rows = NDArray[np.float32]
    Way: TypeAlias = Callable[[Rows, Rows], NDArray[np.float32]]
    """From rows [n, references, d + measures] and [n, probes, ...] to scores [n, n]."""

OUT: Final = Path(__file__).resolve().parents[1] / "out" / "fusion"

_CELLS: Final = (2, 3)  # samples on each side
_DRAWS: Final = 20
_SEED: Final = 6
_FMRS: Final = {"lfw-a": ("1e-3", "1e-4"), "frll": ("1e-2", "1e-3"), "orl": ("1e-2", "1e-3")}
_PATTERNS: Final = {
    "lfw-a": "lfw-a/*/*.jpg",
    "frll": "frll/*/*_0[234789].jpg",
    "orl": "orl/*/*.pgm",
}


def main() -> None:
    """Measures, prints and writes ``docs/evidence/fusion.json``."""
    results: dict[str, Any] = {
        "difference": "FNMR of the way less that of the mean as shipped; below 0 it errs less",
        "draws": _DRAWS,
        "outlier": f"cosine to the mean of its side's others below {_agreement():.4f}",
    }
    for name, fmrs in _FMRS.items():
        rows, person = measured(name).vectors(gates=False)
        if name == "lfw-a":
            for half, rest in (("choosing", 0), ("reporting", 1)):
                taken = person % 2 == rest
                results[f"lfw-a, {half}"] = _compare(rows[taken], person[taken], fmrs)
        else:
            results[name] = _compare(rows, person, fmrs)
    write("fusion", results)


def measured(name: str) -> EmbeddedSet:
    """A set's embeddings, each with `MEASURES` behind it."""
    pictures = pictures_of(name, _PATTERNS[name], take=_two_or_more)
    how = MeasuredAcquisition(pack="dlib", central=name == "lfw-a")
    return embed_set(pictures, how, folder=OUT / f"measured-{name}", keep=KEEP)


def _two_or_more(found: list[Path]) -> list[Path]:
    return found if len(found) > 1 else []


def _compare(rows: Rows, person: Codes, fmrs: tuple[str, ...]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for count in _CELLS:
        base = _score(rows, person, count, _mean)
        cell: dict[str, Any] = {
            "people": base.meetings.people,
            "genuine people": int(np.unique(base.person).size),
            "mean, as shipped": _fnmr(base, fmrs),
        }
        for name, way in _WAYS.items():
            scores = _score(rows, person, count, way)
            difference = {
                fmr: _ends(streamed_difference(scores, base, fmr, weights="person-pairs"))
                for fmr in fmrs
            }
            cell[name] = {"fnmr": _fnmr(scores, fmrs), "difference": difference}
            print(count, name, difference, flush=True)
        told[f"{count}x{count}"] = cell
    return told


def _score(rows: Rows, person: Codes, count: int, way: Way) -> StreamedScores:
    """As ``compare_fused``, for any way from two sides to a score."""
    person = np.unique(person, return_inverse=True)[1].astype(np.int32)
    counts = np.bincount(person)
    taking_part = np.flatnonzero(counts >= count)
    ends = np.cumsum(counts)[taking_part]
    own = np.flatnonzero(counts[taking_part] >= 2 * count).astype(np.int32)
    code = np.arange(taking_part.size, dtype=np.int32)
    meetings = Meetings(samples=np.ones(code.size, np.int64), each=2 * _DRAWS)
    tail = TailBuilder(keep=tail_size(meetings.comparisons))
    random, genuine = np.random.default_rng(_SEED), []
    first, second = np.nonzero(code[:, None] != code)
    for _ in range(_DRAWS):
        order = np.lexsort((random.random(person.size), person))
        left = order[(ends - counts[taking_part])[:, None] + np.arange(count)]
        right = order[ends[:, None] - 1 - np.arange(count)]
        scores = way(rows[left], rows[right])
        genuine.append(scores[own, own])
        high = scores[first, second]
        taken = high > tail.floor
        tail.add_high(
            high[taken],
            first[taken].astype(np.int32),
            second[taken].astype(np.int32),
            comparisons=high.size,
        )
    flat, whose = np.concatenate(genuine), np.tile(own, _DRAWS)
    up = np.argsort(flat, kind="stable")
    return StreamedScores(
        genuine=flat[up],
        person=whose[up],
        tail=tail.build(),
        meetings=meetings,
        impostor_bins=np.zeros(BINS, np.int64),  # of no use here
    )


def _mean(left: Rows, right: Rows) -> NDArray[np.float32]:
    return _products(*(_vectors(side).sum(axis=1) for side in (left, right)))


def _weighted(weight: Callable[[Rows], Rows], left: Rows, right: Rows) -> NDArray[np.float32]:
    """By a weight [n, samples] that the measures give."""
    sides = (
        (_vectors(side) * weight(side[..., -len(MEASURES) :])[..., None]).sum(axis=1)
        for side in (left, right)
    )
    return _products(*sides)


def _without_outlier(left: Rows, right: Rows) -> NDArray[np.float32]:
    return _products(*(_kept(_vectors(side)).sum(axis=1) for side in (left, right)))


def _kept(samples: Rows) -> Rows:
    """Without the sample that agrees least with its side's others, where it does not match them."""
    if samples.shape[1] < 3:
        return samples
    others = _unit(samples.sum(axis=1, keepdims=True) - samples)
    agreement = np.einsum("nsd,nsd->ns", samples, others)
    worst = np.arange(samples.shape[1]) == agreement.argmin(axis=1)[:, None]
    dropped = worst & (agreement < _agreement())
    kept: Rows = np.where(dropped[..., None], np.float32(0), samples)
    return kept


def _mean_of_scores(left: Rows, right: Rows) -> NDArray[np.float32]:
    scores: Rows = _vectors(left).mean(axis=1) @ _vectors(right).mean(axis=1).T
    return scores


def _max_of_scores(left: Rows, right: Rows) -> NDArray[np.float32]:
    best = np.full((len(left), len(right)), -1, np.float32)
    for one in np.moveaxis(_vectors(left), 1, 0):
        for other in np.moveaxis(_vectors(right), 1, 0):
            np.maximum(best, one @ other.T, out=best)
    return best


def _frontal(measures: Rows) -> Rows:
    yaw, pitch = (np.deg2rad(measures[..., MEASURES.index(name)]) for name in ("yaw", "pitch"))
    weight: Rows = np.clip(np.cos(yaw) * np.cos(pitch), 0.1, 1)
    return weight


def _of(name: str, power: float = 1.0) -> Callable[[Rows], Rows]:
    place = MEASURES.index(name)

    def weight(measures: Rows) -> Rows:
        weights: Rows = np.maximum(measures[..., place], np.float32(1e-3)) ** np.float32(power)
        return weights

    return weight


def _good(measures: Rows) -> Rows:
    weight: Rows = _of("sharpness")(measures) * _frontal(measures) * _of("norm")(measures)
    return weight


_WAYS: Final[dict[str, Way]] = {
    "mean weighted by the norm before normalisation": partial(_weighted, _of("norm")),
    "mean weighted by that norm's fourth power": partial(_weighted, _of("norm", 4)),
    "mean weighted by sharpness": partial(_weighted, _of("sharpness")),
    "mean weighted by inter-eye distance": partial(_weighted, _of("eye distance")),
    "mean weighted by pose (cos yaw cos pitch)": partial(_weighted, _frontal),
    "mean weighted by norm, sharpness and pose": partial(_weighted, _good),
    "mean without an outlier": _without_outlier,
    "max of scores": _max_of_scores,
    "mean of scores": _mean_of_scores,
}


def _agreement() -> float:
    """The pack's threshold for one sample each at FMR 1e-2."""
    (point,) = (
        cell
        for cell in find_pack("dlib").cells
        if (cell.reference_samples, cell.probe_samples, f"{cell.fmr:e}") == (1, 1, "1e-2")
    )
    return point.threshold


def _fnmr(scores: StreamedScores, fmrs: tuple[str, ...]) -> dict[str, list[float]]:
    points = streamed_fnmr_at_fmrs(scores, fmrs, weights="person-pairs")
    return {point.at.asked: _ends(point.fnmr) for point in points}


def _ends(found: Estimate) -> list[float]:
    return [round(float(value), 4) for value in (found.value, found.low, found.high)]


def _vectors(rows: Rows) -> Rows:
    return rows[..., : -len(MEASURES)]


def _products(left: Rows, right: Rows) -> NDArray[np.float32]:
    return _unit(left) @ _unit(right).T


def _unit(vectors: Rows) -> Rows:
    unit: Rows = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return unit


if __name__ == "__main__":
    main()
