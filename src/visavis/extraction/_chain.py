"""From pictures to embeddings: how many, how different, how large the faces in them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations, islice, product
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np

from visavis.comparison import fuse_capture, operating_point
from visavis.errors import Error, InputInvalid
from visavis.extraction._gates import VERIFY_GATES
from visavis.extraction._sample import frames_of
from visavis.face import Extractor, only
from visavis.imaging import Image
from visavis.liveness import observe
from visavis.models import embedding_digest, pack_digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from visavis.extraction._sample import Picture, Sample
    from visavis.face import Detection, Embedding, Face
    from visavis.liveness import Observation
    from visavis.models import Manifest
    from visavis.quality import GateSet

__all__ = ["Box", "Chain", "LocalChain"]

Box = tuple[float, float, float, float]
"""Left, top, width and height of a face as shares of its picture."""

_AGREEMENT_FMR = "1e-4"
"""Of the point for one sample each by which frames of one capture agree, as samples to enrol do."""


class Chain(Protocol):
    """What makes embeddings of pictures: a pack at work. It may be shared by threads."""

    @property
    def pack(self) -> Manifest:
        """The model pack; its cells say how embeddings are compared."""

    @property
    def embedding(self) -> bytes:
        """Digest of what determines its embeddings, 32 bytes."""

    def references(
        self, samples: Sequence[Picture | Sample], side: str, *, gates: GateSet = VERIFY_GATES
    ) -> list[Embedding]:
        """Embeddings to be kept or compared with, one a sample, of pictures that pass the gates.

        Raises:
            InputInvalid: a picture is given in two samples; ``input`` names the later one.
            Error: ``image.*``, ``face.*``, ``quality.*``, ``sample.*``; ``input`` names the sample.
        """

    def probes(self, samples: Sequence[Picture | Sample], side: str) -> list[Embedding]:
        """Embeddings to be compared, one a sample.

        Raises:
            Error: as `references`.
        """

    def placed(self, picture: bytes, *, gates: GateSet) -> Box:
        """Where the face of a picture is, if it passes the gates.

        Raises:
            Error: ``image.*``, ``face.*``, ``quality.*``.
        """

    def observed(self, picture: bytes, *, time: float) -> tuple[Observation, Box] | None:
        """What liveness measures in a frame taken at that time; None without five landmarks.

        Raises:
            Error: ``image.*``, ``face.*``.
        """

    def frames(self, pictures: Sequence[bytes]) -> list[Embedding]:
        """Embeddings of a camera's frames, which stand upright, without gates.

        Raises:
            Error: ``image.*``, ``face.*``.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalChain:
    """A `Chain` in this process.

    Attributes:
        extractor: of the pack.
        pack: the model pack.
        embedding: digest of what determines its embeddings, 32 bytes.
    """

    extractor: Extractor
    pack: Manifest
    embedding: bytes

    @classmethod
    def of(cls, extractor: Extractor, pack: Manifest) -> Self:
        """Put it together.

        Raises:
            InputInvalid: the extractor is of another pack.
        """
        if extractor.model != pack_digest(pack):
            raise InputInvalid("the operating points of this pack are not for this extractor")
        embedding = bytes.fromhex(embedding_digest(pack))
        return cls(extractor=extractor, pack=pack, embedding=embedding)

    def references(
        self, samples: Sequence[Picture | Sample], side: str, *, gates: GateSet = VERIFY_GATES
    ) -> list[Embedding]:
        """As `Chain.references`."""
        embedder = self.pack.embedder
        return self._embed(
            samples,
            side,
            mirror=embedder.flip_at_enrolment,
            crops=embedder.crops_at_enrolment,
            gates=gates,
        )

    def probes(self, samples: Sequence[Picture | Sample], side: str) -> list[Embedding]:
        """As `Chain.probes`."""
        embedder = self.pack.embedder
        return self._embed(
            samples,
            side,
            mirror=embedder.flip_at_verification,
            crops=embedder.crops_at_verification,
            gates=VERIFY_GATES,
        )

    def placed(self, picture: bytes, *, gates: GateSet) -> Box:
        """As `Chain.placed`."""
        image = Image.from_bytes(picture)
        face = self.extractor.find(image)
        gates.require(face)
        return _box(face.detection, image)

    def observed(self, picture: bytes, *, time: float) -> tuple[Observation, Box] | None:
        """As `Chain.observed`."""
        image = Image.from_bytes(picture)
        detection = only(self.extractor.detect_upright(image))
        if detection.landmarks is None:
            return None
        points = detection.landmarks.astype(np.float64)
        return observe(image.pixels, points, time=time), _box(detection, image)

    def frames(self, pictures: Sequence[bytes]) -> list[Embedding]:
        """As `Chain.frames`."""
        faces = [self.extractor.find_upright(Image.from_bytes(one)) for one in pictures]
        return self.extractor.embed(faces, mirror=self.pack.embedder.flip_at_verification)

    def _embed(
        self,
        samples: Sequence[Picture | Sample],
        side: str,
        *,
        mirror: bool,
        crops: int,
        gates: GateSet,
    ) -> list[Embedding]:
        opened, captures = [], []
        for position, sample in enumerate(samples):
            with _naming(side, position):
                opened.append([_open(frame) for frame in frames_of(sample)])
        _require_different(opened, side)
        for position, frames in enumerate(opened):
            with _naming(side, position):
                captures.append(self._usable(frames, gates))
        faces = [face for capture in captures for face in capture]
        embeddings = iter(self.extractor.embed(faces, mirror=mirror, crops=crops))
        fused = []
        for position, capture in enumerate(captures):
            with _naming(side, position):
                fused.append(self._fuse(list(islice(embeddings, len(capture)))))
        return fused

    def _usable(self, frames: Sequence[Image], gates: GateSet) -> list[Face]:
        """The faces of those frames that pass the gates; where none does, the first one's error."""
        faces, errors = [], []
        for frame in frames:
            try:
                face = self.extractor.find(frame)
                gates.require(face)
            except Error as error:
                errors.append(error)
            else:
                faces.append(face)
        if not faces:
            raise errors[0]
        return faces

    def _fuse(self, frames: Sequence[Embedding]) -> Embedding:
        if len(frames) == 1:  # no point is needed, and a card may have none
            return frames[0]
        point = operating_point(
            self.pack.cells, fmr=_AGREEMENT_FMR, reference_samples=1, probe_samples=1
        )
        return fuse_capture(frames, point=point)


def _open(picture: Picture) -> Image:
    return picture if isinstance(picture, Image) else Image.from_bytes(picture)


def _require_different(samples: Sequence[Sequence[Image]], side: str) -> None:
    """A picture twice counts as two samples and says no more than one.

    The operating point for two would promise what it cannot keep.
    """
    for (_, first), (position, second) in combinations(enumerate(samples), 2):
        if any(np.array_equal(a.pixels, b.pixels) for a, b in product(first, second)):
            error = InputInvalid("the same picture twice is one sample")
            error.input = f"{side}[{position}]"
            raise error


def _box(detection: Detection, image: Image) -> Box:
    return (
        detection.left / image.width,
        detection.top / image.height,
        (detection.right - detection.left) / image.width,
        (detection.bottom - detection.top) / image.height,
    )


@contextmanager
def _naming(side: str, position: int) -> Iterator[None]:
    """An error about a sample says which."""
    try:
        yield
    except Error as error:
        error.input = f"{side}[{position}]"
        raise
