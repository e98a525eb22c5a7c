"""dlib's 29-layer face recognition network as an ONNX graph: chips -> descriptors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visavis.models._dlib_network import MEAN
from visavis.models._dlib_nodes import convolve
from visavis.models._dlib_resnet_weights import CHIP, read_resnet
from visavis.models._graph import Graph

if TYPE_CHECKING:
    from visavis.models._dlib_resnet_weights import Block

__all__ = ["build_resnet"]


def build_resnet(data: bytes) -> bytes:
    """Turns ``dlib_face_recognition_resnet_model_v1.dat`` into a serialized ONNX model.

    The model takes ``chips``, uint8 [n, 150, 150, 3] RGB, and gives ``descriptors``,
    float32 [n, 128], as dlib does: not normalised, Euclidean norm about 1.4 to 1.6.

    Raises:
        ModelCorrupt: `data` is damaged or holds another network.
    """
    resnet = read_resnet(data)
    graph = Graph("dlib-resnet")
    value = graph.input_pixels("chips", "n", CHIP, CHIP, mean=MEAN)
    value = graph.add("Relu", convolve(graph, value, resnet.stem))
    value = graph.add("MaxPool", value, kernel_shape=[3, 3], strides=[2, 2])
    for block in resnet.blocks:
        value = _residual(graph, value, block)
    value = graph.add("GlobalAveragePool", value)
    value = graph.add("Flatten", value, axis=1)
    value = graph.add("MatMul", value, graph.constant(resnet.matrix))
    return graph.serialize(value, "descriptors", ("n", resnet.matrix.shape[1]))


def _residual(graph: Graph, value: str, block: Block) -> str:
    inner = graph.add("Relu", convolve(graph, value, block.first))
    inner = convolve(graph, inner, block.second)
    outer = value
    if block.halves:
        outer = graph.add("AveragePool", outer, kernel_shape=[2, 2], strides=[2, 2])
    inner = graph.pad(inner, (0, 0, block.missing, block.missing))
    outer = graph.pad(outer, (0, block.more_channels, 0, 0))
    return graph.add("Relu", graph.add("Add", inner, outer))
