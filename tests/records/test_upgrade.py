"""Stores of every version that was released become the present one, and lose nothing.

``stores/`` holds each version's store as the code of that version wrote it: ``.sql`` the SQLite
file, as text; ``.json`` the claim of the one person in it, who is nobody, and the key ring.
"""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tests.records.house import REFERENCE, TODAY
from visavis.errors import StoreVersion
from visavis.records import (
    STORE_VERSION,
    Store,
    _migrate,
    create_store,
    find_enrolment,
    find_record,
    forget_enrolment,
    open_store,
    read_log,
    register_endpoint,
    upgrade_store,
)
from visavis.records._schema import METADATA, institutions
from visavis.sealing import Claim, EnvironmentKeyRing, unseal

if TYPE_CHECKING:
    from tests.postgresql import Server

_STORES = Path(__file__).with_name("stores")
_VERSIONS = [path.stem.removeprefix("v") for path in sorted(_STORES.glob("v*.sql"))]


def test_there_is_a_store_of_each_version_before() -> None:
    assert [f"{number:04}" for number in range(1, int(STORE_VERSION))] == _VERSIONS


@pytest.fixture(params=_VERSIONS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, dict[str, Any]]:
    """A store of an older version, and what its person had."""
    version: str = request.param
    path = tmp_path / "store.db"
    path.touch(mode=0o600)
    connection = sqlite3.connect(path)
    connection.executescript((_STORES / f"v{version}.sql").read_text())
    connection.close()
    return f"sqlite:///{path}", json.loads((_STORES / f"v{version}.json").read_text())


def test_an_older_store_is_refused_and_upgraded(old: tuple[str, dict[str, Any]]) -> None:
    url, had = old
    with pytest.raises(StoreVersion):
        open_store(url)
    upgrade_store(url)
    with open_store(url) as store:
        _has_the_present_schema(store)
        claim = Claim.parse(had["claim"])
        ring = EnvironmentKeyRing({"VISAVIS_KEYRING": json.dumps(had["key_ring"])})
        with store.snapshot() as s:
            record = find_record(s, "default", claim.locator(institution="default"))
            enrolment = find_enrolment(s, "default", UUID(had["enrolment_id"]))
            (entry,) = read_log(s, "default")
        assert record is not None
        opened = unseal(record.sealed, claim=claim, key_ring=ring, binding=record.binding)
        assert opened == REFERENCE
        assert enrolment is not None
        assert enrolment.consecutive_failures == 1
        assert entry.opening is not None
        assert entry.opening.read().enrolment_id == enrolment.enrolment_id
        with store.transaction() as t:  # and the new tables work
            register_endpoint(t, "default", url="https://bank.example/hook", on=TODAY)
            assert forget_enrolment(t, "default", enrolment.enrolment_id)


def test_postgresql_is_upgraded(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    url = server.new_database()
    with monkeypatch.context() as older:
        older.setattr(_migrate, "STORE_VERSION", "0001")
        with create_store(url) as store, store.transaction() as t:
            values = {"institution": "default", "log_key": "key", "created_on": TODAY}
            t.connection.execute(sa.insert(institutions), values)
    with pytest.raises(StoreVersion):
        open_store(url)
    upgrade_store(url)
    upgrade_store(url)  # again, and nothing happens
    with open_store(url) as store:
        _has_the_present_schema(store)
        with store.snapshot() as s:
            assert s.connection.scalar(sa.select(institutions.c.institution)) == "default"


def _has_the_present_schema(store: Store) -> None:
    with store.snapshot() as s:
        context = MigrationContext.configure(
            s.connection, opts={"version_table": "store_version", "compare_type": True}
        )
        assert compare_metadata(context, METADATA) == []
