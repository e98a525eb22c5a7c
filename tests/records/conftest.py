"""Every test that asks for ``url`` or ``store`` runs on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.records.house import House
from visavis.records import Store, create_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.postgresql import Server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of a store that is not made yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    server: Server = request.getfixturevalue("server")
    return server.new_database()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with create_store(url) as store:
        yield store


@pytest.fixture
def house(store: Store) -> House:
    return House(store).furnish()
