"""Retention, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from tests.verifier.people import Clock, enrol, verify
from visavis.errors import InputInvalid, VerificationRefused
from visavis.records import append_leaf
from visavis.transparency import EventKind, Opening
from visavis.verifier import UNUSED_DAYS, Purged, Vault, purge

if TYPE_CHECKING:
    from visavis.transparency import Event


def _events(vault: Vault) -> list[Event]:
    with vault.store.snapshot() as s:
        rows = s.connection.execute(sa.text("SELECT blinding, event FROM openings")).all()
    return [Opening(blinding=bytes(row.blinding), event=bytes(row.event)).read() for row in rows]


def test_what_was_not_used_for_three_years_is_forgotten(vault: Vault, clock: Clock) -> None:
    unused, used, late = enrol(vault), enrol(vault), enrol(vault)
    clock.pass_(days=1)
    verify(vault, used.claim, used.person).require_match()
    clock.pass_(days=UNUSED_DAYS - 1)
    assert purge(vault) == Purged(enrolments=0, openings=0)
    clock.pass_(days=1)
    # Of each enrolment two leaves; those of the forgotten go with them.
    assert purge(vault) == Purged(enrolments=2, openings=2)
    for holder in (unused, late):
        with pytest.raises(VerificationRefused):
            verify(vault, holder.claim, holder.person)
    verify(vault, used.claim, used.person).require_match()
    forgotten = [e for e in _events(vault) if e.kind is EventKind.ENROLMENT_FORGOTTEN]
    assert {e.enrolment_id for e in forgotten} == {unused.enrolment_id, late.enrolment_id}
    assert {e.reason for e in forgotten} == {"retention"}


def test_what_opens_old_leaves_goes_even_of_those_who_stay(vault: Vault, clock: Clock) -> None:
    holder = enrol(vault)
    for _ in range(3):
        clock.pass_(days=10)
        verify(vault, holder.claim, holder.person).require_match()
    assert purge(vault, unused_days=15) == Purged(enrolments=0, openings=3)
    assert [event.kind for event in _events(vault)] == [EventKind.VERIFICATION_DECIDED] * 2


def test_an_interrupted_purge_is_continued(
    vault: Vault, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("visavis.verifier._purge._BATCH", 2)
    monkeypatch.setattr("visavis.verifier._purge._BATCH_OF_OPENINGS", 1)
    for _ in range(5):
        enrol(vault)
    clock.pass_(days=11)
    left = iter([True, True, True])

    def interrupted(*arguments: Any, **named: Any) -> bytes:  # noqa: ANN401 - passed on
        if not next(left, False):
            raise KeyboardInterrupt
        return append_leaf(*arguments, **named)

    with monkeypatch.context() as context:
        context.setattr("visavis.verifier._purge.append_leaf", interrupted)
        with pytest.raises(KeyboardInterrupt):
            purge(vault, unused_days=10)
    assert len(_events(vault)) == 2 + 3 * 2  # one batch of two is done, and nothing of the next
    assert purge(vault, unused_days=10) == Purged(enrolments=3, openings=0)


@pytest.mark.parametrize("days", [0, -1, 10**6, 10**12])
def test_retention_is_some_days(vault: Vault, days: int) -> None:
    with pytest.raises(InputInvalid):
        purge(vault, unused_days=days)
