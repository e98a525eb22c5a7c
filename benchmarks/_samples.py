"""Photographs as samples of several kinds: measured, or as the frames of a simulated capture.

What a photograph gives is one row of numbers, so that the encrypted run of an evaluation holds it
(docs/decisions/0011) and an interrupted measurement goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image as PillowImage

from benchmarks._machine import faces_folder
from visavis.errors import Error
from visavis.evaluation.protocols import PictureSet
from visavis.evaluation.protocols._acquire import Acquisition, _extractor, _read
from visavis.evaluation.protocols._sample import Sample
from visavis.imaging import Image
from visavis.models import find_pack
from visavis.quality import Component, assess

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from visavis.face import Face

__all__ = ["FRAMES", "MEASURES", "FrameAcquisition", "MeasuredAcquisition", "pictures_of"]

MEASURES: Final = ("norm", "sharpness", "eye distance", "yaw", "pitch")
"""Behind the embedding, in this order: of the network's own output; pixels; degrees."""

FRAMES: Final = 3
"""Of a simulated capture; their embeddings stand one behind the other."""

_LINEAR: Final = ((np.arange(256) / 255) ** 2.2).astype(np.float32)
_CODED: Final = np.rint(255 * (np.arange(4096) / 4095) ** (1 / 2.2)).astype(np.uint8)


class MeasuredAcquisition(Acquisition):
    """A row of the unit embedding, as at verification, and `MEASURES`."""

    __slots__ = ()

    @property
    def settings(self) -> str:
        """As of any acquisition, and that it measures."""
        return f"{Acquisition.settings.fget(self)} measured"  # type: ignore[attr-defined]

    def __call__(self, path: Path) -> Sample:
        """Take the picture at `path`."""
        try:
            face = self._face(_read(path))
            raw = _extractor(self).embedder.raw(np.stack([face.chip, face.chip[:, ::-1]]))
        except Error as error:
            return Sample(vector=None, failure=error.code, gate=error.code)
        norms = np.linalg.norm(raw, axis=1, keepdims=True)
        quality = assess(face).components
        measures = [
            norms.mean(),
            quality[Component.SHARPNESS].native,
            face.eye_distance,
            quality[Component.HEAD_POSE_YAW].native,
            quality[Component.HEAD_POSE_PITCH].native,
        ]
        row = np.concatenate([_unit((raw / norms).sum(axis=0)), measures]).astype(np.float32)
        return Sample(vector=row, failure="", gate="")

    def _face(self, image: Image) -> Face:
        face, _ = self._find(_extractor(self), image)
        return face


class FrameAcquisition(MeasuredAcquisition):
    """Rows of the unit embeddings of `FRAMES` simulated frames of one capture, for either side.

    Each is the photograph moved, turned and scaled a little, in a little other light, with photon
    noise, and coded again: what differs from frame to frame before a camera while nobody acts.
    """

    __slots__ = ()

    @property
    def settings(self) -> str:
        """As of any acquisition, and that it simulates."""
        return f"{Acquisition.settings.fget(self)} frames {FRAMES}"  # type: ignore[attr-defined]

    def __call__(self, path: Path) -> Sample:
        """Take the picture at `path`."""
        seed = int.from_bytes(hashlib.sha256(path.name.encode()).digest()[:8])
        rng = np.random.default_rng(seed)
        try:
            picture = _read(path).pixels
            faces = [self._face(_frame(picture, rng)) for _ in range(FRAMES)]
            role, embed = find_pack(self.pack).embedder, _extractor(self).embed
            probes = embed(
                faces, mirror=role.flip_at_verification, crops=role.crops_at_verification
            )
            references = embed(faces, mirror=role.flip_at_enrolment, crops=role.crops_at_enrolment)
        except Error as error:
            return Sample(vector=None, failure=error.code, gate=error.code)
        vector, reference = (
            np.concatenate([each.vector for each in side]) for side in (probes, references)
        )
        return Sample(vector=vector, failure="", gate="", reference=reference)


def pictures_of(
    name: str, pattern: str, *, take: Callable[[list[Path]], list[Path]] = list
) -> PictureSet:
    """A set of the shared photographs.

    Args:
        name: of the set, for the evidence.
        pattern: of its files, below the folder of shared photographs.
        take: those of one person's photographs that are wanted; where none is, nor is the person.
    """
    by_person: dict[Path, list[Path]] = {}
    for path in sorted(faces_folder().glob(pattern)):
        by_person.setdefault(path.parent, []).append(path)
    taken = [found for found in map(take, by_person.values()) if found]
    return PictureSet(
        name=name,
        paths=tuple(path for found in taken for path in found),
        person=np.repeat(np.arange(len(taken)), [len(found) for found in taken]).astype(np.int32),
    )


def _frame(picture: NDArray[np.uint8], rng: np.random.Generator) -> Image:
    height, width, _ = picture.shape
    angle, scale = np.deg2rad(rng.uniform(-3, 3)), rng.uniform(0.96, 1.04)
    cos, sin = np.cos(angle) / scale, np.sin(angle) / scale
    x, y = rng.uniform(-0.02, 0.02, 2) * width + np.array([width, height]) / 2
    matrix = (cos, sin, width / 2 - cos * x - sin * y, -sin, cos, height / 2 + sin * x - cos * y)
    moved = PillowImage.fromarray(picture).transform(
        (width, height), PillowImage.Transform.AFFINE, matrix, PillowImage.Resampling.BICUBIC
    )
    light = _LINEAR[np.asarray(moved)] * np.float32(rng.uniform(0.9, 1.1))
    noise = rng.standard_normal(light.shape, dtype=np.float32)
    light += np.sqrt(light * np.float32(1 / rng.uniform(2000, 9000))) * noise
    coded = _CODED[(np.clip(light, 0, 1) * (len(_CODED) - 1)).astype(np.uint16)]
    out = io.BytesIO()
    PillowImage.fromarray(coded).save(out, "JPEG", quality=int(rng.integers(60, 91)))
    return Image.from_bytes(out.getvalue())


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = vector / np.linalg.norm(vector)
    return unit
