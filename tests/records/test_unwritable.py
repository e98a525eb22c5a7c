"""A disk that is full, a file or a server that is read-only, somebody who does not let go."""

from __future__ import annotations

import contextlib
import os
import resource
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from psycopg import sql

from tests.records.house import House
from tests.records.test_enrolments import rows
from visavis.errors import StoreBusy, StoreUnreachable, StoreUnwritable
from visavis.records import create_store, open_store
from visavis.records._schema import institutions
from visavis.sealing import MAX_CAPACITY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgresql import Server
    from visavis.records import Store

_NOBODY = 65534


@contextlib.contextmanager
def _being_nobody() -> Iterator[None]:
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become somebody who may not write")
@pytest.mark.parametrize("folder_mode", [0o700, 0o500])
def test_a_read_only_file_is_unwritable(folder_mode: int) -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        folder = Path(name)
        url = f"sqlite:///{folder}/store.db"
        create_store(url).close()
        for path, mode in ((folder / "store.db", 0o400), (folder, folder_mode)):
            os.chown(path, _NOBODY, -1)
            path.chmod(mode)
        before = (folder / "store.db").read_bytes()
        with _being_nobody():
            # A folder that is read-only, too: SQLite cannot even begin to read.
            expected = (
                StoreUnwritable if folder_mode == 0o700 else (StoreUnreachable, StoreUnwritable)
            )
            with pytest.raises(expected):
                _write(url)
        assert (folder / "store.db").read_bytes() == before


def _write(url: str) -> None:
    with open_store(url) as store, store.transaction() as t:
        t.connection.execute(sa.delete(institutions))


def test_a_read_only_server_is_unwritable(server: Server) -> None:
    url = server.new_database()
    create_store(url).close()
    name = sql.Identifier(str(sa.make_url(url).database))
    server.run(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(name))
    with open_store(url) as store:
        with pytest.raises(StoreUnwritable), store.transaction() as t:
            t.connection.execute(sa.delete(institutions))
        assert rows(store)["institutions"] == 0


def test_a_server_that_goes_away_is_unreachable_and_comes_back(server: Server) -> None:
    url = server.new_database()
    with create_store(url) as store:
        name = sql.Literal(str(sa.make_url(url).database))
        end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}"
        with pytest.raises(StoreUnreachable):
            _interrupted(store, server, sql.SQL(end).format(name))
        assert rows(store)["institutions"] == 0


def _interrupted(store: Store, server: Server, interruption: sql.Composed) -> None:
    with store.transaction() as t:
        server.run(interruption)
        t.connection.execute(sa.delete(institutions))


def test_a_full_disk_undoes_the_whole_and_says_so(tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk; the kernel refuses to write alike."""
    with create_store(f"sqlite:///{tmp_path}/store.db") as store:
        house = House(store).furnish()
        kept = house.enrol()
        before = rows(store)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
        try:
            errors = _enrol_at_once(house, capacity=MAX_CAPACITY)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        after = rows(store)
        stored = after["records"] - before["records"]
        assert errors
        assert {type(error) for error in errors} == {StoreUnwritable}
        assert stored == 20 - len(errors)  # nobody was told otherwise
        assert after["consents"] == after["enrolments"] == after["leaves"] == after["records"]
        assert house.opens(kept.claim)
        house.enrol(capacity=MAX_CAPACITY)  # there is room again


def _enrol_at_once(house: House, *, capacity: int) -> list[Exception]:
    errors: list[Exception] = []

    def enrol() -> None:
        try:
            house.enrol(capacity=capacity)
        except Exception as error:  # noqa: BLE001 - any other is the test's failure
            errors.append(error)

    threads = [threading.Thread(target=enrol) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_who_does_not_let_go_makes_it_busy(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visavis.records._sqlite._PATIENCE", 0.1)
    monkeypatch.setattr("visavis.records._postgresql._PATIENCE", 1)
    with open_store(store_url) as holding, open_store(store_url) as waiting:
        house = House(holding).furnish()
        lock = sa.update(institutions).values(created_on=institutions.c.created_on)
        with holding.transaction() as t:
            t.connection.execute(lock)
            with pytest.raises(StoreBusy), waiting.transaction() as other:
                other.connection.execute(lock)
        with waiting.transaction() as t:
            t.connection.execute(lock)
        house.enrol()
