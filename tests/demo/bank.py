"""The demo as a process, as `make run` starts it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

VISAVIS = Path(sys.executable).with_name("visavis")


@dataclass(frozen=True, slots=True)
class Started:
    """A demo that runs.

    Attributes:
        address: where.
        said: what it printed before it was there.
        folder: where it was started.
        kept: its temporary folder's parent, of its own.
        process: it.
    """

    address: str
    said: str
    folder: Path
    kept: Path
    process: subprocess.Popen[str]

    def left(self) -> list[Path]:
        """The folders that are there now."""
        return list(self.kept.glob("visavis-demo-*"))

    def end(self, how: int = signal.SIGINT) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=30)


@contextlib.contextmanager
def started(folder: Path, *options: str) -> Iterator[Started]:
    kept = folder / "tmp"
    kept.mkdir()
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [str(VISAVIS), "demo", "--no-browser", "--port", "0", *options],
            cwd=folder,
            env=os.environ | {"TMPDIR": str(kept)},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        said = _read(process.stdout)
        found = re.search(r"https?://\S+/", said)
        assert found, (folder / "log").read_text()
        yield Started(found.group(), said, folder, kept, process)
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def _read(lines: IO[str] | None) -> str:
    """Everything until it is there."""
    said = ""
    for line in lines or ():
        said += line
        if "Ctrl-C" in line:
            break
    return said
