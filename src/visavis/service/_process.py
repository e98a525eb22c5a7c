"""What the whole process is set to before it serves."""

from __future__ import annotations

import ctypes
import os
import resource
import sys

__all__ = ["hand_over_quickly", "harden", "prepare_process", "usable_cores"]

_SWITCH = 0.0005  # seconds
_PR_SET_DUMPABLE = 4  # <linux/prctl.h>


def prepare_process() -> None:
    """Set it to all of these."""
    harden()
    hand_over_quickly()


def harden() -> None:
    """Write no core dump: it would hold claims and open references.

    The limit alone does not stop a kernel that pipes dumps to a program; ``prctl`` does, and keeps
    other processes of the same user from reading this one's memory.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def hand_over_quickly() -> None:
    """Let a thread that comes back from ONNX Runtime have Python's lock soon.

    By default another thread keeps it for 5 ms, and a picture comes back about fifteen times: two
    threads were no faster than one, and are with this (docs/decisions/0009).
    """
    sys.setswitchinterval(_SWITCH)


def usable_cores() -> int:
    """How many cores this process may use; a container's share may be fewer than it sees."""
    return len(os.sched_getaffinity(0))
