"""ONNX Runtime, told to keep to itself.

Its builds of 1.31 for Linux measure their use: on import they write an id of this machine and a
store of events into the user's cache folder (``Microsoft/DeveloperTools``), and carry a sender for
them. No connection was seen within eight seconds (1.31.1, strace); we do not wait for one. Nothing
leaves this machine that an operator did not ask for, so all of it is switched off beforehand.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["load_runtime"]

_SWITCH = "ORT_DISABLE_TELEMETRY"


def load_runtime() -> ModuleType:
    """The module ``onnxruntime``.

    Where somebody else loaded it before, an id may be there already; sending ends all the same.
    """
    os.environ[_SWITCH] = "1"
    import onnxruntime  # noqa: PLC0415 - 100 ms to import; `import visavis` must not pay for it

    onnxruntime.disable_telemetry_events()
    module: ModuleType = onnxruntime
    return module
