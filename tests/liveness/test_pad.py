from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from tests.liveness.synthetic import HEAD, seen_at
from visavis.errors import InputInvalid, ModelCorrupt
from visavis.liveness import PadPack, Vote
from visavis.liveness._pad import majority_against

_POINTS = seen_at(HEAD, yaw=0)


def _network(*, side: int | str = 16, scale: float = 1.0, outputs: int = 1) -> bytes:
    """Gives the mean brightness of a square, times `scale`."""
    nodes = [
        helper.make_node("ReduceMean", ["pictures"], ["mean"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Mul", ["mean", "scale"], ["scaled"]),
        helper.make_node("Concat", ["scaled"] * outputs, ["answer"], axis=0),
    ]
    graph = helper.make_graph(
        nodes,
        "brightness",
        [helper.make_tensor_value_info("pictures", TensorProto.FLOAT, ["n", 3, side, side])],
        [helper.make_tensor_value_info("answer", TensorProto.FLOAT, ["m"])],
        [numpy_helper.from_array(np.array([scale], np.float32), "scale")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    content: bytes = model.SerializeToString()
    return content


def _pack(model: bytes) -> PadPack:
    return PadPack.of(model, name="brightness", margin=3.0, threshold=0.5)


def _frame(value: int) -> np.typing.NDArray[np.uint8]:
    frame = np.zeros((400, 600, 3), np.uint8)
    frame[100:400, 150:450] = value
    return frame


def test_a_vote_is_the_mean_over_frames() -> None:
    vote = _pack(_network()).vote([_frame(255), _frame(102)], [_POINTS, _POINTS])
    assert vote.pack == "brightness"
    assert vote.bona_fide == pytest.approx(0.7)
    assert not vote.against
    assert _pack(_network()).vote([_frame(102)], [_POINTS]).against


def test_a_face_at_the_edge_is_seen_with_the_edge_repeated() -> None:
    frame = np.full((400, 600, 3), 51, np.uint8)
    vote = _pack(_network()).vote([frame], [_POINTS - [250, 150]])
    assert vote.bona_fide == pytest.approx(0.2)


def test_what_is_no_probability_is_refused() -> None:
    with pytest.raises(ModelCorrupt):
        _pack(_network(scale=3.0)).vote([_frame(255)], [_POINTS])
    with pytest.raises(ModelCorrupt):
        _pack(_network(outputs=2)).vote([_frame(255)], [_POINTS])


def test_the_network_says_which_square_it_takes() -> None:
    with pytest.raises(ModelCorrupt):
        _pack(_network(side="any"))
    with pytest.raises(ModelCorrupt):
        _pack(b"no network")


def test_margins_thresholds_and_frames_are_checked() -> None:
    for margin, threshold in ((0.0, 0.5), (3.0, 1.5), (3.0, -0.1)):
        with pytest.raises(InputInvalid):
            PadPack.of(_network(), name="x", margin=margin, threshold=threshold)
    with pytest.raises(InputInvalid):
        _pack(_network()).vote([], [])
    with pytest.raises(InputInvalid):
        _pack(_network()).vote([_frame(1)], [])


def test_a_majority_is_more_than_half() -> None:
    against, not_against = Vote("a", 0.1, against=True), Vote("b", 0.9, against=False)
    assert not majority_against([])
    assert not majority_against([against, not_against])
    assert majority_against([against, against, not_against])
