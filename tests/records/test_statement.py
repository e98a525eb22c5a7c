"""A statement gives the same on SQLite, where it goes past SQLAlchemy, as on PostgreSQL."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from visavis.errors import StoreConflict
from visavis.records._schema import attempts, consents, records
from visavis.records._statement import Statement

if TYPE_CHECKING:
    from tests.records.house import House

_OF = consents.c.enrolment_id == sa.bindparam("whose")


def test_values_come_back_as_what_they_are(house: House) -> None:
    person = house.enrol()
    columns = (records.c.consent_id, consents.c.given_on, records.c.pending, records.c.wrap)
    joined = records.c.consent_id == consents.c.consent_id
    # The limit is a parameter that the statement has a value for.
    find = Statement(sa.select(*columns).join_from(records, consents, joined).where(_OF).limit(1))
    expected = (person.consent.consent_id, person.consent.given_on, False)
    with house.store.snapshot() as s:
        for _ in range(2):
            (row,) = find.run(s, {"whose": person.enrolment_id})
            assert (*row[:3],) == expected
            assert [type(value) for value in row] == [uuid.UUID, date, bool, bytes]
        assert not find.run(s, {"whose": uuid.uuid4()})


def test_text_takes_typed_parameters_and_gives_what_it_changed(house: House) -> None:
    person = house.enrol()
    withdraw = Statement(
        sa.text("UPDATE consents SET withdrawn_on = :day WHERE enrolment_id = :whose").bindparams(
            sa.bindparam("day", type_=sa.Date()), sa.bindparam("whose", type_=sa.Uuid())
        )
    )
    back = Statement(sa.delete(consents).where(_OF).returning(consents.c.withdrawn_on))
    values = {"whose": person.enrolment_id, "day": date(2026, 11, 30)}
    with house.store.transaction() as t:
        assert not withdraw.run(t, values)
        t.connection.execute(sa.delete(records).where(records.c.enrolment_id == values["whose"]))
        assert [list(row) for row in back.run(t, values)] == [[date(2026, 11, 30)]]


def test_what_contradicts_the_store_changes_nothing(house: House) -> None:
    of_nobody = {"attempt_id": uuid.uuid4(), "enrolment_id": uuid.uuid4(), "reserved_at": 1}
    insert = Statement(sa.insert(attempts).values({n: sa.bindparam(f"a_{n}") for n in of_nobody}))
    with pytest.raises(StoreConflict), house.store.transaction() as t:
        insert.run(t, {f"a_{name}": value for name, value in of_nobody.items()})
    with house.store.snapshot() as s:
        assert s.connection.scalar(sa.select(sa.func.count()).select_from(attempts)) == 0
