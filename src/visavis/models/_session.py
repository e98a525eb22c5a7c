"""ONNX Runtime sessions: one thread, one named provider, no fall-back to another."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Protocol

from visavis.errors import ModelCorrupt, ModelUnavailable
from visavis.models._runtime import load_runtime

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["OpenSession", "Provider", "Session", "TensorInfo", "open_session"]


class Provider(StrEnum):
    """What runs the models."""

    CPU = "cpu"
    CUDA = "cuda"
    """NVIDIA's, in a build of ONNX Runtime that has it: `onnxruntime-gpu` of the operator's own."""


# ONNX Runtime's names, and options. TF32 would round what convolutions multiply to 11 bits: the
# operating points were measured in full single precision.
_PROVIDERS: Final[Mapping[Provider, tuple[str, dict[str, str]]]] = {
    Provider.CPU: ("CPUExecutionProvider", {}),
    Provider.CUDA: ("CUDAExecutionProvider", {"use_tf32": "0"}),
}


class TensorInfo(Protocol):
    """What a model says of an input: a length in ``shape`` that is no int stands for any."""

    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def shape(self) -> Sequence[int | str | None]: ...


class Session(Protocol):
    """The part of ``onnxruntime.InferenceSession`` that visavis uses."""

    def run(
        self, output_names: Sequence[str] | None, input_feed: Mapping[str, NDArray[Any]]
    ) -> list[NDArray[Any]]:
        """Runs the model once."""


class OpenSession(Session, Protocol):
    """A session that can say what it is to be fed with."""

    def get_inputs(self) -> Sequence[TensorInfo]:
        """The inputs that have no value of their own."""

    def get_providers(self) -> Sequence[str]:
        """What runs it, first choice first."""


def open_session(
    model: bytes,
    *,
    provider: Provider = Provider.CPU,
    threads: int = 1,
    plan_memory: bool = True,
) -> OpenSession:
    """Loads a serialized ONNX model.

    Args:
        model: from a pack whose files were checked.
        provider: what runs it, and nothing else does.
        threads: within one operator. Several processes of one thread scale better than several
            threads of one process (two of each: 2.0 against 1.7 times).
        plan_memory: from the second run on, take what an input's shape needs in one piece. Up to
            5 % faster, but memory of the first run is kept too: not for large inputs.

    Raises:
        ModelUnavailable: this machine's ONNX Runtime does not have the provider, or cannot use it.
        ModelCorrupt: ONNX Runtime does not accept the model.
    """
    onnxruntime = load_runtime()
    name, provider_options = _PROVIDERS[provider]
    available = onnxruntime.get_available_providers()
    if name not in available:
        raise ModelUnavailable(f"ONNX Runtime has no {name} here, only {', '.join(available)}")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = plan_memory
    options.log_severity_level = 3  # errors only: warnings about graph shapes are ours to fix
    try:
        session: OpenSession = onnxruntime.InferenceSession(
            model, options, providers=[(name, provider_options)]
        )
    except Exception as error:  # onnxruntime raises half a dozen pybind classes of its own
        raise ModelCorrupt("ONNX Runtime does not accept this model") from error
    used = session.get_providers()
    if used[0] != name:  # it goes on without a provider whose libraries or device are missing
        raise ModelUnavailable(f"ONNX Runtime cannot use {name} here, and would use {used[0]}")
    return session
