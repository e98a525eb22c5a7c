"""Chips -> vectors, by an ONNX graph that the pack's manifest says how to feed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from visavis.errors import ModelCorrupt
from visavis.models import ChannelOrder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.models import Embedder, PictureGraph

__all__ = ["ChipGraph"]


@dataclass(frozen=True, slots=True)
class ChipGraph:
    """An embedding network of a person's own pack.

    Attributes:
        graph: runs it.
        settings: what the manifest says of its input and output.
    """

    graph: PictureGraph
    settings: Embedder

    def __post_init__(self) -> None:
        width, height = self.settings.input_size
        if self.graph.width not in (width, None) or self.graph.height not in (height, None):
            raise ModelCorrupt(
                f"{self.graph.file} takes pictures of {self.graph.width or 'any'} x "
                f"{self.graph.height or 'any'} pixels; the manifest says {width} x {height}"
            )

    def __call__(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Runs the network: one chip after the other where it takes one at a time.

        Args:
            chips: uint8 [n, height, width, 3], RGB, n > 0.

        Returns:
            float32 [n, d], finite.

        Raises:
            ModelCorrupt: the graph fails, or gives something else.
        """
        pictures = self._prepare(chips)
        step = self.graph.batch or len(pictures)
        starts = range(0, len(pictures), step)
        return np.concatenate([self._run(pictures[start : start + step]) for start in starts])

    def _prepare(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        settings = self.settings
        ordered = chips[..., ::-1] if settings.channel_order is ChannelOrder.BGR else chips
        pictures = ordered.astype(np.float32)
        pictures -= np.array(settings.mean, np.float32)
        pictures *= np.array(settings.scale, np.float32)
        return np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))

    def _run(self, pictures: NDArray[np.float32]) -> NDArray[np.float32]:
        vectors, *others = self.graph.run(pictures)
        if others:
            raise ModelCorrupt(f"{self.graph.file} has {1 + len(others)} outputs, not one")
        expected = (len(pictures), self.settings.output_dimension)
        if vectors.shape != expected:
            given, wanted = (" x ".join(map(str, shape)) for shape in (vectors.shape, expected))
            raise ModelCorrupt(
                f"{self.graph.file} gives {given} numbers for {len(pictures)} chips; by the "
                f"manifest they are {wanted}"
            )
        return vectors
