"""Builds the ONNX graphs of MTCNN's three networks from the arrays of ``read_mtcnn``.

Zhang, Zhang, Li, Qiao: "Joint Face Detection and Alignment Using Multitask Cascaded Convolutional
Networks", IEEE Signal Processing Letters 23 (10), 2016; layer shapes as in the PyPI package
``mtcnn`` 1.0.0. Every graph takes RGB uint8 [n, h, w, 3] named ``pixels``. The outputs put side by
side what the paper keeps apart: 4 box offsets (left, top, right, bottom, as shares of the window's
side), the log-odds that the window shows a face, and for O-Net 5 landmark x, then 5 y (shares of
the side, from the window's left and top).

ONNX Runtime's PRelu is slow on maps and its convolutions work on blocks of 16 channels. Two
rearrangements leave the function the same and take less than half of its time:

- ``prelu(x) = a x + relu((1 - a) x)`` for a slope a <= 1, which ONNX Runtime fuses to two steps;
- the first PReLU comes after the first pooling, on a quarter of the values (``_first_two``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from visavis.errors import ModelCorrupt
from visavis.models._graph import Graph

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Array: TypeAlias = npt.NDArray[np.floating[Any]]

__all__ = ["build_onet", "build_pnet", "build_rnet"]

_COLOURS = 3
_MEAN = 127.5
_SCALE = 1 / 128

_BLOCK = 16
"""Channels that ONNX Runtime's AVX-512 convolutions compute together; 8 elsewhere."""

_PNET = ((3, 3, 3, 10), (3, 3, 10, 16), (3, 3, 16, 32), (1, 1, 32, 4), (1, 1, 32, 2))
_RNET = ((3, 3, 3, 28), (3, 3, 28, 48), (2, 2, 48, 64), (576, 128), (128, 4), (128, 2))
_ONET_BODY = ((3, 3, 3, 32), (3, 3, 32, 64), (3, 3, 64, 64), (2, 2, 64, 128), (1152, 256))
_ONET = (*_ONET_BODY, (256, 4), (256, 10), (256, 2))
"""Kernel shapes, HWIO or inputs x outputs. Each is followed by a bias and, but for the heads, by
the slopes of a PReLU."""


def build_pnet(weights: Sequence[Array]) -> bytes:
    """Build P-Net, which looks for faces in every 12 x 12 window of a picture, 2 pixels apart.

    Args:
        weights: the 13 arrays of ``pnet.lz4``.

    Returns:
        A serialised ONNX model: ``pixels`` uint8 [n, h, w, 3], h and w at least 12, to ``cells``
        float32 [n, 5, rows, columns]; cell (i, j) is the window with its corner at (2 i, 2 j).

    Raises:
        ModelCorrupt: the arrays are not P-Net's.
    """
    first, second, third, offsets, face = _layers(weights, _PNET, heads=2)
    graph = Graph("mtcnn-pnet")
    x = graph.input_pixels("pixels", "n", "h", "w")
    x = _first_two(graph, x, first, second, window=2)
    x = _prelu(graph, _convolution(graph, x, third), third.slopes)
    x = _convolution(graph, x, _side_by_side(offsets, _log_odds(face)))
    return graph.serialize(x, "cells", ("n", 5, "rows", "columns"))


def build_rnet(weights: Sequence[Array]) -> bytes:
    """Build R-Net, which judges windows resampled to 24 x 24 pixels.

    Args:
        weights: the 16 arrays of ``rnet.lz4``.

    Returns:
        A serialised ONNX model: ``pixels`` uint8 [n, 24, 24, 3] to ``windows`` float32 [n, 5].

    Raises:
        ModelCorrupt: the arrays are not R-Net's.
    """
    first, second, third, dense, offsets, face = _layers(weights, _RNET, heads=2)
    graph = Graph("mtcnn-rnet")
    x = graph.input_pixels("pixels", "n", 24, 24)
    x = _first_two(graph, x, first, second, window=3)
    x = _pool(graph, x, 3)
    x = _prelu(graph, _convolution(graph, x, third), third.slopes)
    x = _dense_on_map(graph, x, dense, side=3)
    x = _dense(graph, x, _side_by_side(offsets, _log_odds(face)))
    return graph.serialize(x, "windows", ("n", 5))


def build_onet(weights: Sequence[Array]) -> bytes:
    """Build O-Net, which judges windows resampled to 48 x 48 pixels and finds 5 landmarks in them.

    Args:
        weights: the 21 arrays of ``onet.lz4``.

    Returns:
        A serialised ONNX model: ``pixels`` uint8 [n, 48, 48, 3] to ``windows`` float32 [n, 15].

    Raises:
        ModelCorrupt: the arrays are not O-Net's.
    """
    first, second, third, fourth, dense, offsets, landmarks, face = _layers(weights, _ONET, heads=3)
    graph = Graph("mtcnn-onet")
    x = graph.input_pixels("pixels", "n", 48, 48)
    x = _first_two(graph, x, first, second, window=3)
    x = _pool(graph, x, 3)
    x = _prelu(graph, _convolution(graph, x, third), third.slopes)
    x = _pool(graph, x, 2)
    x = _prelu(graph, _convolution(graph, x, fourth), fourth.slopes)
    x = _dense_on_map(graph, x, dense, side=3)
    x = _dense(graph, x, _side_by_side(offsets, _log_odds(face), landmarks))
    return graph.serialize(x, "windows", ("n", 15))


@dataclass(frozen=True, slots=True)
class _Layer:
    """A convolution or dense layer and the PReLU behind it, in float64 until the graph is made."""

    kernel: Array
    bias: Array
    slopes: Array = field(default_factory=lambda: np.empty(0))


def _layers(
    weights: Sequence[Array], kernels: Sequence[tuple[int, ...]], *, heads: int
) -> list[_Layer]:
    """Sort the arrays into layers, refusing any that has not the expected shape."""
    rest = [weight.astype(np.float64) for weight in weights]
    layers = []
    for index, shape in enumerate(kernels):
        expected = [shape, shape[-1:]]
        if index < len(kernels) - heads:
            expected.append((1,) * (len(shape) - 2) + shape[-1:])
        parts, rest = rest[: len(expected)], rest[len(expected) :]
        if [part.shape for part in parts] != expected:
            raise ModelCorrupt("The MTCNN arrays do not have the shapes of this network.")
        layers.append(_Layer(*parts))
    if rest:
        raise ModelCorrupt("There are more MTCNN arrays than this network has.")
    return layers


def _log_odds(face: _Layer) -> _Layer:
    """Turn a softmax over (no face, face) into one output: the logarithm of face / no face."""
    kernel, bias = face.kernel, face.bias
    return _Layer(kernel[..., 1:] - kernel[..., :1], bias[1:] - bias[:1])


def _side_by_side(*heads: _Layer) -> _Layer:
    kernel = np.concatenate([head.kernel for head in heads], axis=-1)
    return _Layer(kernel, np.concatenate([head.bias for head in heads]))


def _first_two(graph: Graph, x: str, first: _Layer, second: _Layer, *, window: int) -> str:
    """Scale, convolve, max-pool, apply the PReLU, and convolve again: computes the same as that.

    Pooling commutes with the PReLU of a slope a >= 0, which never falls. For a < 0,
    ``prelu(x) = max(x, a x)``: the convolution computes both, and with their pooled values u and v,
    ``max(u, v) = u + relu(v - u)``. For a > 1, ``-prelu(x) = -a x + relu((a - 1) x)``, and the
    second convolution turns the sign back. Either way what it sees is
    ``straight(p) + relu(hinge(p))`` of the pooled channels p, with two linear maps of channels.
    """
    slopes = first.slopes.ravel()
    falls = slopes < 0
    signs = np.where(slopes > 1, -1, 1)
    same = np.eye(len(slopes))
    twins = same[falls]
    widen = np.vstack([same, twins * slopes]).T
    straight = np.vstack([np.diag(np.where(falls, 1, signs * slopes)), np.zeros_like(twins)])
    hinge = np.vstack([np.diag(np.where(falls, -1, signs * (1 - slopes))), twins])

    x = _convolution(graph, x, _filled(_widened(_of_pixels(first), widen)))
    x = _pool(graph, x, window)
    bent = graph.add("Relu", _mix(graph, x, hinge))
    x = graph.add("Add", _mix(graph, x, straight), bent)
    turned = _Layer(second.kernel * signs[:, np.newaxis], second.bias)
    return _prelu(graph, _convolution(graph, x, _filled(turned)), second.slopes)


def _of_pixels(layer: _Layer) -> _Layer:
    """Scale and centre the pixels within the convolution, which sees none beyond their edge."""
    kernel = layer.kernel * _SCALE
    return _Layer(kernel, layer.bias - _MEAN * kernel.sum(axis=(0, 1, 2)))


def _widened(layer: _Layer, matrix: Array) -> _Layer:
    """Map a convolution's output linearly, within it."""
    return _Layer(layer.kernel @ matrix, layer.bias @ matrix)


def _filled(layer: _Layer) -> _Layer:
    """Fill the channel counts up to whole blocks with zeros, so that none is reordered between."""
    inputs, outputs = layer.kernel.shape[2:]
    more_inputs = 0 if inputs == _COLOURS else -inputs % _BLOCK
    more_outputs = -outputs % _BLOCK
    kernel = np.pad(layer.kernel, ((0, 0), (0, 0), (0, more_inputs), (0, more_outputs)))
    return _Layer(kernel, np.pad(layer.bias, (0, more_outputs)), layer.slopes)


def _mix(graph: Graph, x: str, matrix: Array) -> str:
    """Map channels linearly, the same everywhere: a convolution of one pixel."""
    bias = np.zeros(matrix.shape[1])
    return _convolution(graph, x, _filled(_Layer(matrix[np.newaxis, np.newaxis], bias)))


def _convolution(graph: Graph, x: str, layer: _Layer) -> str:
    kernel = _constant(graph, layer.kernel.transpose(3, 2, 0, 1))
    return graph.add("Conv", x, kernel, _constant(graph, layer.bias))


def _pool(graph: Graph, x: str, window: int) -> str:
    """Take maxima 2 apart. ``ceil_mode`` agrees with "same" padding for every size that occurs."""
    return graph.add("MaxPool", x, kernel_shape=[window] * 2, strides=[2, 2], ceil_mode=1)


def _dense_on_map(graph: Graph, x: str, layer: _Layer, *, side: int) -> str:
    """Apply a dense layer and its PReLU to a map; its weights expect column, row, channel."""
    channels = len(layer.kernel) // side**2
    ordered = layer.kernel.reshape(side, side, channels, -1).transpose(2, 1, 0, 3)
    kernel = ordered.reshape(layer.kernel.shape)
    x = _dense(graph, graph.add("Flatten", x), _Layer(kernel, layer.bias))
    return graph.add("PRelu", x, _constant(graph, layer.slopes))


def _dense(graph: Graph, x: str, layer: _Layer) -> str:
    return graph.add("Gemm", x, _constant(graph, layer.kernel), _constant(graph, layer.bias))


def _prelu(graph: Graph, x: str, slopes: Array) -> str:
    """Apply the PReLU behind a convolution."""
    slopes = slopes.T  # [1, 1, channels] of a convolution -> [channels, 1, 1]
    if (slopes > 1).any():
        raise ModelCorrupt("MTCNN's slopes are at most 1 behind the first layer.")
    straight = graph.add("Mul", x, _constant(graph, slopes))
    bent = graph.add("Relu", graph.add("Mul", x, _constant(graph, 1 - slopes)))
    return graph.add("Add", straight, bent)


def _constant(graph: Graph, values: Array) -> str:
    return graph.constant(values.astype(np.float32))
