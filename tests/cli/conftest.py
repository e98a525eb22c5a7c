from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.shell import Shell
from tests.pictures import jpeg, portrait

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    shell.run("init")
    return shell


@pytest.fixture
def photo(tmp_path: Path, astronaut: Path) -> Path:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg(portrait(astronaut, scale=1.5)))
    return path


@pytest.fixture
def probe(tmp_path: Path, astronaut: Path) -> Path:
    path = tmp_path / "b.jpg"
    path.write_bytes(jpeg(portrait(astronaut).rotate(4), quality=60))
    return path
