"""One picture -> one sample, with a model pack."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from visavis.errors import Error, FaceSeveral
from visavis.evaluation.protocols._sample import Sample
from visavis.face import Extractor
from visavis.imaging import Image
from visavis.imaging.pnm import read_pnm
from visavis.models import embedding_digest, find_pack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from visavis.face import Face
    from visavis.models import DetectorKind

    Gate = Callable[[Face], None]
    """Raises an `Error` where a face is not good enough. A function of a module, or a partial."""

__all__ = ["Acquisition"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquisition:
    """How pictures become embeddings. It travels to worker processes, which load the pack once.

    Attributes:
        pack: name of the model pack.
        home: visavis's data folder; None for the platform's own.
        detector: one of the pack's; None for the first.
        central: take the face at the centre of a picture, as LFW means it, and not the largest;
            see docs/decisions/0006.
        gate: what a face must satisfy in use beside being the only one; None for nothing.
    """

    pack: str
    home: Path | None = None
    detector: DetectorKind | None = None
    central: bool = False
    gate: Gate | None = None

    @property
    def model(self) -> str:
        """Digest of the pack.

        Raises:
            ModelUnknown: there is no such pack.
            ModelMissing: a file of it is not installed.
        """
        return _extractor(self).model

    @property
    def settings(self) -> str:
        """Everything that decides what comes out, as text. Thresholds do not.

        Raises:
            ModelUnknown: there is no such pack.
        """
        model = embedding_digest(find_pack(self.pack, home=self.home))
        return f"{model} {self.detector or '-'} {'central' if self.central else 'largest'}"

    def __call__(self, path: Path) -> Sample:
        """Take the picture at `path`."""
        role = find_pack(self.pack, home=self.home).embedder
        extractor = _extractor(self)
        probes = (role.flip_at_verification, role.crops_at_verification)
        references = (role.flip_at_enrolment, role.crops_at_enrolment)
        try:
            image = _read(path)
            face, gate = self._find(extractor, image)
            vectors = [
                extractor.embed([face], mirror=mirror, crops=crops)[0].vector
                for mirror, crops in dict.fromkeys([probes, references])
            ]
        except Error as error:
            return Sample(vector=None, failure=error.code, gate=error.code)
        reference = vectors[1] if len(vectors) > 1 else None
        return Sample(vector=vectors[0], failure="", gate=gate, reference=reference)

    def _find(self, extractor: Extractor, image: Image) -> tuple[Face, str]:
        """The face that is meant, and the code of the gate that refuses it, if one does."""
        refused = ""
        face: Face | None = None
        try:
            face = extractor.find(image)
            if self.gate is not None:
                self.gate(face)
        except Error as error:
            refused = error.code
            if face is None and not (self.central or isinstance(error, FaceSeveral)):
                raise
        if self.central and (face is None or not _is_central(face)):
            face = extractor.find_central(image)
        elif face is None:
            face = extractor.find_dominant(image)
        return face, refused


def _read(path: Path) -> Image:
    if path.suffix.lower() in (".pgm", ".ppm"):
        return read_pnm(path.read_bytes())
    return Image.open(path)


def _is_central(face: Face) -> bool:
    """Whether the box of the largest face holds the centre: then it is the central one as well."""
    height, width, _ = face.picture.shape
    box = face.detection
    return bool(box.left <= width / 2 <= box.right and box.top <= height / 2 <= box.bottom)


@cache
def _loaded(pack: str, home: Path | None, detector: DetectorKind | None) -> Extractor:
    return Extractor.load(find_pack(pack, home=home), detector=detector, home=home)


def _extractor(how: Acquisition) -> Extractor:
    return _loaded(how.pack, how.home, how.detector)
