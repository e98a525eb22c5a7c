"""One photograph embedded from several crops of its face: moved, turned, scaled, found otherwise.

Each crop is what the embedder would have seen had the landmarks been a little elsewhere.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from visavis.errors import Error
from visavis.evaluation.protocols._acquire import Acquisition, _extractor, _read
from visavis.evaluation.protocols._sample import Sample
from visavis.face._alignment import Similarity
from visavis.face._chip import extract_chip
from visavis.face._templates import template

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from visavis.face import Extractor, Face
    from visavis.face._detection import Detection

    _Jitters: TypeAlias = list[tuple[complex, complex]]
    """Each a factor (turn and scale) and a shift in sides of the chip."""

__all__ = ["CROPS", "CropAcquisition"]

_SMALL: Final = (0.02, 0.03, 3.0)
"""Most of a jitter: shift in sides of the chip, scale, degrees. This is about what ``jitter_image``
of dlib's face recognition example does."""
_LARGE: Final = (0.04, 0.06, 6.0)
_PADDINGS: Final = {"padding 0.20": 1.4 / 1.5, "padding 0.30": 1.6 / 1.5}
"""By how much more or less of the picture the chip shows than with dlib's padding of 0.25."""
_STARTS: Final = ((0.05, 0, 0), (-0.05, 0, 0), (0, 0.05, 0), (0, -0.05, 0), (0, 0, 0.04))
"""Boxes that landmarks start from beside the detector's: right, down, wider, in its sides."""


def _pairs(count: int, most: tuple[float, float, float], seed: int) -> _Jitters:
    """Jitters and their opposites, so that their mean is no jitter."""
    found: _Jitters = []
    for row in np.random.default_rng(seed).uniform(-1, 1, (count, 4)):
        for sign in (1, -1):
            across, down, scale, turn = (
                sign * row * [most[0], most[0], most[1], np.deg2rad(most[2])]
            )
            found.append(((1 + scale) * np.exp(1j * turn), complex(across, down)))
    return found


_JITTERS: Final[dict[str, _Jitters]] = {
    "as shipped": [(1 + 0j, 0j)],
    "small": _pairs(3, _SMALL, 1),
    "large": _pairs(2, _LARGE, 2),
    **{name: [(scale + 0j, 0j)] for name, scale in _PADDINGS.items()},
}

CROPS: Final = (
    *(name for name, jitters in _JITTERS.items() for _ in jitters),
    "landmarks of six starts",
)
"""What the crops of a row are, in their order."""


class CropAcquisition(Acquisition):
    """A row of sums, one for each of `CROPS`: the embeddings of the chip and its mirror image."""

    __slots__ = ()

    @property
    def settings(self) -> str:
        """As of any acquisition, and which crops."""
        return f"{Acquisition.settings.fget(self)} crops {CROPS} {_JITTERS} {_STARTS}"  # type: ignore[attr-defined]

    def __call__(self, path: Path) -> Sample:
        """Take the picture at `path`."""
        extractor = _extractor(self)
        try:
            face, _ = self._find(extractor, _read(path))
            chips = _chips(extractor, face)
            both = np.concatenate([chips, chips[:, :, ::-1]])
            raw = np.concatenate(
                [extractor.embedder.raw(both[i : i + 2]) for i in range(0, len(both), 2)]
            )
        except Error as error:
            return Sample(vector=None, failure=error.code, gate=error.code)
        units = raw / np.linalg.norm(raw, axis=1, keepdims=True)
        sums = units[: len(chips)] + units[len(chips) :]
        return Sample(vector=sums.ravel().astype(np.float32), failure="", gate="")


def _chips(extractor: Extractor, face: Face) -> NDArray[np.uint8]:
    form = template("dlib-150")
    placement = form.place(face.landmarks)
    chips = [
        _cut(face, _jittered(placement, *jitter, side=form.width))
        for jitters in _JITTERS.values()
        for jitter in jitters
    ]
    points = [extractor.landmarks(face.picture, box) for box in _starts(face)]
    chips.append(_cut(face, form.place(np.mean([face.landmarks, *points], axis=0))))
    return np.stack(chips)


def _cut(face: Face, placement: Similarity) -> NDArray[np.uint8]:
    return extract_chip(face.picture, placement, width=150, height=150)


def _jittered(placement: Similarity, factor: complex, shift: complex, *, side: int) -> Similarity:
    """The placement of a chip that is turned and scaled about its centre, then shifted."""
    centre = complex(side - 1, side - 1) / 2
    first = complex(placement.a, placement.b)
    whole = first * factor
    moved = first * (centre + shift * side - factor * centre) + complex(placement.tx, placement.ty)
    return Similarity(whole.real, whole.imag, moved.real, moved.imag)


def _starts(face: Face) -> list[Detection]:
    box = face.detection
    width, height = box.right - box.left, box.bottom - box.top
    return [
        replace(
            box,
            left=box.left + (x - wider) * width,
            right=box.right + (x + wider) * width,
            top=box.top + (y - wider) * height,
            bottom=box.bottom + (y + wider) * height,
        )
        for x, y, wider in _STARTS
    ]
