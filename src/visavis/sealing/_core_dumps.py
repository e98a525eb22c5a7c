"""No core dumps of a process through whose memory claims go."""

from __future__ import annotations

import ctypes
import os
import resource
import sys

__all__ = ["forbid_core_dumps"]

_PR_SET_DUMPABLE = 4  # <linux/prctl.h>


def forbid_core_dumps() -> None:
    """Let no crash of this process write its memory to disk, and its user's debuggers not see it.

    A core dump holds every claim that came by lately: Python does not promise to wipe memory. The
    limit alone does not do where the kernel hands dumps to a program; the dumpable flag does.
    Whoever is root can still read the memory. Calling it is for the edges: a library that changes
    its process's limits would surprise.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
