"""dlib's 29-layer face recognition network as an ONNX graph: chips -> descriptors.

Topology: dlib 20.0.1, ``examples/dnn_face_recognition_ex.cpp`` (``anet_type``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from visavis.errors import ModelCorrupt
from visavis.models._dlib_format import DlibReader
from visavis.models._dlib_network import Layer, read_layers
from visavis.models._graph import Graph

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["build_resnet"]

_MEAN = (122.782, 117.001, 104.298)  # subtracted from R, G, B; then divided by 256
_CHIP = 150
_FIRST_SIDE = 35  # of the feature map that the residual blocks begin with: 150 -> 72 -> 35
_CONVOLUTION = ("con", "affine")
_BLOCK = (*_CONVOLUTION, "relu", *_CONVOLUTION)
_SAME = ("tag", *_BLOCK, "add_prev", "relu")
_DOWN = ("tag", *_BLOCK, "tag", "skip", "avg_pool", "add_prev", "relu")
_STAGES = (_SAME * 3, _DOWN + _SAME * 3, _DOWN + _SAME * 2, _DOWN + _SAME * 2, _DOWN)
_TOPOLOGY = (
    *_CONVOLUTION,
    "relu",
    "max_pool",
    *(kind for stage in _STAGES for kind in stage),
    "avg_pool",
    "fc",
)
# Of each residual block: channels out, and whether it halves the map.
_WIDTHS = (32,) * 3 + (64,) * 4 + (128,) * 3 + (256,) * 4
_DOWNS = (False,) * 3 + (True, False, False, False) + (True, False, False) * 2 + (True,)


def build_resnet(data: bytes) -> bytes:
    """Turns ``dlib_face_recognition_resnet_model_v1.dat`` into a serialized ONNX model.

    The model takes ``chips``, uint8 [n, 150, 150, 3] RGB, and gives ``descriptors``,
    float32 [n, 128], as dlib does: not normalised, Euclidean norm about 1.4 to 1.6.

    Raises:
        ModelCorrupt: `data` is damaged or holds another network.
    """
    reader = DlibReader(data)
    reader.expect(1, "the loss layer's version")
    if reader.string() != "loss_metric_2":
        raise ModelCorrupt("dlib file holds a network with another loss layer")
    reader.floating()
    reader.floating()
    layers = read_layers(reader, _TOPOLOGY, input_name="input_rgb_image_sized")
    return _assemble(layers)


def _assemble(layers: list[Layer]) -> bytes:
    rest = iter(layers)
    graph = Graph("dlib-resnet")
    value = graph.input_pixels("chips", "n", _CHIP, _CHIP, mean=_MEAN)
    value = _convolve(graph, rest, value, stride=2, padding=0, scale=1 / 256)
    value = _relu(graph, rest, value)
    _expect(rest, "max_pool")
    value = graph.add("MaxPool", value, kernel_shape=[3, 3], strides=[2, 2])
    features = _Features(value, _WIDTHS[0], _FIRST_SIDE)
    for width, down in zip(_WIDTHS, _DOWNS, strict=True):
        features = _residual(graph, rest, features, width, down=down)
    _expect(rest, "avg_pool")
    value = graph.add("GlobalAveragePool", features.value)
    value = graph.add("Flatten", value, axis=1)
    matrix = _expect(rest, "fc").weights["matrix"]
    value = graph.add("MatMul", value, graph.constant(matrix))
    return graph.serialize(value, "descriptors", ("n", matrix.shape[1]))


def _expect(rest: Iterator[Layer], kind: str) -> Layer:
    layer = next(rest)
    if layer.kind != kind:
        raise ModelCorrupt(f"dlib file has a layer {layer.kind!r} where {kind!r} should be")
    return layer


def _relu(graph: Graph, rest: Iterator[Layer], value: str) -> str:
    _expect(rest, "relu")
    return graph.add("Relu", value)


def _convolve(
    graph: Graph,
    rest: Iterator[Layer],
    value: str,
    *,
    stride: int,
    padding: int,
    scale: float = 1.0,
) -> str:
    """A convolution with the affine layer behind it folded in."""
    convolution, affine = _expect(rest, "con"), _expect(rest, "affine")
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


@dataclass(frozen=True, slots=True)
class _Features:
    """A square feature map: its name in the graph, its channels and its side."""

    value: str
    channels: int
    side: int


def _residual(
    graph: Graph, rest: Iterator[Layer], features: _Features, width: int, *, down: bool
) -> _Features:
    """One residual block of `width` channels, which halves the map where it is a `down` block.

    dlib's ``add_prev`` pads the smaller operand with zeros, in channels and at the bottom and
    right: a block that halves gets (side - 3) // 2 + 1 from its convolution and side // 2 from
    the pool beside it, which differ where `side` is even.
    """
    stride, padding = (2, 0) if down else (1, 1)
    inner = _convolve(graph, rest, features.value, stride=stride, padding=padding)
    inner = _relu(graph, rest, inner)
    inner = _convolve(graph, rest, inner, stride=1, padding=1)
    outer, side = features.value, features.side
    if down:
        _expect(rest, "avg_pool")
        outer = graph.add("AveragePool", outer, kernel_shape=[2, 2], strides=[2, 2])
        inner_side, side = (side - 3) // 2 + 1, side // 2
        inner = graph.pad(inner, (0, 0, side - inner_side, side - inner_side))
    outer = graph.pad(outer, (0, width - features.channels, 0, 0))
    _expect(rest, "add_prev")
    value = _relu(graph, rest, graph.add("Add", inner, outer))
    return _Features(value, width, side)
