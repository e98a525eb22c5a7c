"""Networks with YuNet's inputs and outputs, made on the spot: they see colours, not faces."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from onnx import NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Head: TypeAlias = NDArray[np.float64]

STRIDES = (8, 16, 32)
ANSWERS = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}
"""The outputs for each stride, and how many numbers they have for a cell."""

SCENE = (100, 150)
"""Height and width of `scene`: no multiples of 32."""


def network(
    heads: Mapping[int, Head],
    *,
    size: tuple[int, int] | None = None,
    answers: Mapping[str, int] = ANSWERS,
) -> bytes:
    """Build a network: a cell's answers are a linear function of its mean colour.

    Args:
        heads: for each stride [16, 4]: the factors of blue, green and red (0 to 255), and a bias;
            one row for a number of ``cls``, ``obj``, ``bbox`` and ``kps``, in this order.
        size: height and width of the input; any by default.
        answers: names and numbers a cell of the outputs for each stride.
    """
    nodes: list[NodeProto] = []
    weights: list[TensorProto] = []
    outputs: list[ValueInfoProto] = []
    for stride, head in heads.items():
        sides = [stride, stride]
        pooled, first = f"pooled_{stride}", 0
        nodes.append(
            helper.make_node("AveragePool", ["input"], [pooled], kernel_shape=sides, strides=sides)
        )
        for answer, numbers in answers.items():
            name, rows = f"{answer}_{stride}", head[first : first + numbers].astype(np.float32)
            first += numbers
            weights += [
                numpy_helper.from_array(rows[:, :3].reshape(numbers, 3, 1, 1), f"{name}_factors"),
                numpy_helper.from_array(rows[:, 3], f"{name}_biases"),
                numpy_helper.from_array(np.array([1, -1, numbers]), f"{name}_shape"),
            ]
            nodes += [
                helper.make_node(
                    "Conv", [pooled, f"{name}_factors", f"{name}_biases"], [f"{name}_map"]
                ),
                helper.make_node("Transpose", [f"{name}_map"], [f"{name}_last"], perm=[0, 2, 3, 1]),
                helper.make_node("Reshape", [f"{name}_last", f"{name}_shape"], [name]),
            ]
            outputs.append(
                helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, None, numbers])
            )
    height, width = size or ("height", "width")
    graph = helper.make_graph(
        nodes,
        "colours",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, height, width])],
        outputs,
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    return bytes(model.SerializeToString())


def red_heads(
    *, stride: int, box: tuple[float, ...], points: tuple[tuple[float, float], ...]
) -> dict[int, Head]:
    """Heads that see a face in red cells of one stride, not in magenta ones, and never elsewhere.

    Args:
        stride: which.
        box: x and y of its centre in cells, and the logarithms of its width and height in cells.
        points: x and y in cells, five.
    """
    heads = {each: np.zeros((16, 4)) for each in STRIDES}
    heads[stride][0, 2] = 1 / 255  # cls: red
    heads[stride][1] = -1 / 255, 0, 0, 1  # obj: no blue
    heads[stride][2:6, 3] = box
    heads[stride][6:, 3] = np.array(points).ravel()
    return heads


def wild_heads() -> dict[int, Head]:
    """Heads that see faces of all sizes everywhere in `scene`, many of them overlapping."""
    random = np.random.default_rng(4)
    heads = {}
    for stride in STRIDES:
        head = np.zeros((16, 4))
        head[:2, :3] = random.normal(scale=0.006, size=(2, 3))
        head[:2, 3] = 0.8
        head[2:, :3] = random.normal(scale=0.001, size=(14, 3))
        head[4:6, 3] = np.log(3.5)
        heads[stride] = head
    return heads


def scene() -> NDArray[np.uint8]:
    """RGB noise without high frequencies: uint8 [100, 150, 3]."""
    random = np.random.default_rng(4)
    coarse = random.integers(0, 256, (13, 19, 3), dtype=np.uint8)
    height, width = SCENE
    return np.ascontiguousarray(coarse.repeat(8, axis=0).repeat(8, axis=1)[:height, :width])
