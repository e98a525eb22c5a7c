"""What is left in SQLite's files of somebody who was forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from tests.records.house import House
from visavis.records import create_store, find_record, forget_enrolment
from visavis.records._schema import openings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.records.house import Person


@pytest.fixture
def file_house(tmp_path: Path) -> Iterator[House]:
    with create_store(f"sqlite:///{tmp_path}/store.db") as store:
        yield House(store).furnish()


def _secrets(house: House, person: Person) -> dict[str, bytes]:
    """Pieces of everything that the store keeps of a person."""
    with house.store.snapshot() as s:
        record = find_record(s, "default", person.binding.locator)
        opened = s.connection.execute(
            sa.select(openings).where(openings.c.enrolment_id == person.enrolment_id)
        ).one()
    assert record is not None
    return {
        "locator": person.binding.locator,
        "wrap": record.sealed.wrap[-32:],
        "body": record.sealed.body[-32:],
        "blinding": opened.blinding,
        "event": opened.event,
        "enrolment": person.enrolment_id.hex.encode(),
    }


def _found(folder: Path, pieces: dict[str, bytes]) -> set[str]:
    files = [path.read_bytes() for path in folder.iterdir()]
    return {name for name, piece in pieces.items() if any(piece in file for file in files)}


def test_nothing_is_left_of_the_forgotten(file_house: House, tmp_path: Path) -> None:
    people = [file_house.enrol(capacity=4096) for _ in range(20)]
    pieces = [_secrets(file_house, person) for person in people]
    assert _found(tmp_path, pieces[7]) == set(pieces[7])  # or the search would prove nothing
    assert file_house.store.wipe()
    assert _found(tmp_path, pieces[7]) == set(pieces[7])
    with file_house.store.transaction() as t:
        forget_enrolment(t, "default", people[7].enrolment_id)
    assert file_house.store.wipe()
    assert _found(tmp_path, pieces[7]) == set()
    assert all(_found(tmp_path, one) == set(one) for one in pieces[:7] + pieces[8:])


def test_a_reader_who_still_looks_is_told_of(file_house: House) -> None:
    person = file_house.enrol()
    with file_house.store.snapshot() as s:
        find_record(s, "default", person.binding.locator)
        with file_house.store.transaction() as t:
            forget_enrolment(t, "default", person.enrolment_id)
        assert not file_house.store.wipe()
    assert file_house.store.wipe()
