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


def test_the_command_line_loads_no_service() -> None:
    program = (
        "import sys, visavis.cli;"
        "slow = {'fastapi', 'limits', 'prometheus_client', 'pydantic', 'structlog', 'uvicorn'};"
        "heavy = slow & set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_service_loads_no_traces_unless_they_are_on() -> None:
    program = (
        "import sys, visavis.service, visavis.demo;"
        "heavy = {name for name in sys.modules if name.startswith('opentelemetry.sdk')"
        " or name.startswith('opentelemetry.exporter')};"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
