"""What runs a model is what was asked for, or nothing does."""

from __future__ import annotations

import pytest

from tests.models.pack_factory import onnx_bytes
from visavis.errors import ModelUnavailable
from visavis.face import Extractor
from visavis.models import Provider, find_pack, load_runtime, open_session


@pytest.fixture
def no_cuda() -> None:
    if "CUDAExecutionProvider" in load_runtime().get_available_providers():
        pytest.skip("this ONNX Runtime has CUDA")


def test_the_cpu_is_used_unless_another_is_asked_for() -> None:
    assert open_session(onnx_bytes()).get_providers() == ["CPUExecutionProvider"]


@pytest.mark.usefixtures("no_cuda")
def test_a_provider_that_is_not_here_is_refused_and_not_replaced() -> None:
    with pytest.raises(ModelUnavailable, match="no CUDAExecutionProvider here"):
        open_session(onnx_bytes(), provider=Provider.CUDA)
    with pytest.raises(ModelUnavailable):
        Extractor.load(find_pack("dlib"), provider=Provider.CUDA)
