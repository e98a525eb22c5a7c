"""Several crops of each face, on the reference side or on both, beside one on both sides.

Every picture of ``lfw-a`` is embedded from `CROPS`; people of an even number choose, the others
report. One picture a side, drawn twenty times; each way at its own threshold from all pairs of
people of its half; paired subject bootstrap.

The rule, set before anything was measured: of the ways for the reference side, the one with the
lowest FNMR at FMR 1e-4 among the choosing goes to the reporting; so does that for both sides. A way
is taken if among the reporting it errs less at 1e-4, with 0 outside the interval, and does not err
more at 1e-3.

    python -m benchmarks.crops

It takes half an hour on one core, goes on where it stopped, and keeps its encrypted embeddings
where ``VISAVIS_KEEP_RUN`` is set.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks._crops import CROPS, CropAcquisition
from benchmarks._evidence import write
from benchmarks._samples import pictures_of
from visavis.evaluation._streamed_points import streamed_difference, streamed_fnmr_at_fmrs
from visavis.evaluation.protocols import PictureSet
from visavis.evaluation.protocols._embedded_set import embed_set
from visavis.evaluation.protocols._fused_samples import compare_fused

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.evaluation import Estimate
    from visavis.evaluation._people import Codes
    from visavis.evaluation._streamed import StreamedScores
    from visavis.evaluation.protocols._embedded_set import EmbeddedSet

    Vectors = NDArray[np.float32]

_OUT: Final = Path(__file__).resolve().parents[1] / "out" / "crops"
_HALVES: Final = ("choosing", "reporting")
_SIDES: Final = ("reference side", "both sides")
_FMRS: Final = ("1e-3", "1e-4")
_DRAWS: Final = 20
_SEED: Final = 14

_SHIPPED: Final = ("as shipped", 1)
_WAYS: Final[dict[str, tuple[tuple[str, int], ...]]] = {
    "2 small jitters": (_SHIPPED, ("small", 2)),
    "4 small jitters": (_SHIPPED, ("small", 4)),
    "6 small jitters": (_SHIPPED, ("small", 6)),
    "2 large jitters": (_SHIPPED, ("large", 2)),
    "4 large jitters": (_SHIPPED, ("large", 4)),
    "10 jitters, small and large": (_SHIPPED, ("small", 6), ("large", 4)),
    "padding 0.20 and 0.30": (_SHIPPED, ("padding 0.20", 1), ("padding 0.30", 1)),
    "all of these crops": (
        _SHIPPED, ("small", 6), ("large", 4), ("padding 0.20", 1), ("padding 0.30", 1),
    ),
    "landmarks of six starts, one crop": (("landmarks of six starts", 1),),
}  # fmt: skip
"""Which crops are averaged, each with its mirror image: the first so many of a kind."""


def main() -> None:
    """Measures, prints and writes ``docs/evidence/crops.json``; or embeds one half alone."""
    if sys.argv[1:]:
        _embedded(sys.argv[1], keep=True)
        return
    keep = "VISAVIS_KEEP_RUN" in os.environ
    every = [(way, side) for way in _WAYS for side in _SIDES]
    choosing = _half(_embedded("choosing", keep=keep), every)
    chosen = [(_best(choosing["ways"][side]), side) for side in _SIDES]
    write(
        "crops",
        {
            "difference": "FNMR of the way less that of what is shipped; below 0 it errs less",
            "draws": _DRAWS,
            "choosing": choosing,
            "reporting": _half(_embedded("reporting", keep=keep), chosen),
        },
    )


def _best(ways: dict[str, Any]) -> str:
    return min(ways, key=lambda way: ways[way]["fnmr"]["1e-4"][0])


def _embedded(name: str, *, keep: bool) -> EmbeddedSet:
    whole = pictures_of("lfw-a", "lfw-a/*/*.jpg")
    taken = whole.person % 2 == _HALVES.index(name)
    half = PictureSet(
        name=f"lfw-a, {name}",
        paths=tuple(path for path, take in zip(whole.paths, taken, strict=True) if take),
        person=np.unique(whole.person[taken], return_inverse=True)[1].astype(np.int32),
    )
    how = CropAcquisition(pack="dlib", central=True)
    return embed_set(half, how, folder=_OUT / name, processes=1, keep=keep)


def _half(embedded: EmbeddedSet, asked: list[tuple[str, str]]) -> dict[str, Any]:
    """Ways beside what is shipped."""
    rows, person = embedded.vectors(gates=False)
    crops = rows.reshape(len(rows), len(CROPS), -1)
    person = np.unique(person, return_inverse=True)[1].astype(np.int32)
    shipped = _fused(crops, (_SHIPPED,))
    base = _compare(shipped, shipped, person)
    told: dict[str, Any] = {
        "people": base.meetings.people,
        "genuine people": int(np.unique(base.person).size),
        "as shipped": _fnmr(base),
        "ways": {side: {} for side in _SIDES},
    }
    for name, side in asked:
        way = _fused(crops, _WAYS[name])
        scores = _compare(way, shipped if side == "reference side" else way, person)
        difference = {
            fmr: _ends(streamed_difference(scores, base, fmr, weights="person-pairs"))
            for fmr in _FMRS
        }
        told["ways"][side][name] = {"fnmr": _fnmr(scores), "difference": difference}
        print(name, side, told["ways"][side][name], flush=True)
    return told


def _fused(crops: Vectors, kinds: tuple[tuple[str, int], ...]) -> Vectors:
    """The direction of the sum of the crops of a way."""
    taken = [
        place
        for kind, count in kinds
        for place in [place for place, crop in enumerate(CROPS) if crop == kind][:count]
    ]
    total = crops[:, taken].sum(axis=1)
    fused: Vectors = total / np.linalg.norm(total, axis=1, keepdims=True)
    return fused


def _compare(references: Vectors, probes: Vectors, person: Codes) -> StreamedScores:
    return compare_fused(
        np.stack([references, probes], axis=1),
        person,
        references=1,
        probes=1,
        draws=_DRAWS,
        seed=_SEED,
        fuse=lambda left, right: (left[:, 0, 0], right[:, 0, 1]),
    )


def _fnmr(scores: StreamedScores) -> dict[str, list[float]]:
    points = streamed_fnmr_at_fmrs(scores, _FMRS, weights="person-pairs")
    return {point.at.asked: _ends(point.fnmr) for point in points}


def _ends(found: Estimate) -> list[float]:
    return [round(float(value), 4) for value in (found.value, found.low, found.high)]


if __name__ == "__main__":
    main()
