"""ONNX Runtime leaves no id of this machine behind, and nothing to be sent."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import visavis

_SESSION = """
from onnx import TensorProto, helper
from visavis.models import open_session

one = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy"]
graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "g", one[:1], one[1:])
opset = [helper.make_opsetid("", 17)]
open_session(helper.make_model(graph, opset_imports=opset, ir_version=10).SerializeToString())
"""


def _left_behind(home: Path, program: str) -> list[str]:
    without = {"XDG_CACHE_HOME", "ORT_DISABLE_TELEMETRY"}
    kept = {name: value for name, value in os.environ.items() if name not in without}
    subprocess.run([sys.executable, "-c", program], env={**kept, "HOME": str(home)}, check=True)
    return [str(path) for path in home.rglob("*") if path.is_file()]


def test_a_session_leaves_nothing_behind(tmp_path: Path) -> None:
    assert _left_behind(tmp_path, _SESSION) == []


def test_nobody_else_loads_it() -> None:
    """Or it would be loaded before it is told."""
    (package,) = map(Path, visavis.__path__)
    loads = re.compile(r"^\s*(import|from) onnxruntime", re.MULTILINE)
    found = [path.name for path in package.rglob("*.py") if loads.search(path.read_text())]
    assert found == ["_runtime.py"]
