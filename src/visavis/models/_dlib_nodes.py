"""dlib's layers as nodes of an ONNX graph, the affine ones folded into the convolutions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from visavis.errors import ModelCorrupt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from visavis.models._dlib_network import Layer
    from visavis.models._graph import Graph

__all__ = ["Convolution", "convolve", "expect", "read_convolution", "relu"]


@dataclass(frozen=True, slots=True)
class Convolution:
    """A convolution with the affine layer behind it folded in.

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


def expect(rest: Iterator[Layer], kind: str) -> Layer:
    """The next layer, which must be of this kind."""
    layer = next(rest)
    if layer.kind != kind:
        raise ModelCorrupt(f"dlib file has a layer {layer.kind!r} where {kind!r} should be")
    return layer


def read_convolution(
    rest: Iterator[Layer], *, stride: int, padding: int, scale: float = 1.0
) -> Convolution:
    """The next two layers, a convolution and an affine one, for an input times `scale`."""
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


def convolve(graph: Graph, value: str, convolution: Convolution) -> str:
    """A convolution as a node."""
    kernel, bias = graph.constant(convolution.kernel), graph.constant(convolution.bias)
    return graph.add("Conv", value, kernel, bias, **convolution.attributes)


def relu(graph: Graph, rest: Iterator[Layer], value: str) -> str:
    """The next layer, a ReLU, as a node."""
    expect(rest, "relu")
    return graph.add("Relu", value)
