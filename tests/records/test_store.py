"""Making, opening, refusing and upgrading a store."""

from __future__ import annotations

import os
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from visavis.errors import (
    Error,
    InputInvalid,
    StoreConflict,
    StoreCorrupt,
    StoreExists,
    StoreMissing,
    StorePermissions,
    StoreUnreachable,
    StoreUnwritable,
    StoreVersion,
)
from visavis.records import STORE_VERSION, Store, create_store, open_store, upgrade_store
from visavis.records._schema import METADATA, institutions

if TYPE_CHECKING:
    from datetime import date

    from tests.postgresql import Server

_INSERT = "INSERT INTO institutions VALUES (:name, 'key', '2026-11-22')"


def _insert(store: Store, *names: str) -> None:
    with store.transaction() as t:
        for name in names:
            t.connection.execute(sa.text(_INSERT), {"name": name})


def _names(store: Store) -> list[str]:
    with store.snapshot() as s:
        return sorted(s.connection.execute(sa.select(institutions.c.institution)).scalars())


def _set_version(url: str, version: str) -> None:
    with open_store(url) as store, store.transaction() as t:
        t.connection.execute(sa.text("UPDATE store_version SET version_num = :v"), {"v": version})


def test_the_migrations_make_the_schema(url: str) -> None:
    with create_store(url) as store, store.snapshot() as s:
        context = MigrationContext.configure(
            s.connection, opts={"version_table": "store_version", "compare_type": True}
        )
        assert compare_metadata(context, METADATA) == []


def test_what_was_written_is_there_when_opened_again(url: str) -> None:
    with create_store(url) as store:
        _insert(store, "a", "b")
    with open_store(url) as store:
        assert _names(store) == ["a", "b"]


def test_a_transaction_that_fails_changes_nothing(store: Store) -> None:
    def fail() -> None:
        with store.transaction() as t:
            t.connection.execute(sa.text(_INSERT), {"name": "a"})
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with pytest.raises(StoreConflict) as caught:
        _insert(store, "b", "b")
    assert "'b'" not in str(caught.value)
    assert caught.value.__cause__ is None  # the database's own words may repeat a row
    assert _names(store) == []
    _insert(store, "a")
    assert _names(store) == ["a"]


def test_transactions_of_many_threads_all_become_durable(store: Store) -> None:
    def work(number: int) -> None:
        for one in range(5):
            _insert(store, f"{number}-{one}")
            if one == 2:
                with pytest.raises(StoreConflict):
                    _insert(store, f"{number}-{one}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(_names(store)) == 100


def test_a_snapshot_is_one_state_and_writes_nothing(store: Store) -> None:
    _insert(store, "a")
    with store.snapshot() as s:
        count = sa.select(sa.func.count()).select_from(institutions)
        assert s.connection.scalar(count) == 1
        _insert(store, "b")
        assert s.connection.scalar(count) == 1
    with pytest.raises(StoreUnwritable), store.snapshot() as s:
        s.connection.execute(sa.text(_INSERT), {"name": "c"})


def test_nothing_is_made_twice_and_nothing_opened_that_is_not_there(url: str) -> None:
    with pytest.raises(StoreMissing):
        open_store(url)
    with pytest.raises(StoreMissing):
        upgrade_store(url)
    create_store(url).close()
    with pytest.raises(StoreExists):
        create_store(url)
    open_store(url).close()


@pytest.mark.parametrize(("version", "says"), [("0000", "store upgrade"), ("9999", "newer")])
def test_a_store_of_another_version_is_refused(url: str, version: str, says: str) -> None:
    create_store(url).close()
    _set_version(url, version)
    with pytest.raises(StoreVersion, match=says) as caught:
        open_store(url)
    assert "visavis store upgrade" in caught.value.detail


def test_upgrading_brings_the_present_version(url: str) -> None:
    create_store(url).close()
    upgrade_store(url)
    with open_store(url) as store, store.snapshot() as s:
        version = s.connection.scalar(sa.text("SELECT version_num FROM store_version"))
        assert version == STORE_VERSION
    _set_version(url, "9999")
    with pytest.raises(StoreVersion, match="newer"):
        upgrade_store(url)


def test_there_is_one_migration_a_version() -> None:
    folder = Path(__file__).parents[2] / "src/visavis/records/_migrations/versions"
    numbers = sorted(re.findall(r"v(\d{4})_", " ".join(path.name for path in folder.iterdir())))
    assert numbers[-1] == STORE_VERSION
    assert numbers == [f"{number + 1:04}" for number in range(len(numbers))]


@pytest.mark.parametrize(
    "url", ["", "visavis.db", "sqlite://", "sqlite:///:memory:", "sqlite:///a?b=c", "mysql://a/b"]
)
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(InputInvalid):
        open_store(url)


def test_a_file_that_is_open_to_others_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    create_store(f"sqlite:///{path}").close()
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    with pytest.raises(StorePermissions):
        open_store(f"sqlite:///{path}")
    path.chmod(0o600)
    link = tmp_path / "link.db"
    link.symlink_to(path)
    with pytest.raises(StorePermissions):
        open_store(f"sqlite:///{link}")


def test_the_files_beside_it_are_private_too(tmp_path: Path) -> None:
    with create_store(f"sqlite:///{tmp_path}/store.db") as store:
        _insert(store, "a")
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"store.db": 0o600, "store.db-wal": 0o600, "store.db-shm": 0o600}


def test_a_file_that_is_no_database_is_corrupt(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(os.urandom(8192))
    path.chmod(0o600)
    with pytest.raises(StoreCorrupt):
        open_store(f"sqlite:///{path}")


def test_a_folder_that_is_not_there_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreUnwritable):
        create_store(f"sqlite:///{tmp_path}/absent/store.db")
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreachable):
        open_store(f"postgresql://nobody@/nothing?host={tmp_path}")


def test_a_database_or_user_that_is_not_there_is_unreachable(server: Server) -> None:
    for user, database in (("postgres", "absent"), ("absent", "postgres")):
        with pytest.raises(StoreUnreachable):
            open_store(f"postgresql://{user}@/{database}?host={server.socket}")


def test_the_password_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(Error) as caught:
        open_store(f"postgresql://nobody:sesame@/nothing?host={tmp_path}")
    assert "sesame" not in str(caught.value)


def test_transactions_are_not_nested_on_sqlite(tmp_path: Path) -> None:
    with (
        create_store(f"sqlite:///{tmp_path}/store.db") as store,
        store.transaction(),
        pytest.raises(RuntimeError),
        store.transaction(),
    ):
        pass


def test_days_come_back_as_days(store: Store) -> None:
    _insert(store, "a")
    with store.snapshot() as s:
        day: date = s.connection.execute(sa.select(institutions.c.created_on)).scalar_one()
    assert day.isoformat() == "2026-11-22"
