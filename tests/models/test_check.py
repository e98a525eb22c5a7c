from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
from onnx import AttributeProto, ModelProto, TensorProto, helper, numpy_helper

from tests.models.pack_factory import network, onnx_bytes
from visavis.errors import ModelCorrupt
from visavis.models._check import check_onnx

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def refusal(tmp_path: Path) -> Callable[[ModelProto | bytes], str]:
    """Why a model is refused."""

    def reason(model: ModelProto | bytes) -> str:
        path = tmp_path / "model.onnx"
        path.write_bytes(model if isinstance(model, bytes) else model.SerializeToString())
        with pytest.raises(ModelCorrupt) as caught:
            check_onnx(path)
        assert caught.value.detail.isprintable()
        return caught.value.detail

    return reason


def test_an_ordinary_network_passes(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(onnx_bytes(padding=50_000))
    check_onnx(path)


@pytest.mark.parametrize(
    "dtype", ["float16", "float32", "float64", "int8", "uint8", "int32", "int64", "bool"]
)
@pytest.mark.parametrize("raw", [True, False])
def test_the_usual_types_pass_in_both_forms(tmp_path: Path, dtype: str, *, raw: bool) -> None:
    model = network()
    values = np.ones((2, 3), dtype)
    kind = helper.np_dtype_to_tensor_dtype(values.dtype)
    content = values.tobytes() if raw else values.flatten().tolist()
    model.graph.initializer.append(helper.make_tensor("more", kind, [2, 3], content, raw=raw))
    path = tmp_path / "model.onnx"
    path.write_bytes(model.SerializeToString())
    check_onnx(path)


def _external(tensor: TensorProto) -> None:
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../etc/passwd"


def test_data_in_other_files_is_refused_wherever_it_hides(
    refusal: Callable[[ModelProto | bytes], str],
) -> None:
    model = network()
    _external(model.graph.initializer[0])
    assert "other files" in refusal(model)

    model = network()
    constant = numpy_helper.from_array(np.ones(2, np.float32))
    _external(constant)
    model.graph.node.append(helper.make_node("Constant", [], ["c"], value=constant))
    assert "other files" in refusal(model)

    model = network()
    entry = model.graph.initializer[0].external_data.add()  # without the flag that says so
    entry.key, entry.value = "location", "weights.bin"
    assert "other files" in refusal(model)


def test_code_of_others_is_refused(refusal: Callable[[ModelProto | bytes], str]) -> None:
    model = network()
    model.opset_import.append(helper.make_opsetid("com.example", 1))
    assert "not of the ONNX standard" in refusal(model)

    model = network()
    model.graph.node[0].domain = "com.microsoft"
    assert "not of the ONNX standard" in refusal(model)

    model = network()
    model.graph.node[0].op_type = "Backdoor"
    assert "Backdoor" in refusal(model)

    model = network()
    body = [helper.make_node("Relu", ["a"], ["b"])]
    opset = [helper.make_opsetid("", 17)]
    model.functions.append(helper.make_function("", "Mine", ["a"], ["b"], body, opset))
    assert "functions" in refusal(model)


def test_subgraphs_and_training_are_refused(refusal: Callable[[ModelProto | bytes], str]) -> None:
    branch = helper.make_graph(
        [helper.make_node("Identity", ["embedding"], ["out"])],
        "branch",
        [],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, [1, 16])],
    )
    model = network()
    model.graph.node.append(
        helper.make_node("If", ["flag"], ["o"], then_branch=branch, else_branch=branch)
    )
    assert "subgraphs" in refusal(model)

    model = network()
    several = AttributeProto(name="g", type=AttributeProto.GRAPHS, graphs=[branch])
    model.graph.node[0].attribute.append(several)
    assert "subgraphs" in refusal(model)

    model = network()
    model.training_info.add().algorithm.CopyFrom(branch)
    assert "training" in refusal(model)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_weights_are_finite(
    refusal: Callable[[ModelProto | bytes], str], value: float, dtype: str
) -> None:
    model = network()
    weights = np.zeros(1000, dtype)
    weights[567] = value
    model.graph.initializer.append(numpy_helper.from_array(weights, "more"))
    assert "NaN or infinity" in refusal(model)


def test_attributes_are_finite(refusal: Callable[[ModelProto | bytes], str]) -> None:
    for attributes in ({"alpha": float("nan")}, {"value_floats": [1.0, float("inf")]}):
        model = network()
        name = "LeakyRelu" if "alpha" in attributes else "Constant"
        inputs = ["embedding"] if "alpha" in attributes else []
        model.graph.node.append(helper.make_node(name, inputs, ["x"], **attributes))
        assert "finite" in refusal(model)


def test_tensors_are_as_large_as_their_content(
    refusal: Callable[[ModelProto | bytes], str],
) -> None:
    for dims in ([2**62, 2**62], [1 << 40], [1 << 20] * 100_000, [1 << 28, 0]):
        model = network()
        del model.graph.initializer[0].dims[:]
        model.graph.initializer[0].dims.extend(dims)
        assert "more than" in refusal(model)

    model = network()
    model.graph.initializer[0].dims[0] = 17
    assert "does not fill" in refusal(model)

    model = network()
    model.graph.initializer[0].dims[0] = -16
    model.graph.initializer[0].dims[1] = -3
    assert "negative" in refusal(model)

    model = network()
    more = helper.make_tensor("more", TensorProto.FLOAT, [3], [1.0, 2.0, 3.0])
    more.dims[0] = 1000
    model.graph.initializer.append(more)
    assert "does not fill" in refusal(model)

    model = network()
    model.graph.input[0].type.tensor_type.shape.dim[2].dim_value = 1 << 30
    assert "more than" in refusal(model)


def test_a_shape_that_is_left_open_passes(tmp_path: Path) -> None:
    model = network()
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_param = "batch"
    model.graph.output[0].type.tensor_type.shape.dim[0].dim_value = -1
    path = tmp_path / "model.onnx"
    path.write_bytes(model.SerializeToString())
    check_onnx(path)


def test_unusual_tensors_are_refused(refusal: Callable[[ModelProto | bytes], str]) -> None:
    model = network()
    model.graph.initializer.append(numpy_helper.from_array(np.array(["text"], object), "s"))
    assert "type" in refusal(model)

    model = network()
    sparse = model.graph.sparse_initializer.add()
    sparse.dims.extend([1 << 40])
    assert "sparse" in refusal(model)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"PK\x03\x04",
        b"<html>",
        b"\x08",
        b"\x3a\xff\xff\xff\xff\x0f",
        b"\x0b" * 50,
        b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
    ],
)
def test_what_is_no_model_is_refused(
    refusal: Callable[[ModelProto | bytes], str], data: bytes
) -> None:
    refusal(data)


def test_a_truncated_model_is_refused_at_every_length(
    refusal: Callable[[ModelProto | bytes], str],
) -> None:
    data = onnx_bytes()
    for length in range(0, len(data), 7):
        refusal(data[:length])


def test_a_file_that_would_unfold_is_refused_before_it_does(
    refusal: Callable[[ModelProto | bytes], str],
) -> None:
    def field(number: int, content: bytes) -> bytes:
        length, prefix = len(content), bytearray([number << 3 | 2])
        while length > 127:
            prefix.append(length & 127 | 128)
            length >>= 7
        return bytes(prefix) + bytes([length]) + content

    begin = time.perf_counter()
    assert "parts" in refusal(field(7, field(1, b"") * 4_000_000))  # four million empty nodes
    assert time.perf_counter() - begin < 20

    nested = b""
    for _ in range(2000):  # graph in attribute in node in graph ...
        nested = field(1, field(5, field(6, nested)))
    refusal(field(7, nested))


def test_no_flipped_bit_crashes(tmp_path: Path) -> None:
    data = onnx_bytes()
    chance = random.Random(20)  # noqa: S311 - a reproducible choice, no secret
    path = tmp_path / "model.onnx"
    refused = 0
    for _ in range(1000):
        flipped = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        try:
            check_onnx(path)
        except ModelCorrupt:
            refused += 1
    assert refused > 100  # the others changed a weight or a name


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelCorrupt, match="cannot be read"):
        check_onnx(tmp_path / "nothing.onnx")
