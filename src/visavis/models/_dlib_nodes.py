"""dlib's layers as nodes of an ONNX graph, the affine ones folded into the convolutions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from visavis.errors import ModelCorrupt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from visavis.models._dlib_network import Layer
    from visavis.models._graph import Graph

__all__ = ["convolve", "expect", "relu"]


def expect(rest: Iterator[Layer], kind: str) -> Layer:
    """The next layer, which must be of this kind."""
    layer = next(rest)
    if layer.kind != kind:
        raise ModelCorrupt(f"dlib file has a layer {layer.kind!r} where {kind!r} should be")
    return layer


def relu(graph: Graph, rest: Iterator[Layer], value: str) -> str:
    """The next layer, a ReLU, as a node."""
    expect(rest, "relu")
    return graph.add("Relu", value)


def convolve(
    graph: Graph,
    rest: Iterator[Layer],
    value: str,
    *,
    stride: int,
    padding: int,
    scale: float = 1.0,
) -> str:
    """A convolution with the affine layer behind it folded in, of `value` times `scale`."""
    convolution, affine = expect(rest, "con"), expect(rest, "affine")
    kernel, bias = convolution.weights["kernel"], convolution.weights["bias"]
    gain, offset = affine.weights["gain"], affine.weights["offset"]
    if convolution.window[2:] != (stride, stride, padding, padding) or gain.shape != bias.shape:
        raise ModelCorrupt("dlib file holds a convolution of another shape")
    return graph.add(
        "Conv",
        value,
        graph.constant(kernel * (gain * np.float32(scale))[:, None, None, None]),
        graph.constant(bias * gain + offset),
        kernel_shape=list(kernel.shape[2:]),
        strides=[stride, stride],
        pads=[padding] * 4,
    )
