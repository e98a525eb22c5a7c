"""The service does what its OpenAPI description says, whatever it is asked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.service.desk import Desk

_SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")

# What is of the right form may still be no picture, no claim, or another's.
_CONFIG = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", 403, 404, 421, 422]

# A session is looked for before the pictures are: it may be another process's (421).
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 415, 421, 422, 428, 429, "5xx"]
"""


def test_every_route_does_what_it_says(desk: Desk, tmp_path: Path) -> None:
    """Every check of schemathesis: schemas, statuses, content types, credentials, methods."""
    config = tmp_path / "schemathesis.toml"
    config.write_text(_CONFIG)
    done = subprocess.run(
        [
            str(_SCHEMATHESIS),
            f"--config-file={config}",
            "run",
            f"{desk.client.base_url}/openapi.json",
            f"--header=Authorization: Bearer {desk.master_key()}",
            "--phases=coverage,fuzzing,stateful",
            "--max-examples=2",
            "--workers=2",
            "--warnings=off",
            "--checks=all",
            "--generation-database=:memory:",
            "--no-color",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout
