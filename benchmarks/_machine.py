"""Where and when something was measured."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import os
import platform
from pathlib import Path
from typing import Any

__all__ = ["faces_folder", "machine", "pin"]

_REPOSITORY = Path(__file__).resolve().parents[1]


def machine() -> dict[str, Any]:
    """Processor, cores, versions and date, to stand beside every number."""
    return {
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "onnxruntime": importlib.metadata.version("onnxruntime"),
        "numpy": importlib.metadata.version("numpy"),
        "pillow": importlib.metadata.version("pillow"),
    }


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def pin(core: int) -> None:
    """Keeps this process, and the threads it will start, on one core."""
    os.sched_setaffinity(0, {core})


def faces_folder() -> Path:
    """The folder of shared photographs.

    Raises:
        SystemExit: there is none.
    """
    folder = Path(os.environ.get("VISAVIS_FACES", _REPOSITORY.parent / "shared" / "faces"))
    if not folder.is_dir():
        raise SystemExit(f"no photographs at {folder}; set VISAVIS_FACES")
    return folder
