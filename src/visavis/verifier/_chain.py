"""From pictures to embeddings: how many, how different, how large the faces in them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations, islice, product
from typing import TYPE_CHECKING

import numpy as np

from visavis.comparison import fuse_capture, operating_point
from visavis.errors import Error, InputInvalid, OperatingPointAbsent
from visavis.verifier._gates import VERIFY_GATES
from visavis.verifier._sample import frames_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from visavis.face import Embedding, Extractor, Face
    from visavis.imaging import Image
    from visavis.models import Manifest
    from visavis.quality import GateSet
    from visavis.verifier._sample import Sample

__all__ = ["MAX_SAMPLES", "Chain", "require_samples"]

MAX_SAMPLES = 5
"""On each side. More say little that is new, and no threshold is calibrated for them."""


_AGREEMENT_FMR = "1e-4"
"""Of the point for one sample each by which frames of one capture agree, as samples to enrol do."""


def require_samples(samples: Sequence[Image | Sample], side: str, *, at_least: int = 1) -> None:
    """Refuses too few or too many samples, and a picture that is given in two of them.

    A picture twice counts as two samples and says no more than one: the operating point for two
    would promise what it cannot keep.

    Raises:
        InputInvalid: ``input`` names the later of two pictures that are the same.
    """
    if not at_least <= len(samples) <= MAX_SAMPLES:
        raise InputInvalid(f"{side} are {at_least} to {MAX_SAMPLES} pictures")
    for (_, first), (position, second) in combinations(enumerate(map(frames_of, samples)), 2):
        if any(np.array_equal(a.pixels, b.pixels) for a, b in product(first, second)):
            error = InputInvalid("the same picture twice is one sample")
            error.input = f"{side}[{position}]"
            raise error


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """What makes embeddings of pictures, and knows how they are compared: a pack and its sessions.

    Attributes:
        extractor: of the pack.
        pack: the model pack.
        embedding: digest of what determines its embeddings, 32 bytes.
    """

    extractor: Extractor
    pack: Manifest
    embedding: bytes

    def references(
        self, samples: Sequence[Image | Sample], side: str, *, gates: GateSet = VERIFY_GATES
    ) -> list[Embedding]:
        """Embeddings to be kept or compared with, one a sample, of pictures that pass the gates.

        Raises:
            Error: ``face.*``, ``quality.*``, ``sample.*``; ``input`` names the sample.
        """
        embedder = self.pack.embedder
        return self._embed(
            samples,
            side,
            mirror=embedder.flip_at_enrolment,
            crops=embedder.crops_at_enrolment,
            gates=gates,
        )

    def probes(self, samples: Sequence[Image | Sample], side: str) -> list[Embedding]:
        """Embeddings to be compared, one a sample.

        Raises:
            Error: ``face.*``, ``quality.*``, ``sample.*``; ``input`` names the sample.
        """
        embedder = self.pack.embedder
        return self._embed(
            samples,
            side,
            mirror=embedder.flip_at_verification,
            crops=embedder.crops_at_verification,
            gates=VERIFY_GATES,
        )

    def require_point(self, *, fmr: Decimal, probe_samples: int) -> None:
        """Refuses early what no reference could be compared with.

        Raises:
            OperatingPointAbsent: the card has no point for so many probes.
        """
        if not any((c.fmr, c.probe_samples) == (fmr, probe_samples) for c in self.pack.cells):
            raise OperatingPointAbsent(
                f"the model card has no FMR {fmr:e} for {probe_samples} probe samples"
            )

    def _embed(
        self,
        samples: Sequence[Image | Sample],
        side: str,
        *,
        mirror: bool,
        crops: int,
        gates: GateSet,
    ) -> list[Embedding]:
        captures = []
        for position, sample in enumerate(samples):
            with _naming(side, position):
                captures.append(self._usable(frames_of(sample), gates))
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


@contextmanager
def _naming(side: str, position: int) -> Iterator[None]:
    """An error about a sample says which."""
    try:
        yield
    except Error as error:
        error.input = f"{side}[{position}]"
        raise
