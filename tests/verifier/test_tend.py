"""What is done from time to time, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from tests.verifier.people import Clock, Holder, attempt, comparison, enrol, somebody, verify
from visavis.errors import EnrolmentDelayed
from visavis.records import count_waiting, find_leaf, read_checkpoints
from visavis.transparency import Checkpoint, Event, EventKind, Opening
from visavis.verifier import Vault, tend

if TYPE_CHECKING:
    from visavis.models import OperatingPoint


def _abandon(vault: Vault, holder: Holder) -> None:
    """An attempt that is interrupted while it is compared, as by kill -9."""

    def killed(**_: int) -> OperatingPoint:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        attempt(vault, holder.claim).decide(replace(comparison(holder.person), point=killed))


def _abandoned(vault: Vault) -> list[Event]:
    with vault.store.snapshot() as s:
        rows = s.connection.execute(sa.text("SELECT blinding, event FROM openings")).all()
    events = [Opening(blinding=bytes(row.blinding), event=bytes(row.event)).read() for row in rows]
    return [event for event in events if event.reason == "attempt.abandoned"]


def test_abandoned_attempts_are_closed_and_logged_once(vault: Vault, clock: Clock) -> None:
    holder, other = enrol(vault), enrol(vault)
    for _ in range(3):
        _abandon(vault, holder)
    _abandon(vault, other)
    assert tend(vault).abandoned == 0
    clock.pass_(minutes=6)
    with ThreadPoolExecutor(8) as pool:
        tended = list(pool.map(tend, [vault] * 8))
    assert sum(one.abandoned for one in tended) == 4
    events = _abandoned(vault)
    assert {event.kind for event in events} == {EventKind.VERIFICATION_DENIED}
    assert sorted(event.enrolment_id == holder.enrolment_id for event in events) == [
        False,
        True,
        True,
        True,
    ]
    assert len({event.attempt_id for event in events}) == 4


def test_an_abandoned_attempt_stays_counted(vault: Vault, clock: Clock) -> None:
    holder = enrol(vault)
    for _ in range(5):
        _abandon(vault, holder)
    with pytest.raises(EnrolmentDelayed):
        verify(vault, holder.claim, holder.person)
    clock.pass_(minutes=6)
    tend(vault)
    verify(vault, holder.claim, somebody())  # the delay has passed; the sixth failure
    with pytest.raises(EnrolmentDelayed):
        verify(vault, holder.claim, holder.person)


def test_the_log_is_ordered_and_signed(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visavis.verifier._tend._BATCH_OF_LEAVES", 2)
    holder = enrol(vault)
    leaf = verify(vault, holder.claim, holder.person).leaf
    with vault.store.snapshot() as s:
        waiting = count_waiting(s, "default")
    note = tend(vault).checkpoint
    assert note is not None
    assert vault.signer is not None
    assert Checkpoint.open(note, verifier=vault.signer.verifier).size == waiting
    with vault.store.snapshot() as s:
        assert find_leaf(s, "default", leaf) is not None
        assert note == read_checkpoints(s, "default")[-1]
    assert tend(vault).checkpoint == note


def test_without_the_signing_key_the_rest_is_done(vault: Vault, clock: Clock) -> None:
    holder = enrol(vault)
    _abandon(vault, holder)
    clock.pass_(minutes=6)
    vault.signer = None
    tended = tend(vault)
    assert (tended.abandoned, tended.checkpoint) == (1, None)


def test_counts_of_failures_go_after_their_window(vault: Vault, clock: Clock) -> None:
    verify(vault, enrol(vault).claim, somebody(), terminal="till-1")
    clock.pass_(days=29)
    assert tend(vault).failures == 0
    clock.pass_(days=1)
    assert tend(vault).failures == 2


def test_it_says_whether_anything_is_left_of_deleted_rows(vault: Vault) -> None:
    sqlite = vault.store._backend.name == "sqlite"
    assert tend(vault).wiped is sqlite
    with vault.store.snapshot() as s:
        s.connection.execute(sa.text("SELECT count(*) FROM leaves"))
        enrol(vault)
        assert tend(vault).wiped is False  # somebody still reads
    assert tend(vault).wiped is sqlite
