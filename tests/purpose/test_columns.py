"""What is kept is on a reviewed list, or it is not kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tests.purpose.columns import columns
from visavis.records import create_store

if TYPE_CHECKING:
    from tests.postgresql import Server
    from visavis.records import Store

_REVIEWED = Path(__file__).with_name("reviewed_columns.txt")

_FORBIDDEN = re.compile(
    r"face|photo|picture|image|vector|embedding|template|score|distance|claim|secret|name\b|"
    r"birth|(?<![a-z])age\b|gender|sex\b|ethnic|email|phone|address",
)


def test_nothing_is_kept_that_was_not_reviewed(tmp_path: Path) -> None:
    with create_store(f"sqlite:///{tmp_path}/store.db") as store:
        _compare(store)


def test_postgresql_keeps_the_same(server: Server) -> None:
    with create_store(server.new_database()) as store:
        _compare(store)


def test_no_column_is_named_for_what_is_never_kept() -> None:
    assert [line for line in _REVIEWED.read_text().splitlines() if _FORBIDDEN.search(line)] == []


def test_these_checks_can_fail(tmp_path: Path) -> None:
    with create_store(f"sqlite:///{tmp_path}/store.db") as store:
        with store.transaction() as t:
            t.connection.execute(sa.text("ALTER TABLE records ADD COLUMN open_vector BLOB"))
        with store.snapshot() as s:
            added = set(columns(s)) - set(_REVIEWED.read_text().splitlines())
    assert added == {"records.open_vector: LargeBinary"}
    assert _FORBIDDEN.search(added.pop())


def _compare(store: Store) -> None:
    with store.snapshot() as s:
        found = columns(s)
    reviewed = _REVIEWED.read_text().splitlines()
    assert not set(found) - set(reviewed), (
        "new: review it against DESIGN, then list it (columns.py)"
    )
    assert not set(reviewed) - set(found), "no longer there: take it off the list"
