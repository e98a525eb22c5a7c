"""What the whole process is set to before it serves, and what it may use."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Final

from visavis.sealing import forbid_core_dumps

__all__ = ["prepare_process", "usable_cores"]

_QUOTA: Final = Path("/sys/fs/cgroup/cpu.max")
"""Of a container's processor time: microseconds in each period, or the word ``max``."""


def prepare_process() -> None:
    """Write no core dumps."""
    forbid_core_dumps()


def usable_cores(quota: Path = _QUOTA) -> int:
    """How many cores this process may use: a container may have fewer than it sees.

    Args:
        quota: the control group's file (cgroups 2); none is no limit.
    """
    cores = len(os.sched_getaffinity(0))
    try:
        allowed, period = quota.read_text().split()
        return min(cores, max(1, math.ceil(int(allowed) / int(period))))
    except (OSError, ValueError):
        return cores
