"""A convolution of a dlib network, with the affine layer behind it folded in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from visavis.errors import ModelCorrupt
from visavis.models._dlib_network import expect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from visavis.models._dlib_network import Layer
    from visavis.models._graph import Graph

__all__ = ["Convolution", "read_convolution"]


@dataclass(frozen=True, slots=True)
class Convolution:
    """Kernel, bias and how they are applied.

    Attributes:
        kernel: float32 [channels out, channels in, height, width].
        bias: float32 [channels out].
        stride: along both axes.
        padding: zeros on each of the four sides.
    """

    kernel: NDArray[np.float32]
    bias: NDArray[np.float32]
    stride: int
    padding: int

    @property
    def attributes(self) -> dict[str, list[int]]:
        """Those of an ONNX ``Conv``."""
        return {
            "kernel_shape": list(self.kernel.shape[2:]),
            "strides": [self.stride] * 2,
            "pads": [self.padding] * 4,
        }

    def uncentred(self, mean: Sequence[float]) -> Convolution:
        """The convolution that gives for a picture what this one gives for it less `mean`.

        Only where nothing is padded: around the picture there would be `mean`, not zeros.
        """
        shift = np.einsum("oihw,i->o", self.kernel, mean, dtype=np.float64)
        return replace(self, bias=(self.bias - shift).astype(np.float32))

    def add_to(self, graph: Graph, value: str) -> str:
        """Apply it to a value of a graph, as a node."""
        kernel, bias = graph.constant(self.kernel), graph.constant(self.bias)
        return graph.add("Conv", value, kernel, bias, **self.attributes)


def read_convolution(
    rest: Iterator[Layer], *, stride: int, padding: int, scale: float = 1.0
) -> Convolution:
    """The next two layers, which must be a convolution and an affine layer.

    Args:
        rest: the layers to come.
        stride: that the convolution must have.
        padding: likewise.
        scale: what the convolution's input is to be multiplied by first.

    Raises:
        ModelCorrupt: the next layers are others.
    """
    convolution, affine = expect(rest, "con"), expect(rest, "affine")
    kernel, bias = convolution.weights["kernel"], convolution.weights["bias"]
    gain, offset = affine.weights["gain"], affine.weights["offset"]
    if convolution.window[2:] != (stride, stride, padding, padding) or gain.shape != bias.shape:
        raise ModelCorrupt("dlib file holds a convolution of another shape")
    return Convolution(
        kernel=kernel * (gain * np.float32(scale))[:, None, None, None],
        bias=bias * gain + offset,
        stride=stride,
        padding=padding,
    )
