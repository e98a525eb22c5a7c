"""What the whole process is set to before it serves."""

from __future__ import annotations

import os
import sys

from visavis.sealing import forbid_core_dumps

__all__ = ["hand_over_quickly", "prepare_process", "usable_cores"]

_SWITCH = 0.0005  # seconds


def prepare_process() -> None:
    """Write no core dumps, and hand Python's lock over quickly."""
    forbid_core_dumps()
    hand_over_quickly()


def hand_over_quickly() -> None:
    """Let a thread that comes back from ONNX Runtime have Python's lock soon.

    By default another thread keeps it for 5 ms, and a picture comes back about fifteen times: two
    threads were no faster than one, and are with this (docs/decisions/0012).
    """
    sys.setswitchinterval(_SWITCH)


def usable_cores() -> int:
    """How many cores this process may use; a container's share may be fewer than it sees."""
    return len(os.sched_getaffinity(0))
