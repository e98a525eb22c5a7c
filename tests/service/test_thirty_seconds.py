"""The page's curl lines work as they are printed, but for the port, which another may have."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

from tests.runbook import needs_curl

_PAGE = Path(__file__).parents[2] / "docs" / "service.md"


def _printed() -> tuple[str, list[str]]:
    """The commands as a script, and the answers that are printed below them."""
    section = _PAGE.read_text().split("## Thirty seconds\n", 1)[1].split("\n## ", 1)[0]
    blocks = "".join(re.findall(r"^```console\n(.*?)^```", section, re.MULTILINE | re.DOTALL))
    lines = blocks.replace("\\\n", " ").splitlines()
    commands = [line[2:] for line in lines if line.startswith("$ ")]
    return "\n".join(commands), [line for line in lines if not line.startswith("$ ")]


@needs_curl
def test_every_line_works_and_answers_as_printed(
    tmp_path: Path, sample: bytes, probe: bytes
) -> None:
    (tmp_path / "portrait.jpg").write_bytes(sample)
    (tmp_path / "selfie.jpg").write_bytes(probe)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    commands, expected = _printed()
    script = commands.replace("8460", port)
    done = subprocess.run(
        ["bash", "-ec", f"trap 'kill %1 2> /dev/null || true' EXIT\n{script}\nwait"],  # noqa: S607
        cwd=tmp_path,
        env={
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": os.environ["HOME"],  # converted models are there
            "VISAVIS_HOME": str(tmp_path / "home"),
            "VISAVIS_SERVICE__PORT": port,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    answers = re.findall(r"\{[^{}]*\}", done.stdout)
    assert len(answers) == len(expected)
    for answer, printed in zip(answers, expected, strict=True):
        assert re.fullmatch(re.escape(printed).replace(r"\.\.\.", '[^"]+'), answer), printed
