"""Every test that asks for ``url`` or ``store`` runs on both databases."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from tests.records.house import House
from visavis.records import Store, create_store, open_store
from visavis.records._schema import METADATA

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


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store, to be copied: making one takes longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "store.db"
    create_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def emptied_url(server: Server) -> str:
    """A database with a store that is emptied before each test, likewise."""
    url = server.new_database()
    create_store(url).close()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of an empty store."""
    if request.param == "sqlite":
        shutil.copy2(request.getfixturevalue("empty_file"), tmp_path / "store.db")
        return f"sqlite:///{tmp_path}/store.db"
    url: str = request.getfixturevalue("emptied_url")
    with open_store(url) as store, store.transaction() as t:
        for table in reversed(METADATA.sorted_tables):
            t.connection.execute(sa.delete(table))
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as store:
        yield store


@pytest.fixture
def house(store: Store) -> House:
    return House(store).furnish()
