"""dlib's face recognition network in 8-bit integers, as an ONNX graph: chips -> descriptors.

Everything but the mean at the end and the matrix behind it is computed in integers: ONNX Runtime
turns each operation between a ``DequantizeLinear`` and a ``QuantizeLinear`` into an integer one.
Activations are uint8 over the ranges of `int8_ranges`, weights int8 with a step for each output
channel. Measured in ``docs/evidence/int8.json``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from visavis.errors import InputInvalid
from visavis.models._dlib_network import MEAN
from visavis.models._dlib_resnet_weights import CHIP, read_resnet
from visavis.models._graph import Graph
from visavis.models._int8_ranges import int8_ranges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from visavis.models._dlib_convolution import Convolution
    from visavis.models._dlib_resnet_weights import Block
    from visavis.models._int8_ranges import BlockRanges

__all__ = ["build_resnet_int8"]

_LARGEST_WEIGHT = 64
"""Not 127: x86 processors without VNNI add two products of a uint8 and an int8 in 16 bits, and
saturate (ONNX Runtime's documentation, "Quantize ONNX models"). 2 x 255 x 64 still fits: on an
emulated Haswell the descriptors are the same to the bit; with 127 their cosine was 0.98."""

_LARGEST_ACTIVATION = 255


def build_resnet_int8(data: bytes) -> bytes:
    """Turns ``dlib_face_recognition_resnet_model_v1.dat`` into a serialized ONNX model.

    It takes and gives what the model of `build_resnet` does, nearly: the cosine of the two
    descriptors of a face is about 0.9995.

    Raises:
        InputInvalid: the ranges were measured with other weights than `data`.
        ModelCorrupt: the file of ranges is damaged.
    """
    ranges = int8_ranges()
    if hashlib.sha256(data).hexdigest() != ranges.weights:
        raise InputInvalid("there are no int8 ranges for these weights")
    resnet = read_resnet(data)
    graph = Graph("dlib-resnet-int8")
    pixels = _Integers(graph.input_bytes("chips", "n", CHIP, CHIP), np.float32(1), np.uint8(0))
    stem = graph.add("Relu", _convolve(graph, pixels, _uncentred(resnet.stem)))
    value = _quantize(graph, stem, 0, ranges.stem)
    pooled = graph.add("MaxPool", value.name, kernel_shape=[3, 3], strides=[2, 2])
    value = replace(value, name=pooled)
    for block, reach in zip(resnet.blocks, ranges.blocks, strict=True):
        value = _residual(graph, value, block, reach)
    mean = graph.add("GlobalAveragePool", _real(graph, value))
    flat = graph.add("Flatten", mean, axis=1)
    descriptors = graph.add("MatMul", flat, graph.constant(resnet.matrix))
    return graph.serialize(descriptors, "descriptors", ("n", resnet.matrix.shape[1]))


@dataclass(frozen=True, slots=True)
class _Integers:
    """A uint8 value of the graph, in which q stands for (q - zero) * step."""

    name: str
    step: np.float32
    zero: np.uint8


def _real(graph: Graph, value: _Integers) -> str:
    return graph.add("DequantizeLinear", value.name, *_scale(graph, value))


def _quantize(graph: Graph, value: str, low: float, high: float) -> _Integers:
    """Integers for low..high, where low <= 0 <= high; 0 itself is exact, as padding needs it."""
    step = np.float32((high - low) / _LARGEST_ACTIVATION)
    return _quantize_like(graph, value, _Integers("", step, np.uint8(np.rint(-low / step))))


def _quantize_like(graph: Graph, value: str, other: _Integers) -> _Integers:
    """Integers that stand for what they stand for in `other`."""
    return replace(other, name=graph.add("QuantizeLinear", value, *_scale(graph, other)))


def _scale(graph: Graph, value: _Integers) -> tuple[str, str]:
    return graph.constant(np.array(value.step)), graph.constant(np.array(value.zero))


def _pad(graph: Graph, value: _Integers, after: Sequence[int]) -> _Integers:
    """As `Graph.pad`."""
    return replace(value, name=graph.pad(value.name, after, zero=value.zero))


def _round(kernel: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Integers of a kernel, and the step of each output channel."""
    steps = np.abs(kernel).max(axis=(1, 2, 3)) / np.float32(_LARGEST_WEIGHT)
    return np.rint(kernel / steps[:, None, None, None]).astype(np.int8), steps


def _uncentred(convolution: Convolution) -> Convolution:
    """The convolution that gives for pixels what this one gives for pixels less `MEAN`.

    Exact where nothing is padded, and for the rounded kernel, which is the one that will be used.
    """
    rounded, steps = _round(convolution.kernel)
    shift = np.einsum("oihw,i,o->o", rounded, MEAN, steps, dtype=np.float64)
    return replace(convolution, bias=convolution.bias - shift)


def _convolve(graph: Graph, value: _Integers, convolution: Convolution) -> str:
    kernel, steps = _round(convolution.kernel)
    bias_steps = value.step * steps  # those of the sums of products, to which it is added
    bias = np.rint(convolution.bias / bias_steps).astype(np.int32)
    return graph.add(
        "Conv",
        _real(graph, value),
        _channels(graph, kernel, steps),
        _channels(graph, bias, bias_steps),
        **convolution.attributes,
    )


def _channels(
    graph: Graph, values: NDArray[np.int8] | NDArray[np.int32], steps: NDArray[np.float32]
) -> str:
    """Constant integers whose first axis has a step each."""
    zeros = np.zeros(len(steps), values.dtype)
    constants = (graph.constant(each) for each in (values, steps, zeros))
    return graph.add("DequantizeLinear", *constants, axis=0)


def _residual(graph: Graph, value: _Integers, block: Block, ranges: BlockRanges) -> _Integers:
    first = graph.add("Relu", _convolve(graph, value, block.first))
    inner = _quantize(graph, first, 0, ranges.first)
    inner = _quantize(graph, _convolve(graph, inner, block.second), *ranges.second)
    outer = value
    if block.halves:
        average = graph.add("AveragePool", _real(graph, value), kernel_shape=[2, 2], strides=[2, 2])
        outer = _quantize_like(graph, average, value)
    inner = _pad(graph, inner, (0, 0, block.missing, block.missing))
    outer = _pad(graph, outer, (0, block.more_channels, 0, 0))
    total = graph.add("Add", _real(graph, inner), _real(graph, outer))
    return _quantize(graph, graph.add("Relu", total), 0, ranges.total)
