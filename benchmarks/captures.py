"""Frames of one capture fused to one sample, beside one of them: at the thresholds for one sample.

A threshold for one sample a side says nothing of the mean of several, so this asks what becomes of
FMR and FNMR at the card's thresholds when a sample is the mean of a capture's frames:

- FRLL: three simulated frames of each frontal photograph, against three-quarter views and each
  other; neutral and smiling as two frames of one capture, which differ more than frames do;
- FRLL: the frontal frames of simulated capture sessions (``benchmarks.liveness``), as the service
  takes them;
- ``lfw-a``: half of the people, simulated frames of a second picture against the first.

Paired bootstrap over people, both sides of a comparison.

    python -m benchmarks.captures
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from benchmarks._embeddings import KEEP, embedded
from benchmarks._evidence import write
from benchmarks._samples import FRAMES, FrameAcquisition, pictures_of
from benchmarks._session_captures import session_captures
from benchmarks.fusion import OUT
from visavis.comparison import fuse, fuse_capture, operating_point
from visavis.errors import FramesDisagree
from visavis.evaluation.protocols._embedded_set import embed_set
from visavis.face import Embedding
from visavis.models import find_pack, pack_digest

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from visavis.evaluation.protocols._embedded_set import EmbeddedSet

    Rows = NDArray[np.float32]
    Accepted = NDArray[np.float64]
    ByPerson = dict[str, dict[str, Rows]]
    Captures = dict[str, list[Rows]]  # of each person: embeddings [frames, 128]

_FMRS: Final = ("1e-2", "1e-3", "1e-4")
_DRAWS: Final = 2000
_SESSIONS: Final = 50
_SIZE: Final = 128  # of an embedding
_FRONTS: Final = ("_03", "_08")  # neutral, smiling
_LEFT: Final = ("_02", "_07")
_SIDES: Final = ("_02", "_04", "_07", "_09")


def main() -> None:
    """Measures, prints and writes ``docs/evidence/captures.json``."""
    frll = embedded("frll front and three-quarter")
    kept, shown = _by_person(frll, reference=True), _by_person(frll)
    sides, lfw = _taken(kept, _SIDES), _by_person(embedded("lfw-a"), reference=True)
    fronts, others = _simulated("frll"), _simulated("lfw-a")
    results: dict[str, Any] = {
        "rates": "at the card's thresholds for one sample a side; [value, low, high]",
        "difference": "fused less one frame (the mean of each frame alone)",
        "frames": f"{FRAMES} of a simulated capture",
    }
    for name, references, probes in (
        ("FRLL, three-quarter against simulated frames of a front", _alone(sides), fronts),
        (
            "FRLL, simulated frames on both sides, neutral against smiling",
            {who: captures[:1] for who, captures in _simulated("frll", reference=True).items()},
            {who: captures[1:] for who, captures in fronts.items()},
        ),
        (
            "FRLL, three-quarter against neutral and smiling front as two frames",
            _alone(sides),
            _together(_taken(shown, _FRONTS)),
        ),
        (
            "FRLL, neutral and smiling as two frames on both sides, left view against front",
            _together(_taken(kept, _LEFT)),
            _together(_taken(shown, _FRONTS)),
        ),
        (
            "FRLL, three-quarter against the frontal frames of a simulated capture session",
            _alone(sides),
            session_captures(_SESSIONS),
        ),
        (
            "lfw-a, a picture against simulated frames of another",
            _alone({person: list(rows.values())[:1] for person, rows in lfw.items()}),
            others,
        ),
    ):
        results[name] = _compare(references, probes)
        print(name, results[name], flush=True)
    write("captures", results)


@cache
def _frames(name: str) -> EmbeddedSet:
    """Simulated frames of each of a person's pictures."""
    if name == "frll":
        pictures = pictures_of(name, "frll/*/*_0[38].jpg")
    else:
        pictures = pictures_of(name, "lfw-a/*/*.jpg", take=_second)
    how = FrameAcquisition(pack="dlib", central=name == "lfw-a")
    return embed_set(pictures, how, folder=OUT / f"frames-{name}", keep=KEEP)


def _simulated(name: str, *, reference: bool = False) -> Captures:
    """Captures of those frames."""
    return {
        person: [row.reshape(FRAMES, _SIZE) for row in rows.values()]
        for person, rows in _by_person(_frames(name), reference=reference).items()
    }


def _second(found: list[Path]) -> list[Path]:
    """Of every other person that has two: as many as the time allows."""
    return (
        found[1:2] if int(hashlib.sha256(found[0].parent.name.encode()).hexdigest(), 16) % 2 else []
    )


def _by_person(found: EmbeddedSet, *, reference: bool = False) -> ByPerson:
    """Rows by folder and name of the picture; without those in which no face was found."""
    rows: ByPerson = {}
    usable = found.usable(gates=False)
    paths = [path for path, take in zip(found.pictures.paths, usable, strict=True) if take]
    vectors = found.references(gates=False) if reference else found.vectors(gates=False)[0]
    for path, vector in zip(paths, vectors, strict=True):
        rows.setdefault(path.parent.name, {})[path.stem] = vector
    return rows


def _taken(rows: ByPerson, ends: tuple[str, ...]) -> dict[str, list[Rows]]:
    """Of each person the pictures whose names end so."""
    return {
        person: [row for name, row in named.items() if name.endswith(ends)]
        for person, named in rows.items()
    }


def _alone(pictures: dict[str, list[Rows]]) -> Captures:
    """Each picture a capture of one frame."""
    return {person: [row[None] for row in rows] for person, rows in pictures.items()}


def _together(pictures: dict[str, list[Rows]]) -> Captures:
    """All pictures the frames of one capture."""
    return {person: [np.stack(rows)] for person, rows in pictures.items()}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Side:
    """The captures of one side of a comparison.

    Attributes:
        shares: what each capture counts for its person, [people, captures].
        frames: embeddings, [frames of a capture, captures, 128].
        fused: embeddings, [captures, 128]; zeros where the frames disagree.
        dropped: captures of which a frame was left out.
        refused: captures whose frames disagree.
    """

    shares: NDArray[np.float64]
    frames: Rows
    fused: Rows
    dropped: int
    refused: int

    @classmethod
    def of(cls, captures: Captures, people: list[str]) -> Self:
        taken = [capture for person in people for capture in captures[person]]
        point = operating_point(_CARD.cells, fmr="1e-4", reference_samples=1, probe_samples=1)
        fused, dropped, refused = np.zeros((len(taken), _SIZE), np.float32), 0, 0
        for place, capture in enumerate(taken):
            frames = [Embedding(row.copy(), _MODEL) for row in capture]
            try:
                fused[place] = fuse_capture(frames, point=point).vector
            except FramesDisagree:
                refused += 1
            else:
                dropped += not np.array_equal(fused[place], fuse(frames).vector)
        each = np.array([len(captures[person]) for person in people])
        return cls(
            shares=np.repeat(np.diag(1 / each), each, axis=1),
            frames=np.stack(taken, axis=1),
            fused=fused,
            dropped=dropped,
            refused=refused,
        )

    @property
    def agreement(self) -> list[float]:
        """Of the least cosine of two frames of one capture: least, 5 % and median."""
        least = np.einsum("fcd,gcd->cfg", self.frames, self.frames).min(axis=(1, 2))
        return [round(float(value), 4) for value in np.quantile(least, [0, 0.05, 0.5])]


def _compare(references: Captures, probes: Captures) -> dict[str, Any]:
    people = sorted(person for person in references if references[person] and probes.get(person))
    left, right = _Side.of(references, people), _Side.of(probes, people)
    told: dict[str, Any] = {
        "people": len(people),
        "pairs of people": len(people) * (len(people) - 1) // 2,
        "captures on the probe side": right.fused.shape[0],
        "of which refused, as frames disagree": right.refused,
        "of which a frame was left out": right.dropped,
        "least cosine of two frames of a capture: least, 5 %, median": right.agreement,
    }
    for fmr in _FMRS:
        point = operating_point(_CARD.cells, fmr=fmr, reference_samples=1, probe_samples=1)
        alone = np.mean(
            [one @ other.T >= point.threshold for one in left.frames for other in right.frames],
            axis=0,
        )
        fused = left.fused @ right.fused.T >= point.threshold
        told[fmr] = _rates(*(left.shares @ each @ right.shares.T for each in (alone, fused)))
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


_CARD: Final = find_pack("dlib")
_MODEL: Final = pack_digest(_CARD)


if __name__ == "__main__":
    main()
