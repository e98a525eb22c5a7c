"""What a flush costs here, and programs for which it costs more."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

__all__ = ["RAMDISK", "measured_flush", "slowed"]

RAMDISK = Path("/dev/shm")  # noqa: S108 - a flush costs nothing there, so that ours is all of it
_SOURCE = Path(__file__).with_name("_slow_flush.c")
_FLUSHES = 100


def slowed(folder: Path, *, milliseconds: float) -> dict[str, str] | None:
    """The environment of a program, and of what it starts, whose flushes take so much longer.

    Args:
        folder: where to compile what slows it.
        milliseconds: how much longer.

    Returns:
        None where there is no C compiler or no ramdisk.
    """
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None or not RAMDISK.is_dir():
        return None
    library = folder / "slow_flush.so"
    command = [compiler, "-O2", "-shared", "-fPIC", "-o", str(library), str(_SOURCE), "-ldl"]
    subprocess.run(command, check=True)
    library.chmod(0o755)  # the database server is another user
    folder.chmod(0o755)
    more = {"LD_PRELOAD": str(library), "FLUSH_MICROSECONDS": str(round(milliseconds * 1000))}
    return os.environ | more | {"TMPDIR": str(RAMDISK)}


def measured_flush() -> float:
    """Milliseconds that a page written and flushed takes where temporary files go: the median."""
    took = []
    with tempfile.TemporaryFile() as file:
        for _ in range(_FLUSHES):
            file.write(bytes(4096))
            file.flush()
            begun = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - begun)
    return statistics.median(took) * 1e3
