"""Which consent holds when."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.records.house import TODAY, consent_of
from visavis.errors import InputInvalid, StoreConflict
from visavis.records import find_consent, give_consent, list_consents, withdraw_consent

if TYPE_CHECKING:
    from datetime import date

    from tests.records.house import House
    from visavis.records import Consent

_DAY = timedelta(days=1)


def _find(house: House, enrolment_id: uuid.UUID, purpose: str, on: date) -> Consent | None:
    with house.store.snapshot() as s:
        return find_consent(s, enrolment_id, purpose=purpose, on=on)


def test_a_consent_holds_for_its_purpose_from_its_day_until_it_expires(house: House) -> None:
    person = house.enrol()
    consent = replace(
        consent_of(person.enrolment_id, purpose="boarding"), expires_on=TODAY + 2 * _DAY
    )
    with house.store.transaction() as t:
        give_consent(t, consent)
    found = {
        days: _find(house, person.enrolment_id, "boarding", TODAY + days * _DAY)
        for days in (-1, 0, 1, 2)
    }
    assert found == {-1: None, 0: consent, 1: consent, 2: None}
    assert _find(house, person.enrolment_id, "entry", TODAY) is None
    assert _find(house, uuid.uuid4(), "boarding", TODAY) is None
    assert _find(house, person.enrolment_id, "payment", TODAY + 9999 * _DAY) == person.consent


def test_a_withdrawn_consent_holds_no_longer_and_is_kept_as_withdrawn(house: House) -> None:
    person, other = house.enrol(), house.enrol()
    consent_id = person.consent.consent_id
    with house.store.transaction() as t:
        assert withdraw_consent(t, "other", consent_id, on=TODAY) is None
        assert withdraw_consent(t, "default", consent_id, on=TODAY) == person.enrolment_id
        assert withdraw_consent(t, "default", consent_id, on=TODAY + _DAY) is None
    assert _find(house, person.enrolment_id, "payment", TODAY) is None
    assert _find(house, other.enrolment_id, "payment", TODAY) == other.consent
    again = consent_of(person.enrolment_id)
    with house.store.transaction() as t:
        give_consent(t, again)
    assert _find(house, person.enrolment_id, "payment", TODAY) == again
    with house.store.snapshot() as s:
        assert set(list_consents(s, person.enrolment_id)) == {
            replace(person.consent, withdrawn_on=TODAY),
            again,
        }


def test_a_strangers_consent_is_not_kept(house: House) -> None:
    with pytest.raises(StoreConflict), house.store.transaction() as t:
        give_consent(t, consent_of(uuid.uuid4()))


@pytest.mark.parametrize(
    "wrong",
    [
        {"purpose": "to pay for things"},
        {"purpose": ""},
        {"wording_digest": b"I agree"},
        {"language": "English"[:1]},
        {"language": "de_AT"},
        {"expires_on": TODAY},
    ],
)
def test_values_of_another_kind_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InputInvalid):
        replace(consent_of(uuid.uuid4()), **wrong)  # type: ignore[arg-type]  # wrong on purpose
