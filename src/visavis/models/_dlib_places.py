"""Residual blocks on small maps, written as matrix products.

A map is held as [n, places, channels], its places row by row. A convolution gathers the places that
each of its outputs sees, side by side, and multiplies them with one matrix. Its weights are so read
once for a whole batch, and taps that see nothing but the zeros around the map are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.models._dlib_convolution import Convolution
    from visavis.models._dlib_resnet_weights import Block
    from visavis.models._graph import Graph

__all__ = ["Places"]


@dataclass(frozen=True, slots=True)
class Places:
    """A square map in a graph: the name of its value [n, side * side, channels]."""

    graph: Graph
    value: str
    side: int
    channels: int

    @classmethod
    def of_map(cls, graph: Graph, value: str, *, side: int, channels: int) -> Places:
        """A value [n, channels, side, side]."""
        flat = _reshape(graph, value, (channels, side * side))
        return cls(graph, graph.add("Transpose", flat, perm=[0, 2, 1]), side, channels)

    def mean(self) -> str:
        """The mean over all places: [n, channels]."""
        return self.graph.add("ReduceMean", self.value, axes=[1], keepdims=0)

    def residual(self, block: Block) -> Places:
        """ReLU(second(ReLU(first(x))) + x), as `Block` says."""
        inner = self.convolve(block.first).relu().convolve(block.second)
        outer = self.halve() if block.halves else self
        inner = inner.grow(outer.side)
        value = outer.value
        if block.more_channels:
            counts = np.array([0, 0, 0, 0, 0, block.more_channels], np.int64)
            value = self.graph.add("Pad", value, self.graph.constant(counts))
        value = self.graph.add("Add", inner.value, value)
        return Places(self.graph, value, outer.side, inner.channels).relu()

    def relu(self) -> Places:
        """What is above zero."""
        value = self.graph.add("Relu", self.value)
        return Places(self.graph, value, self.side, self.channels)

    def convolve(self, convolution: Convolution) -> Places:
        """The convolution, as one matrix product."""
        taps = convolution.kernel.shape[2]
        side = (self.side + 2 * convolution.padding - taps) // convolution.stride + 1
        starts = np.arange(side) * convolution.stride - convolution.padding
        places = self._places(starts[:, None] + np.arange(taps))
        seen = (places >= 0).any(axis=0)
        kernel = convolution.kernel.transpose(2, 3, 1, 0)  # taps down, taps across, in, out
        matrix = kernel.reshape(taps * taps, self.channels, -1)[seen]
        width = matrix.shape[0] * self.channels
        value = _reshape(self.graph, self._gather(places[:, seen]), (width,))
        matrix_name = self.graph.constant(matrix.reshape(width, -1))
        value = self.graph.add("Gemm", value, matrix_name, self.graph.constant(convolution.bias))
        channels: int = matrix.shape[2]
        value = _reshape(self.graph, value, (side * side, channels))
        return Places(self.graph, value, side, channels)

    def halve(self) -> Places:
        """The mean of every 2 x 2 places; an odd row or column at the end is left out."""
        side = self.side // 2
        places = self._places(np.arange(side)[:, None] * 2 + np.arange(2))
        value = _reshape(
            self.graph, self._gather(places), (side * side, places.shape[1], self.channels)
        )
        value = self.graph.add("ReduceMean", value, axes=[2], keepdims=0)
        return Places(self.graph, value, side, self.channels)

    def grow(self, side: int) -> Places:
        """Zeros at the bottom and right, up to this side."""
        if side == self.side:
            return self
        value = self._gather(self._places(np.arange(side)[:, None]))
        return Places(self.graph, value, side, self.channels)

    def _places(self, lines: NDArray[np.intp]) -> NDArray[np.int64]:
        """Which places each output sees, [outputs, seen]; -1 beyond the edge.

        Args:
            lines: the rows that each row of outputs sees, [rows, seen rows]; likewise the columns.
        """
        inside = (lines >= 0) & (lines < self.side)
        rows, columns = lines[:, None, :, None], lines[None, :, None, :]
        both = inside[:, None, :, None] & inside[None, :, None, :]
        places = np.where(both, rows * self.side + columns, -1)
        return places.reshape(len(lines) ** 2, -1).astype(np.int64)

    def _gather(self, places: NDArray[np.int64]) -> str:
        """[n, places, channels], zeros where a place is -1."""
        value = self.value
        if (places < 0).any():
            counts = np.array([0, 0, 0, 0, 1, 0], np.int64)  # one more place, of zeros
            value = self.graph.add("Pad", value, self.graph.constant(counts))
            places = np.where(places < 0, self.side * self.side, places)
        return self.graph.add("Gather", value, self.graph.constant(places.ravel()), axis=1)


def _reshape(graph: Graph, value: str, sides: tuple[int, ...]) -> str:
    """A value as rows of these sides, whatever their number."""
    return graph.add("Reshape", value, graph.constant(np.array([-1, *sides], np.int64)))
