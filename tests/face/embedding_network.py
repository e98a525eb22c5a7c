"""Embedding networks made on the spot, and what they compute, once more in numpy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from numpy.typing import NDArray

DIMENSION, _SQUARE = 16, 8


_RANDOM = np.random.default_rng(112)
_FILTERS = _RANDOM.normal(size=(DIMENSION, 3, _SQUARE, _SQUARE)).astype(np.float32)
_MIX = _RANDOM.normal(size=(DIMENSION, DIMENSION)).astype(np.float32)


def network(
    *,
    batch: int | str = 1,
    colours: int | str = 3,
    size: int | str = 112,
    dtype: int = TensorProto.FLOAT,
    dimension: int = DIMENSION,
    extra_input: bool = False,
    extra_output: bool = False,
    inner_batch: int = -1,
    ending: str = "Identity",
    gives: int = TensorProto.FLOAT,
) -> bytes:
    """Build a network: 16 filters of 8 x 8 pixels, rectified, averaged and mixed.

    Args:
        batch: its declared input is [batch, colours, size, size]; a text is any length.
        colours: see `batch`.
        size: see `batch`.
        dtype: of the input.
        dimension: length of the embedding.
        extra_input: whether there is one more, which changes nothing.
        extra_output: the same.
        inner_batch: number of pictures that the graph can really run at once; -1 is any.
        ending: operator that makes the output; ``Div`` divides by zero.
        gives: type of the output, which the ending must really give.
    """
    sides = [_SQUARE, _SQUARE]
    weights = {
        "filters": _FILTERS,
        "mix": np.resize(_MIX, (DIMENSION, dimension)),
        "shape": np.array([inner_batch, DIMENSION]),
        "zero": np.zeros(1, np.float32),
    }
    given = [None] if ending == "Shape" else [None, dimension]
    last = ["mixed", "zero"] if ending == "Div" else ["mixed"]
    nodes = [
        helper.make_node("Cast", ["image"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Conv", ["float", "filters"], ["map"], kernel_shape=sides, strides=sides),
        helper.make_node("Relu", ["map"], ["rectified"]),
        helper.make_node("GlobalAveragePool", ["rectified"], ["means"]),
        helper.make_node("Reshape", ["means", "shape"], ["rows"]),
        helper.make_node("Gemm", ["rows", "mix"], ["mixed"]),
        helper.make_node(ending, last, ["embedding"]),
    ]
    inputs = [helper.make_tensor_value_info("image", dtype, [batch, colours, size, size])]
    outputs = [helper.make_tensor_value_info("embedding", gives, given)]
    if extra_input:
        inputs.append(helper.make_tensor_value_info("other", TensorProto.FLOAT, [1]))
    if extra_output:
        outputs.append(helper.make_tensor_value_info("rows", TensorProto.FLOAT, [None, DIMENSION]))
    initializers = [numpy_helper.from_array(value, name) for name, value in weights.items()]
    graph = helper.make_graph(nodes, "filters", inputs, outputs, initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(model.SerializeToString())


def expected(pictures: NDArray[np.float64]) -> NDArray[np.float64]:
    """What `network` answers to prepared pictures: [n, 3, 112, 112] -> [n, 16]."""
    count, colours, height, width = pictures.shape
    rows, columns = height // _SQUARE, width // _SQUARE
    squares = pictures.reshape(count, colours, rows, _SQUARE, columns, _SQUARE)
    answers = np.einsum("ncrysx,fcyx->nfrs", squares, _FILTERS)
    embeddings: NDArray[np.float64] = np.maximum(answers, 0).mean(axis=(2, 3)) @ _MIX
    return embeddings
