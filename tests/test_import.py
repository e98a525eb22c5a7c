from __future__ import annotations

import subprocess
import sys


def test_importing_visavis_loads_no_runtime() -> None:
    program = (
        "import sys, visavis;"
        "slow = {'onnx', 'onnxruntime', 'pydantic', 'rich', 'sqlalchemy', 'typer'};"
        "heavy = slow & set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
