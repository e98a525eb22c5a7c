"""visavis's own service, with `face_recognition` looking at the pictures: the peer of `service`.

HTTP, credentials, store, log and receipts are the same; find, align and embed are the peer's
(HOG detector, five points, the same network's weights). To be run by a Python that has both:
`python -m benchmarks.peer_service serve --port 0 --home HOME`.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import face_recognition

import visavis.service
from visavis.cli import main
from visavis.errors import FaceNone
from visavis.extraction import LocalChain, frames_of
from visavis.face import Embedding, Extractor
from visavis.imaging import Image
from visavis.models import find_pack
from visavis.verifier import Verifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from visavis.extraction import Picture, Sample
    from visavis.quality import GateSet
    from visavis.settings import Settings


class _PeersChain(LocalChain):
    def _embed(
        self,
        samples: Sequence[Picture | Sample],
        side: str,
        *,
        mirror: bool,
        crops: int,
        gates: GateSet,
    ) -> list[Embedding]:
        del side, mirror, crops, gates
        return [self._look(frame) for sample in samples for frame in frames_of(sample)]

    def _look(self, picture: Picture) -> Embedding:
        image = picture if isinstance(picture, Image) else Image.from_bytes(picture)
        boxes = face_recognition.face_locations(image.pixels)
        if not boxes:
            raise FaceNone("no face was found")
        (vector, *_) = face_recognition.face_encodings(image.pixels, boxes, model="small")
        return Embedding.of(vector, model=self.extractor.model)


@contextlib.contextmanager
def _verifier_of(settings: Settings) -> Iterator[Verifier]:
    del settings
    pack = find_pack("dlib")
    yield Verifier(_PeersChain.of(Extractor.load(pack), pack))


if __name__ == "__main__":
    visavis.service.verifier_of = _verifier_of
    main()
