"""The use cases that keep nothing: comparing samples with samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visavis.comparison import Decision, decide, operating_point
from visavis.errors import Error, InputInvalid
from visavis.face import Extractor
from visavis.models import find_pack, pack_digest
from visavis.verifier._gates import EYES_TO_COMPARE, require_eye_distance

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal
    from pathlib import Path
    from typing import Self

    from visavis.face import Embedding
    from visavis.imaging import Image
    from visavis.models import Manifest

__all__ = ["DEFAULT_FMR", "MAX_SAMPLES", "Verifier"]

DEFAULT_FMR = "1e-4"
"""NIST SP 800-63A-4 and 63B-4 ask for a false match rate of 1:10,000 or better."""

MAX_SAMPLES = 5
"""On each side. More say little that is new, and no threshold is calibrated for them."""


class Verifier:
    """Answers one question: do these samples show the person whom those show?

    A verifier may be shared by threads.

    >>> from visavis import Image, Verifier
    >>> verifier = Verifier.default()  # doctest: +SKIP
    >>> decision = verifier.compare(
    ...     references=[Image.open("passport.jpg")], probes=[Image.open("selfie.jpg")]
    ... )  # doctest: +SKIP
    >>> decision.outcome  # doctest: +SKIP
    <Outcome.MATCH: 'match'>
    """

    def __init__(self, *, extractor: Extractor, pack: Manifest) -> None:
        if extractor.model != pack_digest(pack):
            raise InputInvalid("the operating points of this pack are not for this extractor")
        self._extractor = extractor
        self._pack = pack

    @classmethod
    def default(cls) -> Self:
        """A verifier with the default model pack, ``dlib``, on one thread of the CPU.

        The first call on a machine converts the weights, which takes about ten seconds.

        Raises:
            ModelMissing: the packages that carry the weights are not installed.
            ModelDigestMismatch: they are not the files that visavis knows.
        """
        return cls.of_pack(find_pack("dlib"))

    @classmethod
    def of_pack(
        cls, pack: Manifest, *, home: Path | None = None, cache: Path | None = None
    ) -> Self:
        """A verifier with another model pack.

        Args:
            pack: which.
            home: visavis's data folder, with the pack's files; the platform's own by default.
            cache: the folder of converted models; the platform's own by default.

        Raises:
            Error: as `default`; ``model.corrupt`` where the pack's files cannot be used.
        """
        return cls(extractor=Extractor.load(pack, home=home, cache=cache), pack=pack)

    def compare(
        self,
        *,
        references: Sequence[Image],
        probes: Sequence[Image],
        fmr: str | Decimal = DEFAULT_FMR,
    ) -> Decision:
        """Compares samples of one person with samples of another or the same. Nothing is kept.

        Several samples on a side are fused; two or three different ones err far less than one.

        Args:
            references: 1 to 5 pictures of the person in question, such as a document's portrait.
            probes: 1 to 5 pictures of the person who is here.
            fmr: the false match rate wanted. There must be an operating point for it and for these
                counts of samples; none is interpolated.

        Returns:
            The decision. A non-match is a decision like another, not an error.

        Raises:
            InputInvalid: too few or too many samples.
            OperatingPointAbsent: the pack's card has no such operating point.
            FaceNone: in a picture there is no face.
            FaceSeveral: in a picture there are several faces, none of them dominant.
            FaceTooSmall: in a picture the eyes are less than 40 pixels apart.

            An error about one picture names it in ``input``: ``probes[0]``.
        """
        for samples in (references, probes):
            if not 1 <= len(samples) <= MAX_SAMPLES:
                raise InputInvalid(f"each side takes 1 to {MAX_SAMPLES} samples")
        point = operating_point(
            self._pack.cells, fmr=fmr, reference_samples=len(references), probe_samples=len(probes)
        )
        settings = self._pack.embedder
        return decide(
            self._embeddings(references, "references", mirror=settings.flip_at_enrolment),
            self._embeddings(probes, "probes", mirror=settings.flip_at_verification),
            point=point,
        )

    def _embeddings(self, images: Sequence[Image], side: str, *, mirror: bool) -> list[Embedding]:
        faces = []
        for position, image in enumerate(images):
            try:
                face = self._extractor.find(image)
                require_eye_distance(face, at_least=EYES_TO_COMPARE)
            except Error as error:
                error.input = f"{side}[{position}]"
                raise
            faces.append(face)
        return self._extractor.embed(faces, mirror=mirror)
