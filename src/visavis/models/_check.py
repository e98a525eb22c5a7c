"""Refuses ONNX files that do more than compute, or that no face network would be.

An ONNX graph is a program. Before a stranger's file is accepted, everything is ruled out by which
it could read other files, run code that did not come with ONNX Runtime, or hide what it computes.
What running an accepted graph costs is not bounded: operators such as Expand can still ask for
more memory than the file has.
"""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING

import numpy as np
import onnx
from google.protobuf.message import DecodeError

from visavis.errors import ModelCorrupt
from visavis.models._manifest import MAX_FILE_BYTES
from visavis.models._protobuf import count_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from google.protobuf.message import Message

__all__ = ["check_onnx"]

_MAX_FIELDS = 500_000
"""Protobuf fields in a file: enough for 10,000 nodes; face networks have a few hundred."""

_MAX_ELEMENTS = 2**27
"""Numbers in one tensor: MAX_FILE_BYTES as float32."""

_DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml"})
"""The operator sets of the ONNX standard itself. Any other domain names custom code."""

_REFUSED = {
    "FunctionProto": "defines functions",
    "SparseTensorProto": "has sparse tensors",
    "TrainingInfoProto": "has a training graph",
}
"""Messages that no face network needs, and that would each need rules of their own."""

_FIELDS: dict[int, str] = {
    onnx.TensorProto.FLOAT: "float_data",
    onnx.TensorProto.DOUBLE: "double_data",
    onnx.TensorProto.FLOAT16: "int32_data",
    onnx.TensorProto.BOOL: "int32_data",
    onnx.TensorProto.INT8: "int32_data",
    onnx.TensorProto.UINT8: "int32_data",
    onnx.TensorProto.INT16: "int32_data",
    onnx.TensorProto.UINT16: "int32_data",
    onnx.TensorProto.INT32: "int32_data",
    onnx.TensorProto.INT64: "int64_data",
}
"""The types that weights and shapes come in, and where a tensor keeps them if not as raw bytes."""


def check_onnx(path: Path) -> None:
    """Make sure that an ONNX file is whole, self-contained and of standard operators only.

    Refused: external data (a path to another file), domains but the standard's own, functions,
    subgraphs (If, Loop, Scan: face networks need none, and how long a loop runs can depend on the
    picture), training graphs, sparse tensors, strings, tensors whose shape and content disagree or
    whose size is absurd, NaN and infinity, and whatever ``onnx.checker`` refuses.

    Args:
        path: the file.

    Raises:
        ModelCorrupt: the file is refused; the detail says why.
    """
    data = _read(path)
    try:
        fields = count_fields(memoryview(data), onnx.ModelProto.DESCRIPTOR, most=_MAX_FIELDS)
    except (ValueError, RecursionError):
        raise ModelCorrupt("the file is truncated, or not an ONNX model") from None
    if fields > _MAX_FIELDS:
        raise ModelCorrupt(f"the model has more than {_MAX_FIELDS} parts")
    model = onnx.ModelProto()
    try:
        model.ParseFromString(data)
    except DecodeError:
        raise ModelCorrupt("the file is truncated, or not an ONNX model") from None
    for message in _walk(model):
        _check_message(message)
    try:
        onnx.checker.check_model(data)
    except (onnx.checker.ValidationError, RuntimeError, ValueError) as error:
        reason = ascii(str(error).partition("\n")[0][:200])
        raise ModelCorrupt(f"the model breaks the ONNX standard: {reason}") from error


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            # Asked beforehand: read() allocates what it may read, not what it reads.
            if os.fstat(file.fileno()).st_size > MAX_FILE_BYTES:
                raise ModelCorrupt(f"the file is longer than {MAX_FILE_BYTES} bytes")
            return file.read()
    except OSError as error:
        raise ModelCorrupt(f"the file cannot be read: {error.strerror}") from None


def _walk(message: Message) -> Iterator[Message]:
    yield message
    for field, value in message.ListFields():
        if field.message_type is not None:
            for inner in value if field.is_repeated else [value]:
                yield from _walk(inner)


def _check_message(message: Message) -> None:
    """Apply the rules for one message, wherever in the model it stands."""
    if reason := _REFUSED.get(message.DESCRIPTOR.name):
        raise ModelCorrupt(f"the model {reason}")
    match message:
        case onnx.TensorProto():
            _check_tensor(message)
        case onnx.TensorShapeProto():
            # A negative or absent value stands for any length.
            _check_size(max(axis.dim_value, 1) for axis in message.dim)
        case onnx.AttributeProto():
            if message.HasField("g") or message.graphs:
                raise ModelCorrupt("the model has subgraphs (If, Loop or Scan)")
            if not math.isfinite(message.f) or not np.isfinite(message.floats).all():
                raise ModelCorrupt("an attribute is not a finite number")
        case onnx.NodeProto() | onnx.OperatorSetIdProto():
            if message.domain not in _DOMAINS:
                raise ModelCorrupt("the model uses operators that are not of the ONNX standard")


def _check_tensor(tensor: onnx.TensorProto) -> None:
    if tensor.data_location == onnx.TensorProto.EXTERNAL or tensor.external_data:
        raise ModelCorrupt("the model keeps data in other files")
    if tensor.data_type not in _FIELDS or tensor.HasField("segment"):
        raise ModelCorrupt("a tensor is of a type that face networks do not use")
    if any(length < 0 for length in tensor.dims):
        raise ModelCorrupt("a tensor has a negative side")
    elements = _check_size(tensor.dims)
    dtype = onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type)
    if tensor.HasField("raw_data"):
        whole = len(tensor.raw_data) == elements * dtype.itemsize
    else:
        whole = len(getattr(tensor, _FIELDS[tensor.data_type])) == elements
    if not whole:
        raise ModelCorrupt("a tensor's content does not fill its shape")
    if dtype.kind == "f" and not np.isfinite(onnx.numpy_helper.to_array(tensor)).all():
        raise ModelCorrupt("a tensor holds NaN or infinity")


def _check_size(sides: Iterable[int]) -> int:
    elements = 1
    for side in sides:
        elements *= side
        if elements > _MAX_ELEMENTS:
            raise ModelCorrupt(f"a tensor has more than {_MAX_ELEMENTS} numbers")
    return elements
