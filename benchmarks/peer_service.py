"""visavis's own service, with `face_recognition` looking at the pictures: the peer of `service`.

HTTP, credentials, store, log and receipts are the same; find, align and embed are the peer's
(HOG detector, five points, the same network's weights). To be run by a Python that has both:
`python -m benchmarks.peer_service serve --port 0 --home HOME`.
"""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING

import face_recognition

from visavis.cli import main
from visavis.errors import FaceNone
from visavis.face import Embedding
from visavis.verifier import Verifier
from visavis.verifier._chain import Chain
from visavis.verifier._sample import frames_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visavis.imaging import Image
    from visavis.quality import GateSet
    from visavis.settings import Settings
    from visavis.verifier import Sample


class _PeersChain(Chain):
    def _embed(
        self,
        samples: Sequence[Image | Sample],
        side: str,
        *,
        mirror: bool,
        crops: int,
        gates: GateSet,
    ) -> list[Embedding]:
        del side, mirror, crops, gates
        return [self._look(frame) for sample in samples for frame in frames_of(sample)]

    def _look(self, image: Image) -> Embedding:
        boxes = face_recognition.face_locations(image.pixels)
        if not boxes:
            raise FaceNone("no face was found")
        (vector, *_) = face_recognition.face_encodings(image.pixels, boxes, model="small")
        return Embedding.of(vector, model=self.extractor.model)


def _load(chosen: Settings) -> Verifier:
    del chosen
    verifier = Verifier.default()
    ours = verifier._chain  # noqa: SLF001 - here is what the two differ in
    known = {one.name: getattr(ours, one.name) for one in dataclasses.fields(Chain)}
    verifier._chain = _PeersChain(**known)  # noqa: SLF001
    return verifier


if __name__ == "__main__":
    import visavis.cli.serve  # noqa: F401 - so that it is there to be changed

    sys.modules["visavis.cli.serve"].loaded_verifier = _load  # type: ignore[attr-defined]
    main()
