"""From pictures to embeddings: how many, how different, how large the faces in them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from visavis.errors import Error, InputInvalid, OperatingPointAbsent
from visavis.verifier._gates import VERIFY_GATES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from visavis.face import Embedding, Extractor
    from visavis.imaging import Image
    from visavis.models import Manifest
    from visavis.quality import GateSet

__all__ = ["MAX_SAMPLES", "Chain", "require_samples"]

MAX_SAMPLES = 5
"""On each side. More say little that is new, and no threshold is calibrated for them."""


def require_samples(images: Sequence[Image], side: str, *, at_least: int = 1) -> None:
    """Refuses too few or too many pictures, and a picture that is given twice.

    A picture twice counts as two samples and says no more than one: the operating point for two
    would promise what it cannot keep.

    Raises:
        InputInvalid: ``input`` names the later of two pictures that are the same.
    """
    if not at_least <= len(images) <= MAX_SAMPLES:
        raise InputInvalid(f"{side} are {at_least} to {MAX_SAMPLES} pictures")
    for (_, first), (position, second) in combinations(enumerate(images), 2):
        if np.array_equal(first.pixels, second.pixels):
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
        self, images: Sequence[Image], side: str, *, gates: GateSet = VERIFY_GATES
    ) -> list[Embedding]:
        """Embeddings to be kept or compared with, of pictures that pass the gates.

        Raises:
            Error: ``face.*``, ``quality.*``; ``input`` names the picture.
        """
        return self._embed(images, side, mirror=self.pack.embedder.flip_at_enrolment, gates=gates)

    def probes(self, images: Sequence[Image], side: str) -> list[Embedding]:
        """Embeddings to be compared.

        Raises:
            Error: ``face.*``, ``quality.*``; ``input`` names the picture.
        """
        mirror = self.pack.embedder.flip_at_verification
        return self._embed(images, side, mirror=mirror, gates=VERIFY_GATES)

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
        self, images: Sequence[Image], side: str, *, mirror: bool, gates: GateSet
    ) -> list[Embedding]:
        faces = []
        for position, image in enumerate(images):
            try:
                face = self.extractor.find(image)
                gates.require(face)
            except Error as error:
                error.input = f"{side}[{position}]"
                raise
            faces.append(face)
        return self.extractor.embed(faces, mirror=mirror)
