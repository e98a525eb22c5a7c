"""What the whole process is set to before it serves."""

from __future__ import annotations

import os

from visavis.sealing import forbid_core_dumps

__all__ = ["prepare_process", "usable_cores"]


def prepare_process() -> None:
    """Write no core dumps."""
    forbid_core_dumps()


def usable_cores() -> int:
    """How many cores this process may use; a container's share may be fewer than it sees."""
    return len(os.sched_getaffinity(0))
