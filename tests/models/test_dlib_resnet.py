from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from tests.vectors import synthetic
from visavis.errors import ModelCorrupt
from visavis.models import build_resnet, open_session

_VECTORS = Path(__file__).parents[1] / "vectors" / "dlib_20_0_1.json"
_FILE = "dlib_face_recognition_resnet_model_v1.dat"


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    vectors: dict[str, Any] = json.loads(_VECTORS.read_text())
    digest = hashlib.sha256(synthetic.chips().tobytes()).hexdigest()
    assert vectors["synthetic_chips_sha256"] == digest, "the chips differ from those dlib saw"
    return vectors


def test_descriptors_equal_dlibs_own(dlib_weights: Path, expected: dict[str, Any]) -> None:
    session = open_session(build_resnet((dlib_weights / _FILE).read_bytes()))
    (descriptors,) = session.run(None, {"chips": synthetic.chips()})
    difference = np.abs(descriptors - np.array(expected["synthetic_descriptors"]))
    assert difference.max() < 1e-5


def test_one_by_one_or_together_is_the_same(dlib_weights: Path) -> None:
    session = open_session(build_resnet((dlib_weights / _FILE).read_bytes()))
    chips = synthetic.chips()[:3]
    (together,) = session.run(None, {"chips": chips})
    for chip, row in zip(chips, together, strict=True):
        (alone,) = session.run(None, {"chips": chip[None]})
        np.testing.assert_allclose(alone[0], row, atol=1e-6)


def test_large_maps_never_leave_the_layout_of_the_convolutions(dlib_weights: Path) -> None:
    model = onnx.load_from_string(build_resnet((dlib_weights / _FILE).read_bytes()))
    operations = [node.op_type for node in model.graph.node]
    large = operations[: operations.index("Reshape")]
    assert set(large) == {"Cast", "Transpose", "Conv", "Relu", "MaxPool", "AveragePool", "Add"}


@pytest.mark.parametrize("share", [0.0, 0.00001, 0.001, 0.3, 0.9, 0.9999999])
def test_a_truncated_file_is_refused(dlib_weights: Path, share: float) -> None:
    data = (dlib_weights / _FILE).read_bytes()
    with pytest.raises(ModelCorrupt):
        build_resnet(data[: int(len(data) * share)])


def test_other_content_is_refused(dlib_weights: Path) -> None:
    data = (dlib_weights / _FILE).read_bytes()
    for other in (
        data + b"x",
        data[::-1],
        (dlib_weights / "mmod_human_face_detector.dat").read_bytes(),
    ):
        with pytest.raises(ModelCorrupt):
            build_resnet(other)


def test_flipped_bits_in_the_structure_never_crash(dlib_weights: Path) -> None:
    data = bytearray((dlib_weights / _FILE).read_bytes())
    random = np.random.default_rng(7)
    # the head holds counts, names and the first layers' sides; weights follow from about byte 500
    for position in random.integers(0, 420, 60):
        damaged = bytearray(data)
        damaged[position] ^= 1 << int(random.integers(8))
        try:
            build_resnet(bytes(damaged))
        except ModelCorrupt:
            continue
        # Only the loss layer's and the input layer's unused numbers may change unnoticed.
        assert position < 30 or 280 < position < 420
