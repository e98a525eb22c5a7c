"""Frames of one capture fused to one sample, beside one of them: at the thresholds for one sample.

A threshold for one sample a side says nothing of the mean of several, so this asks what becomes of
FMR and FNMR at the card's thresholds when a sample is the mean of a capture's frames:

- FRLL, simulated: three frames made of each frontal photograph, against the three-quarter views;
- FRLL, neutral and smiling as two frames of one capture: they differ more than frames do;
- ``lfw-a``, simulated: half of the people, a second picture's frames against the first.

Paired bootstrap over people, both sides of a comparison.

    python -m benchmarks.captures
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks._evidence import write
from benchmarks._samples import FRAMES, FrameAcquisition, pictures_of
from benchmarks.fusion import KEEP, OUT, measured
from visavis.comparison import fuse_capture, operating_point
from visavis.errors import SamplesDisagree
from visavis.evaluation.protocols._embedded_set import embed_set
from visavis.face import Embedding
from visavis.models import find_pack, pack_digest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from visavis.evaluation.protocols._embedded_set import EmbeddedSet

    Rows = NDArray[np.float32]
    Accepted = NDArray[np.float64]
    ByPerson = dict[str, dict[str, Rows]]

_FMRS: Final = ("1e-2", "1e-3", "1e-4")
_DRAWS: Final = 2000
_SIZE: Final = 128  # of an embedding
_FRONTS: Final = ("_03", "_08")  # neutral, smiling
_SIDES: Final = ("_02", "_04", "_07", "_09")


def main() -> None:
    """Measures, prints and writes ``docs/evidence/captures.json``."""
    frll, lfw = (_by_person(measured(name)) for name in ("frll", "lfw-a"))
    results: dict[str, Any] = {
        "rates": "at the card's thresholds for one sample a side; [value, low, high]",
        "difference": "fused less one frame (the mean of each frame alone)",
        "frames": f"{FRAMES} of a simulated capture",
    }
    comparisons = {
        "FRLL, simulated frames of a front, against three-quarter": (
            {person: _ending(rows, _SIDES) for person, rows in frll.items()},
            _captures("frll"),
        ),
        "FRLL, neutral and smiling front as two frames, against three-quarter": (
            {person: _ending(rows, _SIDES) for person, rows in frll.items()},
            {person: [np.stack(_ending(rows, _FRONTS))] for person, rows in frll.items()},
        ),
        "lfw-a, simulated frames, against another picture": (
            {person: list(rows.values())[:1] for person, rows in lfw.items()},
            _captures("lfw-a"),
        ),
    }
    for name, (references, captures) in comparisons.items():
        results[name] = _compare(references, captures)
        print(name, results[name], flush=True)
    write("captures", results)


def _captures(name: str) -> dict[str, list[Rows]]:
    """Simulated ones of each person: a list of embeddings [frames, 128]."""
    if name == "frll":
        pictures = pictures_of(name, "frll/*/*_0[38].jpg")
    else:
        pictures = pictures_of(name, "lfw-a/*/*.jpg", take=_second)
    how = FrameAcquisition(pack="dlib", central=name == "lfw-a")
    found = embed_set(pictures, how, folder=OUT / f"frames-{name}", keep=KEEP)
    return {
        person: [row.reshape(FRAMES, _SIZE) for row in rows.values()]
        for person, rows in _by_person(found).items()
    }


def _second(found: list[Path]) -> list[Path]:
    """Of every other person that has two: as many as the time allows."""
    return (
        found[1:2] if int(hashlib.sha256(found[0].parent.name.encode()).hexdigest(), 16) % 2 else []
    )


def _by_person(found: EmbeddedSet) -> ByPerson:
    """Rows by folder and name of the picture; without those in which no face was found."""
    rows: ByPerson = {}
    for path, sample in zip(found.pictures.paths, found.samples, strict=True):
        if sample.vector is not None:
            rows.setdefault(path.parent.name, {})[path.stem] = sample.vector
    return rows


def _ending(rows: dict[str, Rows], ends: tuple[str, ...]) -> list[Rows]:
    return [row[:_SIZE] for name, row in rows.items() if name.endswith(ends)]


def _compare(references: dict[str, list[Rows]], captures: dict[str, list[Rows]]) -> dict[str, Any]:
    people = sorted(person for person in references if references[person] and captures.get(person))
    left = np.stack([row[:_SIZE] for person in people for row in references[person]])
    of_left = _shares(len(references[person]) for person in people)
    frames = [capture for person in people for capture in captures[person]]
    of_right = _shares(len(captures[person]) for person in people)
    cells = {
        fmr: operating_point(_CARD.cells, fmr=fmr, reference_samples=1, probe_samples=1)
        for fmr in _FMRS
    }
    agreeing = cells["1e-4"]
    fused, refused, dropped = [], 0, 0
    for capture in frames:
        try:
            one = fuse_capture([Embedding(row.copy(), _MODEL) for row in capture], point=agreeing)
        except SamplesDisagree:
            refused += 1
            fused.append(np.zeros(_SIZE, np.float32))  # accepted nowhere
            continue
        dropped += not np.allclose(one.vector, _unit(capture.mean(axis=0)), atol=1e-6)
        fused.append(one.vector)
    told: dict[str, Any] = {
        "people": len(people),
        "pairs of people": len(people) * (len(people) - 1) // 2,
        "captures": len(frames),
        "refused, as frames disagree": refused,
        "with a frame left out": dropped,
        "least cosine of two frames of one capture": [
            round(float(value), 4)
            for value in np.quantile([(each @ each.T).min() for each in frames], [0, 0.05, 0.5])
        ],
    }
    for fmr, cell in cells.items():
        alone = np.mean(
            [
                left @ np.stack([capture[place] for capture in frames]).T >= cell.threshold
                for place in range(len(frames[0]))
            ],
            axis=0,
        )
        together = left @ np.stack(fused).T >= cell.threshold
        told[fmr] = _rates(*(of_left @ each @ of_right.T for each in (alone, together)))
    return told


def _rates(alone: Accepted, fused: Accepted) -> dict[str, Any]:
    """Of shares of comparisons accepted, [reference's person, probe's person]."""
    people = len(alone)
    drawn = np.random.default_rng(0).multinomial(people, np.full(people, 1 / people), _DRAWS)
    weights = np.concatenate([np.ones((1, people)), drawn])  # the first draw is everybody
    met = weights.sum(axis=1) ** 2 - (weights**2).sum(axis=1)
    found: dict[str, list[NDArray[np.float64]]] = {"fnmr": [], "fmr": []}
    for accepted in (alone, fused):
        own = accepted.diagonal()
        found["fnmr"].append(1 - weights @ own / people)
        both = np.einsum("di,di->d", weights @ accepted, weights) - weights**2 @ own
        found["fmr"].append(both / met)
    return {
        name: {
            "one frame": _ends(one),
            "fused": _ends(other),
            "difference": _ends(other - one),
        }
        for name, (one, other) in found.items()
    }


def _ends(draws: NDArray[np.float64]) -> list[float]:
    low, high = np.quantile(draws[1:], [0.025, 0.975])
    return [float(f"{value:.3g}") for value in (draws[0], low, high)]


def _shares(counts: Iterable[int]) -> NDArray[np.float64]:
    """What each row counts for its person: float64 [people, rows]."""
    each = np.array(list(counts))
    return np.repeat(np.diag(1 / each), each, axis=1)


def _unit(vector: Rows) -> Rows:
    unit: Rows = vector / np.linalg.norm(vector)
    return unit


_CARD: Final = find_pack("dlib")
_MODEL: Final = pack_digest(_CARD)


if __name__ == "__main__":
    main()
