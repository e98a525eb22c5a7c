from __future__ import annotations

from collections import Counter
from pathlib import Path  # noqa: TC003 - pytest reads the annotation

import numpy as np
import onnx
import onnxruntime
import pytest

from tests.vectors import synthetic
from visavis.errors import InputInvalid
from visavis.models import build_resnet, build_resnet_int8, open_session


@pytest.fixture(scope="module")
def weights(dlib_weights: Path) -> bytes:
    return (dlib_weights / "dlib_face_recognition_resnet_model_v1.dat").read_bytes()


@pytest.fixture(scope="module")
def model(weights: bytes) -> bytes:
    return build_resnet_int8(weights)


def test_descriptors_are_close_to_those_of_fp32(weights: bytes, model: bytes) -> None:
    chips = synthetic.chips()
    chips = np.concatenate([chips, chips[:, :, ::-1]])
    (exact,) = open_session(build_resnet(weights)).run(None, {"chips": chips})
    (close,) = open_session(model).run(None, {"chips": chips})
    cosines = (exact * close).sum(axis=1)
    cosines /= np.linalg.norm(exact, axis=1) * np.linalg.norm(close, axis=1)
    assert cosines.min() > 0.998  # 0.9987 where this was written
    assert cosines.max() < 1, "that would be the same network"


def test_one_by_one_or_together_is_the_same(model: bytes) -> None:
    session = open_session(model)
    chips = synthetic.chips()[:3]
    (together,) = session.run(None, {"chips": chips})
    for chip, row in zip(chips, together, strict=True):
        (alone,) = session.run(None, {"chips": chip[None]})
        np.testing.assert_allclose(alone[0], row, atol=1e-6)


def test_the_graph_is_the_same_each_time(weights: bytes, model: bytes) -> None:
    assert build_resnet_int8(weights) == model


def test_everything_but_the_end_runs_in_integers(model: bytes, tmp_path: Path) -> None:
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "optimized.onnx")
    options.log_severity_level = 3  # it warns that the file is for this machine only
    onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    nodes = onnx.load(tmp_path / "optimized.onnx").graph.node
    count = Counter(node.op_type for node in nodes)
    assert (count["QLinearConv"], count["QLinearAdd"], count["QLinearAveragePool"]) == (29, 14, 4)
    assert (count["QuantizeLinear"], count["DequantizeLinear"]) == (0, 1)
    assert not {"Conv", "Add", "Relu", "AveragePool"} & count.keys()


def test_weights_leave_room_for_processors_without_vnni(model: bytes) -> None:
    constants = [
        onnx.numpy_helper.to_array(c) for c in onnx.load_from_string(model).graph.initializer
    ]
    kernels = [each for each in constants if each.dtype == np.int8 and each.ndim == 4]
    assert len(kernels) == 29
    for kernel in kernels:
        assert (np.abs(kernel).max(axis=(1, 2, 3)) == 64).all(), "every channel uses its range"


def test_other_weights_are_refused(weights: bytes) -> None:
    for other in (weights + b"x", weights[:-1], b""):
        with pytest.raises(InputInvalid):
            build_resnet_int8(other)
