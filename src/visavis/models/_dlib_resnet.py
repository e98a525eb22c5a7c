"""dlib's 29-layer face recognition network as an ONNX graph: chips -> descriptors.

Its last blocks have 256 channels on maps of at most 4 x 4: little to compute, but 17 MB of weights,
which ONNX Runtime's convolutions read once for every picture of a batch. There each convolution is
written as a matrix product over gathered places, which reads them once for all: a picture and its
mirror image take 9 % less time together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from visavis.models._dlib_network import MEAN
from visavis.models._dlib_places import Places
from visavis.models._dlib_resnet_weights import CHIP, FIRST_SIDE, read_resnet
from visavis.models._graph import Graph

if TYPE_CHECKING:
    from visavis.models._dlib_resnet_weights import Block

__all__ = ["build_resnet"]

_SMALL_MAP = 4
"""Side of the largest map whose convolutions are written as matrix products."""


def build_resnet(data: bytes) -> bytes:
    """Turns ``dlib_face_recognition_resnet_model_v1.dat`` into a serialized ONNX model.

    The model takes ``chips``, uint8 [n, 150, 150, 3] RGB, and gives ``descriptors``,
    float32 [n, 128], as dlib does: not normalised, Euclidean norm about 1.4 to 1.6.

    Raises:
        ModelCorrupt: `data` is damaged or holds another network.
    """
    resnet = read_resnet(data)
    graph = Graph("dlib-resnet")
    value = graph.input_pixels("chips", "n", CHIP, CHIP)
    value = graph.add("Relu", resnet.stem.uncentred(MEAN).add_to(graph, value))
    value = graph.add("MaxPool", value, kernel_shape=[3, 3], strides=[2, 2])
    side = FIRST_SIDE
    shallow = [block for block in resnet.blocks if block.side > _SMALL_MAP]
    for block in shallow:
        value, side = _residual(graph, value, block), block.side
    deep = resnet.blocks[len(shallow) :]
    channels: int = deep[0].first.kernel.shape[1]
    places = Places.of_map(graph, value, side=side, channels=channels)
    for block in deep:
        places = places.residual(block)
    value = places.mean()
    value = graph.add("MatMul", value, graph.constant(resnet.matrix))
    return graph.serialize(value, "descriptors", ("n", resnet.matrix.shape[1]))


def _residual(graph: Graph, value: str, block: Block) -> str:
    """As `Block` says, on a map from which no rows and columns are missing."""
    inner = graph.add("Relu", block.first.add_to(graph, value))
    inner = block.second.add_to(graph, inner)
    outer = value
    if block.halves:
        outer = graph.add("AveragePool", outer, kernel_shape=[2, 2], strides=[2, 2])
    if block.more_channels:
        outer = _widen(graph, outer, block)
    return graph.add("Relu", graph.add("Add", inner, outer))


def _widen(graph: Graph, value: str, block: Block) -> str:
    """Append channels of zeros, by a convolution that copies the others.

    A ``Pad`` would take ONNX Runtime out of the layout its convolutions work in, for this block and
    those behind it: a twentieth of the network's time.
    """
    channels: int = block.first.kernel.shape[1]
    copies = np.eye(channels + block.more_channels, channels, dtype=np.float32)
    return graph.add("Conv", value, graph.constant(copies[:, :, None, None]))
