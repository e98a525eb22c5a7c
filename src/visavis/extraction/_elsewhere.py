"""A `Chain` whose pictures are looked at in processes of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from visavis.errors import InputInvalid
from visavis.extraction._gates import VERIFY_GATES
from visavis.extraction._message import Message
from visavis.extraction._sample import frames_of
from visavis.extraction._tasks import (
    gates_name,
    read_box,
    read_embeddings,
    read_observation,
)
from visavis.models import embedding_digest, pack_digest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from visavis.extraction._chain import Box
    from visavis.extraction._processes import Processes
    from visavis.extraction._sample import Picture, Sample
    from visavis.face import Embedding
    from visavis.liveness import Observation
    from visavis.models import Manifest
    from visavis.quality import GateSet

__all__ = ["ChainElsewhere"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainElsewhere:
    """A `Chain` of processes. A picture is the content of its file.

    Attributes:
        pack: the model pack.
        embedding: digest of what determines its embeddings, 32 bytes.
    """

    pack: Manifest
    embedding: bytes
    _model: str = field(repr=False)
    _processes: Processes = field(repr=False)

    @classmethod
    def of(cls, processes: Processes) -> Self:
        """Have these do it."""
        return cls(
            pack=processes.pack,
            embedding=bytes.fromhex(embedding_digest(processes.pack)),
            _model=pack_digest(processes.pack),
            _processes=processes,
        )

    def references(
        self, samples: Sequence[Picture | Sample], side: str, *, gates: GateSet = VERIFY_GATES
    ) -> list[Embedding]:
        """As `Chain.references`."""
        return self._embed(samples, call="references", side=side, gates=gates_name(gates))

    def probes(self, samples: Sequence[Picture | Sample], side: str) -> list[Embedding]:
        """As `Chain.probes`."""
        return self._embed(samples, call="probes", side=side)

    def placed(self, picture: bytes, *, gates: GateSet) -> Box:
        """As `Chain.placed`."""
        return self._processes.ask(
            Message({"call": "placed", "gates": gates_name(gates)}, [picture]), read_box
        )

    def observed(self, picture: bytes, *, time: float) -> tuple[Observation, Box] | None:
        """As `Chain.observed`."""
        return self._processes.ask(
            Message({"call": "observed", "time": time}, [picture]),
            lambda answered: read_observation(answered, time=time),
        )

    def frames(self, pictures: Sequence[bytes]) -> list[Embedding]:
        """As `Chain.frames`."""
        return self._embeddings(Message({"call": "frames"}, pictures), len(pictures))

    def _embed(self, samples: Sequence[Picture | Sample], **head: Any) -> list[Embedding]:  # noqa: ANN401 - of JSON
        frames = [frames_of(sample) for sample in samples]
        pictures = [_content(one) for each in frames for one in each]
        asked = Message({**head, "frames": [len(each) for each in frames]}, pictures)
        return self._embeddings(asked, len(samples))

    def _embeddings(self, asked: Message, count: int) -> list[Embedding]:
        dimension = self.pack.embedder.output_dimension
        return self._processes.ask(
            asked,
            lambda answered: read_embeddings(
                answered, count=count, dimension=dimension, model=self._model
            ),
        )


def _content(picture: Picture) -> bytes:
    if isinstance(picture, bytes):
        return picture
    raise InputInvalid("processes that look at pictures take the contents of their files")
