"""What a copy of the log is written from, and what a restored store is brought up to date with."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from tests.records.house import NOW, TODAY, House, Person
from visavis.errors import IdempotencySpent, LogTampered, StoreConflict
from visavis.records import (
    RequestMark,
    append_leaf,
    begin_answer,
    checkpoint_of_size,
    continue_log,
    find_answer,
    find_record,
    finish_answer,
    log_size,
    next_checkpoint,
    place_leaves,
    read_checkpoints,
    read_copied,
    sequence_leaves,
    start_renewal,
    stop_sequencer,
    void_claims,
)
from visavis.records._schema import leaves, openings
from visavis.sealing import Claim
from visavis.transparency import Checkpoint, Event, EventKind, Frontier, leaf_hash

if TYPE_CHECKING:
    from visavis.records import Store


def _grow(house: House, *kinds: EventKind) -> None:
    """One run of the sequencer."""
    with house.store.transaction() as t:
        for kind in kinds:
            event = Event(kind=kind, institution="default", credential_id=uuid.uuid4())
            append_leaf(t, event, on=TODAY)
    with house.store.transaction() as t:
        sequence_leaves(t, "default", signer=house.signer)


_TOLD, _UNTOLD = EventKind.CREDENTIAL_REVOKED, EventKind.CREDENTIAL_ISSUED


def test_up_to_the_last_checkpoint_within_reach_or_the_next(house: House) -> None:
    for count in (2, 1, 5):
        _grow(house, *[_UNTOLD] * count)
    with house.store.snapshot() as s:
        notes = read_checkpoints(s, "default")
        assert next_checkpoint(s, "default", after=0) == (8, notes[2])
        assert next_checkpoint(s, "default", after=0, at_once=3) == (3, notes[1])
        assert next_checkpoint(s, "default", after=0, at_once=1) == (2, notes[0])
        assert next_checkpoint(s, "default", after=3, at_once=1) == (8, notes[2])
        assert next_checkpoint(s, "default", after=8) is None
        assert next_checkpoint(s, "other", after=0) is None
        assert checkpoint_of_size(s, "default", 3) == notes[1]
        assert checkpoint_of_size(s, "default", 4) is None
        assert checkpoint_of_size(s, "other", 3) is None


def test_leaves_in_order_and_what_must_be_told_of_them(house: House) -> None:
    _grow(house, _UNTOLD, _TOLD, _UNTOLD)
    _grow(house, _TOLD)
    with house.store.snapshot() as s:
        stored = s.connection.execute(
            sa.select(leaves.c.leaf).order_by(leaves.c.position)
        ).scalars()
        read, told = read_copied(s, "default", start=0, end=4)
        assert read == list(stored)
        assert [one.run for one in told] == [3, 4]
        assert [one.opening.leaf for one in told] == [read[one.position] for one in told]
        assert {one.read().kind for one in told} == {_TOLD}
        assert {one.on for one in told} == {TODAY}
        later, told = read_copied(s, "default", start=3, end=4)
        assert later == read[3:]
        assert [one.position for one in told] == [3]


def test_an_edited_opening_is_not_copied(house: House) -> None:
    _grow(house, _TOLD)
    with house.store.transaction() as t:
        t.connection.execute(sa.update(openings).values(blinding=bytes(32)))
    with house.store.snapshot() as s, pytest.raises(LogTampered):
        read_copied(s, "default", start=0, end=1)


def test_the_sequencer_goes_on_from_leaves_that_were_put_back(house: House) -> None:
    """Of which some were waiting."""
    with house.store.transaction() as t:
        event = Event(kind=_UNTOLD, institution="default", credential_id=uuid.uuid4())
        known = append_leaf(t, event, on=TODAY)
    put_back = [secrets.token_bytes(32), known, secrets.token_bytes(32)]
    frontier = Frontier()
    for leaf in put_back:
        frontier.append(leaf_hash(leaf))
    note = _signed(house, frontier)
    with house.store.transaction() as t:
        waiting = stop_sequencer(t, "default")
        assert waiting == {known}
        place_leaves(t, "default", put_back, start=0, waiting=waiting)
        continue_log(t, "default", note=note, frontier=frontier)
    _grow(house, _UNTOLD)
    with house.store.snapshot() as s:
        assert read_copied(s, "default", start=0, end=4)[0][:3] == put_back
        assert log_size(s, "default") == 4


def _signed(house: House, frontier: Frontier) -> bytes:
    root = frontier.root()
    signed = Checkpoint(origin=house.signer.verifier.name, size=frontier.size, root=root)
    return signed.sign(house.signer)


def test_a_place_is_given_once(house: House) -> None:
    _grow(house, _UNTOLD)
    with pytest.raises(StoreConflict), house.store.transaction() as t:
        place_leaves(t, "default", [bytes(32)], start=0, waiting=frozenset())


class Claims:
    """Somebody with a record, and perhaps a pending one."""

    def __init__(self, house: House, *, pending: bool) -> None:
        self.house = house
        self.person: Person = house.enrol()
        self.claims = [self.person.claim]
        if pending:
            self.claims.append(Claim.generate(institution="default"))
            binding, sealed = house.sealed(
                self.claims[1],
                enrolment_id=self.person.enrolment_id,
                consent_id=self.person.consent.consent_id,
            )
            with house.store.transaction() as t:
                start_renewal(t, binding=binding, sealed=sealed)
        self.digests = [self._digest(claim) for claim in self.claims]

    def _digest(self, claim: Claim) -> bytes:
        with self.house.store.snapshot() as s:
            record = find_record(s, "default", claim.locator(institution="default"))
        assert record is not None
        return record.sealed.digest

    def void(self, *, present: set[bytes], pending: set[bytes]) -> tuple[bool, list[str]]:
        """Whether nothing is left, and what each claim is now."""
        with self.house.store.transaction() as t:
            none_left = void_claims(
                t, "default", self.person.enrolment_id, present=present, pending=pending
            )
        return none_left, [self._state(claim) for claim in self.claims]

    def _state(self, claim: Claim) -> str:
        with self.house.store.snapshot() as s:
            record = find_record(s, "default", claim.locator(institution="default"))
        if record is None:
            return "void"
        assert self.house.opens(claim)
        return "pending" if record.pending else "present"


_LOST = secrets.token_bytes(32)  # of a record since the backup


def test_a_claim_that_was_replaced_since_does_not_come_back(house: House) -> None:
    assert Claims(house, pending=False).void(present={_LOST}, pending=set()) == (True, ["void"])
    assert Claims(house, pending=False).void(present={_LOST}, pending={_LOST}) == (True, ["void"])
    lost = Claims(house, pending=True).void(present={_LOST}, pending=set())
    assert lost == (True, ["void", "void"])


def test_the_present_claim_outlives_a_renewal_that_was_only_begun(house: House) -> None:
    assert Claims(house, pending=False).void(present=set(), pending={_LOST}) == (
        False,
        ["present"],
    )
    replaced = Claims(house, pending=True).void(present=set(), pending={_LOST})
    assert replaced == (False, ["present", "void"])


def test_a_renewal_that_the_backup_has_is_completed(house: House) -> None:
    somebody = Claims(house, pending=True)
    done = somebody.void(present={somebody.digests[1]}, pending=set())
    assert done == (False, ["void", "present"])
    twice = somebody.void(present={somebody.digests[1]}, pending=set())
    assert twice == done


def test_what_the_backup_has_already_stays(house: House) -> None:
    """Leaves that were waiting when it was made are told again."""
    somebody = Claims(house, pending=True)
    first, second = somebody.digests
    assert somebody.void(present={first}, pending={second}) == (False, ["present", "pending"])
    assert somebody.void(present=set(), pending={second}) == (False, ["present", "pending"])


def test_no_repeated_request_gets_a_replaced_claim_anew(house: House) -> None:
    somebody = Claims(house, pending=False)
    mark = RequestMark(key=bytes(32), body=bytes(32))
    with house.store.transaction() as t:
        begin_answer(t, mark, now=NOW)
        finish_answer(t, mark, answer=None, enrolment_id=somebody.person.enrolment_id)
    somebody.void(present={_LOST}, pending=set())
    with house.store.snapshot() as s, pytest.raises(IdempotencySpent):
        find_answer(s, mark, now=NOW)


def test_where_it_is_not_known_which_was_last_no_claim_stays(house: House) -> None:
    somebody = Claims(house, pending=True)
    done = somebody.void(present={somebody.digests[1], _LOST}, pending=set())
    assert done == (True, ["void", "void"])
    other = Claims(house, pending=True)
    done = other.void(present=set(), pending={other.digests[1], _LOST})
    assert done == (False, ["present", "void"])


def test_of_an_enrolment_that_is_not_there_nothing_is_left(store: Store) -> None:
    with store.transaction() as t:
        assert void_claims(t, "default", uuid.uuid4(), present={_LOST}, pending=set())
