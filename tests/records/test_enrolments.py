"""Enrolling, renewing, forgetting, retention."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from tests.records.house import LIMITS, NOW, TODAY, consent_of
from visavis.errors import InputInvalid, StoreConflict
from visavis.records import (
    EnrolmentState,
    Reserved,
    add_institution,
    append_leaf,
    complete_renewal,
    count_enrolments,
    disable_enrolment,
    enable_enrolment,
    find_enrolment,
    find_record,
    forget_enrolment,
    forget_unused,
    insert_enrolment,
    list_consents,
    read_log,
    reserve_attempt,
    sequence_leaves,
    start_renewal,
)
from visavis.records._schema import METADATA, openings
from visavis.sealing import Claim
from visavis.transparency import Event, EventKind, SignerKey

if TYPE_CHECKING:
    from tests.records.house import House, Person
    from visavis.records import Store


def rows(store: Store) -> dict[str, int]:
    with store.snapshot() as s:
        count = sa.func.count()
        tables = METADATA.sorted_tables
        return {
            table.name: s.connection.scalar(sa.select(count).select_from(table)) or 0
            for table in tables
        }


def renew(house: House, person: Person) -> Claim:
    claim = Claim.generate(institution="default")
    binding, sealed = house.sealed(
        claim, enrolment_id=person.enrolment_id, consent_id=person.consent.consent_id
    )
    with house.store.transaction() as t:
        start_renewal(t, binding=binding, sealed=sealed)
    return claim


def use(house: House, claim: Claim) -> None:
    with house.store.transaction() as t:
        record = find_record(t, "default", claim.locator(institution="default"))
        assert record is not None
        complete_renewal(t, record)


def test_an_enrolment_comes_back_as_it_was_stored(house: House) -> None:
    person = house.enrol()
    assert house.opens(person.claim)
    with house.store.snapshot() as s:
        enrolment = find_enrolment(s, "default", person.enrolment_id)
        record = find_record(s, "default", person.binding.locator)
        assert find_enrolment(s, "other", person.enrolment_id) is None
        assert find_record(s, "other", person.binding.locator) is None
        assert list_consents(s, person.enrolment_id) == (person.consent,)
        assert count_enrolments(s, "default") == 1
    assert record is not None
    assert record.binding == person.binding
    assert (record.pending, record.version) == (False, 0)
    assert enrolment is not None
    assert enrolment.state is EnrolmentState.ACTIVE
    assert (enrolment.enrolled_on, enrolment.last_used_on) == (TODAY, TODAY)


def test_nothing_is_stored_that_contradicts_itself(house: House) -> None:
    person, claim, enrolment_id = house.enrol(), Claim.generate(institution="default"), uuid.uuid4()
    consent = consent_of(enrolment_id)
    binding, sealed = house.sealed(claim, enrolment_id=enrolment_id, consent_id=consent.consent_id)
    before = rows(house.store)
    wrong = [
        (replace(binding, locator=person.binding.locator), sealed, consent),  # taken
        (replace(binding, enrolment_id=person.enrolment_id), sealed, consent),  # taken
        (replace(binding, institution="other"), sealed, consent),  # unknown
        (replace(binding, consent_id=uuid.uuid4()), sealed, consent),  # unknown
        (binding, sealed, consent_of(uuid.uuid4())),  # somebody else's
        (binding, replace(sealed, wrap=b"\1" + bytes(16) + sealed.wrap[17:]), consent),  # no key
    ]
    for one, bytes_, given in wrong:
        with pytest.raises(StoreConflict), house.store.transaction() as t:
            insert_enrolment(t, binding=one, sealed=bytes_, consent=given, on=TODAY)
    for cut in (replace(sealed, wrap=sealed.wrap[1:]), replace(sealed, body=b"")):
        with pytest.raises(InputInvalid), house.store.transaction() as t:
            insert_enrolment(t, binding=binding, sealed=cut, consent=consent, on=TODAY)
    assert rows(house.store) == before


def test_an_institution_is_there_once_and_under_a_proper_name(house: House) -> None:
    key = house.signer.verifier
    with pytest.raises(StoreConflict), house.store.transaction() as t:
        add_institution(t, "default", log_key=key, on=TODAY)
    with pytest.raises(InputInvalid), house.store.transaction() as t:
        add_institution(t, "Not A Name", log_key=key, on=TODAY)
    long = SignerKey.generate("x" * 256).verifier
    with pytest.raises(InputInvalid), house.store.transaction() as t:
        add_institution(t, "other", log_key=long, on=TODAY)


def test_the_old_claim_works_until_the_new_ones_first_use(house: House) -> None:
    person = house.enrol()
    new = renew(house, person)
    assert house.opens(person.claim)
    assert house.opens(new)
    use(house, person.claim)  # using the old one changes nothing
    assert house.opens(new)
    use(house, new)
    assert not house.opens(person.claim)
    assert house.opens(new)
    use(house, new)  # completed already
    assert rows(house.store)["records"] == 1


def test_a_renewal_that_was_never_used_gives_way_to_the_next(house: House) -> None:
    person = house.enrol()
    first, second = renew(house, person), renew(house, person)
    assert not house.opens(first)
    use(house, second)
    assert not house.opens(person.claim)


def test_a_renewal_is_completed_once(house: House) -> None:
    person = house.enrol()
    new = renew(house, person)
    with house.store.snapshot() as s:
        record = find_record(s, "default", new.locator(institution="default"))
    assert record is not None
    renew(house, person)
    with pytest.raises(StoreConflict), house.store.transaction() as t:
        complete_renewal(t, record)  # a later renewal has taken its place
    assert house.opens(person.claim)


def test_forgetting_deletes_everything_at_once(house: House) -> None:
    stays = house.enrol()
    empty = rows(house.store)
    person = house.enrol()
    new = renew(house, person)
    with house.store.transaction() as t:
        reserved = reserve_attempt(t, "default", person.enrolment_id, limits=LIMITS, now=NOW)
        assert isinstance(reserved, Reserved)
    with house.store.transaction() as t:
        assert not forget_enrolment(t, "other", person.enrolment_id)
        assert forget_enrolment(t, "default", person.enrolment_id)
        assert not forget_enrolment(t, "default", person.enrolment_id)
    assert not house.opens(person.claim)
    assert not house.opens(new)
    assert house.opens(stays.claim)
    assert rows(house.store) == {**empty, "leaves": empty["leaves"] + 1}  # and it says nothing


def test_of_the_forgotten_only_the_forgetting_can_be_opened(house: House) -> None:
    person = house.enrol()
    kinds = (EventKind.ENROLMENT_FORGOTTEN, EventKind.VERIFICATION_DENIED)
    with house.store.transaction() as t:
        forget_enrolment(t, "default", person.enrolment_id)
        for kind in kinds:  # a verification that was under way comes too late
            event = Event(kind=kind, institution="default", enrolment_id=person.enrolment_id)
            append_leaf(t, event, on=TODAY)
    with house.store.transaction() as t:
        sequence_leaves(t, "default", signer=house.signer)
    with house.store.snapshot() as s:
        entries = list(read_log(s, "default"))
    assert len(entries) == 3
    opened = [entry.opening.read().kind for entry in entries if entry.opening is not None]
    assert opened == [EventKind.ENROLMENT_FORGOTTEN]


def test_what_is_unused_is_forgotten_in_portions(house: House) -> None:
    old = [house.enrol(on=TODAY - timedelta(days=1096)) for _ in range(3)]
    kept = house.enrol(on=TODAY - timedelta(days=1095))
    before = TODAY - timedelta(days=1095)
    with house.store.transaction() as t:
        first = forget_unused(t, "default", before=before, limit=2)
        assert forget_unused(t, "other", before=before, limit=2) == ()
        second = forget_unused(t, "default", before=before, limit=2)
    assert (len(first), len(second)) == (2, 1)
    assert {*first, *second} == {person.enrolment_id for person in old}
    assert house.opens(kept.claim)
    assert rows(house.store)["openings"] == 1


def test_disabling_and_enabling(house: House) -> None:
    person = house.enrol()
    with house.store.transaction() as t:
        assert disable_enrolment(t, "default", person.enrolment_id)
        assert not disable_enrolment(t, "default", person.enrolment_id)
        assert not disable_enrolment(t, "default", uuid.uuid4())
    with house.store.snapshot() as s:
        enrolment = find_enrolment(s, "default", person.enrolment_id)
    assert enrolment is not None
    assert enrolment.state is EnrolmentState.DISABLED
    with house.store.transaction() as t:
        assert enable_enrolment(t, "default", person.enrolment_id)
        assert not enable_enrolment(t, "other", person.enrolment_id)
    with house.store.snapshot() as s:
        enrolment = find_enrolment(s, "default", person.enrolment_id)
        assert s.connection.scalar(sa.select(sa.func.count()).select_from(openings)) == 1
    assert enrolment is not None
    assert enrolment.state is EnrolmentState.ACTIVE
