"""What the whole process is set to before it serves."""

from __future__ import annotations

import resource
import sys

__all__ = ["harden", "hand_over_quickly"]

_SWITCH = 0.0005  # seconds


def harden() -> None:
    """Write no core dump: it would hold claims and open references."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def hand_over_quickly() -> None:
    """Let a thread that comes back from ONNX Runtime have Python's lock soon.

    By default another thread keeps it for 5 ms, and a picture comes back about fifteen times: two
    threads were no faster than one, and are with this (docs/decisions/0009).
    """
    sys.setswitchinterval(_SWITCH)
