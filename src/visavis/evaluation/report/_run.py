"""Where and when a report was made."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import os
import platform
from pathlib import Path

from visavis.evaluation.report._report import Run

__all__ = ["this_run"]

_CPU = Path("/proc/cpuinfo")


def this_run(command: str, *, model_digest: str | None = None) -> Run:
    """This machine, now.

    Args:
        command: the command line, as somebody would repeat it.
        model_digest: of the pack that made the scores, if one did.
    """
    return Run(
        command=command,
        date=dt.datetime.now(tz=dt.UTC).isoformat(timespec="seconds"),
        machine=f"{_cpu()}, {os.cpu_count()} cores, {platform.system()}",
        version=importlib.metadata.version("visavis"),
        model_digest=model_digest,
    )


def _cpu() -> str:
    if _CPU.exists():
        for line in _CPU.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
