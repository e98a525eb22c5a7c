"""Runs ``visavis`` with a data folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typer.testing import CliRunner, Result

from visavis.cli import app
from visavis.verifier import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator

_VISAVIS = Path(sys.executable).with_name("visavis")


class Shell:
    """Runs ``visavis`` with a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {"VISAVIS_HOME": str(folder / "home")}

    def run(self, *arguments: object, status: int = 0, typed: str = "") -> Result:
        """In this process; a process of its own takes seconds to start."""
        done = CliRunner().invoke(app, [*map(str, arguments)], env=self.environment, input=typed)
        assert done.exit_code == status, done.output
        return done

    def process(self, *arguments: object, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(_VISAVIS), *map(str, arguments)],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | self.environment,
            input=typed,
        )

    def json(self, *arguments: object, status: int = 0) -> dict[str, Any]:
        content = json.loads(self.run(*arguments, "--json", status=status).stdout)
        assert isinstance(content, dict)
        return content

    @contextmanager
    def vault(self) -> Iterator[Vault]:
        """What lies in the data folder, to put people into without pictures of them."""
        home = self.folder / "home"
        url = self.environment.get("VISAVIS_STORE", f"sqlite:///{home}/store.db")
        with Vault.open(url, keys=home / "keys" / "keyring.json") as vault:
            yield vault
