"""Commands as a page of the documentation prints them, to be run from top to bottom."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from visavis.cli import app

if TYPE_CHECKING:
    from collections.abc import Mapping

needs_curl = pytest.mark.skipif(
    shutil.which("curl") is None and not os.environ.get("VISAVIS_REQUIRE_CURL"),
    reason="curl is not installed: apt-get install curl",
)
"""For what the documentation does with curl."""

_DOCS = Path(__file__).parents[1] / "docs"
_BLOCK = re.compile(r"^```console ?(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """Commands that belong together.

    Attributes:
        section: the heading above.
        needs: what the fence says behind ``console``, or nothing.
        commands: one each, continued lines joined.
    """

    section: str
    needs: str
    commands: tuple[str, ...]


def blocks(page: str) -> list[Block]:
    """Every block of commands, in order."""
    _, *parts = re.split(r"^## (.*)\n", (_DOCS / page).read_text(), flags=re.MULTILINE)
    return [
        Block(section, needs, tuple(_commands(lines)))
        for section, text in zip(parts[::2], parts[1::2], strict=True)
        for needs, lines in _BLOCK.findall(text)
    ]


def _commands(text: str) -> list[str]:
    joined = text.replace("\\\n", " ").splitlines()
    return [line[2:] for line in joined if line.startswith("$ ")]


def run(command: str, *, where: Path, variables: Mapping[str, str]) -> tuple[int, str]:
    """Exit status, and all that was said.

    ``visavis`` alone runs in this process, its words as bash expands them: a process of its own
    takes seconds to start.
    """
    environment = os.environ | dict(variables)
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    simple = command.startswith("visavis ") and not re.search(r"[|&;<>]|\$\(", command)
    script = f"printf '%s\\0' {command}" if simple else f"set -o pipefail; {command}"
    done = subprocess.run(
        ["bash", "-c", script],  # noqa: S607
        cwd=where,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if not simple:
        return done.returncode, done.stdout + done.stderr
    _, *words = done.stdout.rstrip("\0").split("\0")
    said = CliRunner().invoke(app, words, env=dict(variables))
    return said.exit_code, said.output
