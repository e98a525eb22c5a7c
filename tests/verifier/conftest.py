"""Every test that asks for ``vault`` runs on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verifier.people import Clock
from visavis.verifier import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.postgresql import Server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of a store that is not made yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    server: Server = request.getfixturevalue("server")
    return server.new_database()


@pytest.fixture
def vault(url: str, tmp_path: Path, clock: Clock) -> Iterator[Vault]:
    with Vault.create(url, keys=tmp_path / "keys" / "keyring.json") as vault:
        vault.clock = clock
        yield vault
