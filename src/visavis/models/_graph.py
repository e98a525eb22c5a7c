"""A small writer of ONNX graphs: nodes in a row, constants as initializers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Graph"]

_OPSET = 17  # ONNX 1.12: old enough for every supported onnxruntime
_IR_VERSION = 8


class Graph:
    """Collects nodes and constants, then serializes a checked model of one output."""

    def __init__(self, name: str) -> None:
        import onnx  # noqa: PLC0415 - 100 ms to import, and needed only to build a graph once

        self._onnx = onnx
        self._name = name
        self._inputs: list[Any] = []
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def _fresh(self) -> str:
        return f"v{len(self._nodes) + len(self._constants)}"

    def constant(self, values: NDArray[Any]) -> str:
        """An initializer."""
        name = self._fresh()
        array = np.asarray(values, order="C")
        self._constants.append(self._onnx.numpy_helper.from_array(array, name))
        return name

    def add(self, operation: str, *inputs: str, **attributes: Any) -> str:  # noqa: ANN401 - ONNX's
        """One node; returns the name of its output."""
        name = self._fresh()
        node = self._onnx.helper.make_node(operation, list(inputs), [name], **attributes)
        self._nodes.append(node)
        return name

    def input_bytes(self, name: str, batch: str, height: str | int, width: str | int) -> str:
        """An input of uint8 [batch, height, width, 3]; returns it as uint8 NCHW."""
        self._input(name, [batch, height, width, 3], self._onnx.TensorProto.UINT8)
        return self.add("Transpose", name, perm=[0, 3, 1, 2])

    def input_pixels(self, name: str, batch: str, height: str | int, width: str | int) -> str:
        """An input of uint8 [batch, height, width, 3]; returns it as float32 NCHW."""
        self._input(name, [batch, height, width, 3], self._onnx.TensorProto.UINT8)
        value = self.add("Cast", name, to=self._onnx.TensorProto.FLOAT)
        return self.add("Transpose", value, perm=[0, 3, 1, 2])

    def input_floats(self, name: str, height: str | int, width: str | int) -> str:
        """An input of float32 [1, height, width, 3]; returns it as NCHW."""
        self._input(name, [1, height, width, 3], self._onnx.TensorProto.FLOAT)
        return self.add("Transpose", name, perm=[0, 3, 1, 2])

    def _input(self, name: str, sides: list[str | int], kind: int) -> None:
        self._inputs.append(self._onnx.helper.make_tensor_value_info(name, kind, sides))

    def pad(self, value: str, after: Sequence[int], *, zero: np.generic | None = None) -> str:
        """Zeros after the end of each axis of an NCHW value; nothing to add, no node.

        Args:
            value: what to pad.
            after: how many, of each axis.
            zero: the integer that stands for zero, where the value is one of integers.
        """
        if not any(after):
            return value
        counts = self.constant(np.array([0, 0, 0, 0, *after], np.int64))
        filling = () if zero is None else (self.constant(np.array(zero)),)
        return self.add("Pad", value, counts, *filling)

    def serialize(self, value: str, name: str, shape: Sequence[str | int]) -> bytes:
        """The model whose only output, float32 `shape`, is `value` under the name `name`."""
        helper, types = self._onnx.helper, self._onnx.TensorProto
        self._nodes.append(helper.make_node("Identity", [value], [name]))
        output = helper.make_tensor_value_info(name, types.FLOAT, list(shape))
        graph = helper.make_graph(self._nodes, self._name, self._inputs, [output], self._constants)
        opsets = [helper.make_opsetid("", _OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)
        self._onnx.checker.check_model(model)
        serialized: bytes = model.SerializeToString()
        return serialized
