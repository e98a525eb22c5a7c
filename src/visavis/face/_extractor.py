"""Image -> Face -> Embedding, with one model pack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from visavis._stages import stage
from visavis.errors import FaceNone
from visavis.face._assembly import assemble
from visavis.face._chip import extract_chip
from visavis.face._crops import jittered, jitters
from visavis.face._dominant import central, dominant, only
from visavis.face._embedding import Embedding
from visavis.face._face import Face
from visavis.face._find import find_faces, find_upright, look_closely
from visavis.face._precision import Precision
from visavis.models import Provider

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Self

    from numpy.typing import NDArray

    from visavis.face._alignment import Similarity
    from visavis.face._assembly import Parts
    from visavis.face._detection import Detection
    from visavis.face._embedder import Embedder
    from visavis.face._find import Detector
    from visavis.imaging import Image
    from visavis.models import DetectorKind, Manifest

    _Look = Callable[[Detector, NDArray[np.uint8]], tuple[list[Detection], int]]
    _Choose = Callable[[Sequence[Detection], NDArray[np.uint8]], Detection]

__all__ = ["Extractor"]


class Extractor:
    """A model pack at work. It may be shared by threads."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @classmethod
    def load(
        cls,
        pack: Manifest,
        *,
        detector: DetectorKind | None = None,
        precision: Precision = Precision.FP32,
        provider: Provider = Provider.CPU,
        home: Path | None = None,
        cache: Path | None = None,
    ) -> Self:
        """Loads a pack: from the cache where it was loaded before, else converting its files.

        Args:
            pack: which.
            detector: one of the pack's; the first by default. The card was measured with that.
            precision: of the embedder. The card was measured with the default.
            provider: what runs the networks; the card was measured on the CPU.
            home: visavis's data folder; the platform's own by default.
            cache: the folder of converted models; the platform's own by default.

        Raises:
            ModelMissing: a file of the pack is not installed.
            ModelDigestMismatch: a file is not the one that the pack pins.
            ModelCorrupt: a file holds something else than its role needs.
            ModelUnavailable: ONNX Runtime does not have the provider here, or cannot use it.
            InputInvalid: the pack has no such detector, or its embedder not that precision.
        """
        parts = assemble(
            pack,
            detector=detector,
            precision=precision,
            provider=provider,
            home=home,
            cache=cache,
        )
        return cls(parts)

    def find(self, image: Image) -> Face:
        """The one face of a picture that somebody took of one person.

        Raises:
            FaceNone: there is none, in any of the four upright turns of the picture.
            FaceSeveral: a second one is at least half as large as the largest.
        """
        return self._find(image, lambda detections, _: only(detections))

    def find_dominant(self, image: Image) -> Face:
        """The largest face of a picture, whatever else it shows. For evaluation only.

        Raises:
            FaceNone: there is none.
        """
        return self._find(image, lambda detections, _: dominant(detections))

    def find_central(self, image: Image) -> Face:
        """The face at the centre of a picture, whatever else it shows.

        For evaluation on data sets whose pictures are centred on the person they are named after,
        such as LFW, where bystanders are often larger.

        Raises:
            FaceNone: there is none.
        """
        try:
            return self._find(image, central)
        except FaceNone:
            return self._find(image, central, look=look_closely)

    def find_upright(self, image: Image) -> Face:
        """The largest face of a picture that stands upright, as a camera's frames do.

        Raises:
            FaceNone: there is none.
        """
        return self._find(image, lambda detections, _: dominant(detections), look=find_upright)

    def embed(self, faces: Sequence[Face], *, mirror: bool, crops: int = 1) -> list[Embedding]:
        """Embeds faces, a batch at a time.

        Args:
            faces: any number.
            mirror: average each with its mirror image, at twice the cost.
            crops: average so many crops of each, at so many times the cost; see `jitters`.

        Raises:
            ModelCorrupt: the network's output is not finite.
        """
        if not faces:
            return []
        with stage("embed"):
            if crops == 1:
                chips = np.stack([face.chip for face in faces])
                vectors = self._parts.embedder.embed(chips, mirror=mirror)
            else:  # a face at a time: that is batch enough, and memory does not grow
                each = [self._average(face, mirror=mirror, crops=crops) for face in faces]
                vectors = np.stack(each)
        return [Embedding(vector, self._parts.model) for vector in vectors]

    def detect(self, image: Image) -> tuple[list[Detection], int]:
        """Every face of a picture, and by how many quarter turns the picture stands upright."""
        return find_faces(self._parts.detector, image.pixels)

    def detect_upright(self, image: Image) -> list[Detection]:
        """Every face of a picture that stands upright, as a camera's frames do."""
        detections, _ = find_upright(self._parts.detector, image.pixels)
        return detections

    def landmarks(self, picture: NDArray[np.uint8], detection: Detection) -> NDArray[np.float32]:
        """The five points that the template needs: float32 [5, 2], as `Face.landmarks`."""
        return self._parts.landmarks(picture, detection)

    def chip(self, picture: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> NDArray[np.uint8]:
        """The face as the embedder sees it: uint8 [height, width, 3]."""
        return self._cut(picture, self._parts.template.place(landmarks))

    @property
    def model(self) -> str:
        """Digest that its embeddings carry: of the pack, and of the precision if not the default.

        Embeddings and operating points of another model are not to be used with this one.
        """
        return self._parts.model

    @property
    def embedder(self) -> Embedder:
        """The network behind `embed`."""
        return self._parts.embedder

    def _average(self, face: Face, *, mirror: bool, crops: int) -> NDArray[np.float32]:
        template = self._parts.template
        placement = template.place(face.landmarks)
        others = [
            self._cut(face.picture, jittered(placement, jitter, template.width, template.height))
            for jitter in jitters(crops)
        ]
        chips = np.stack([face.chip, *others])
        if mirror:
            chips = np.concatenate([chips, chips[:, :, ::-1]])
        total = self._parts.embedder.embed(chips, mirror=False).sum(axis=0)
        direction: NDArray[np.float32] = total / np.linalg.norm(total)
        return direction

    def _cut(self, picture: NDArray[np.uint8], placement: Similarity) -> NDArray[np.uint8]:
        template = self._parts.template
        return extract_chip(
            picture,
            placement,
            width=template.width,
            height=template.height,
            halving_shift=template.halving_shift,
        )

    def _find(self, image: Image, choose: _Choose, *, look: _Look = find_faces) -> Face:
        with stage("detect"):
            detections, turns = look(self._parts.detector, image.pixels)
        picture = np.ascontiguousarray(np.rot90(image.pixels, turns))
        detection = choose(detections, picture)
        landmarks = self.landmarks(picture, detection)
        if image.reduction > 1 and self._parts.template.place(landmarks).scale < 1:
            # The chip would be enlarged, and the file has more pixels of this face: decode them.
            return self._find(image.full(), choose, look=look)
        left, right = self._parts.template.eyes(landmarks)
        return Face(
            detection=detection,
            landmarks=landmarks,
            eye_distance=float(np.linalg.norm(left - right)) * image.reduction,
            quarter_turns=turns,
            picture=picture,
            chip=self.chip(picture, landmarks),
        )
