"""Records against the log: what was exchanged or put back is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tests.verifier.people import Holder, enrol, renew_with, verify
from visavis.records._schema import openings, records
from visavis.verifier import audit_log, sign_log

if TYPE_CHECKING:
    from visavis.sealing import Claim
    from visavis.verifier import Vault


def _row(vault: Vault, claim: Claim) -> dict[str, Any]:
    locator = claim.locator(institution="default")
    with vault.store.snapshot() as s:
        row = s.connection.execute(sa.select(records).where(records.c.locator == locator)).one()
    return dict(row._mapping)


def _put(vault: Vault, row: dict[str, Any]) -> None:
    """In the place of whatever the enrolment has."""
    with vault.store.transaction() as t:
        t.connection.execute(
            sa.delete(records).where(
                records.c.enrolment_id == row["enrolment_id"],
                records.c.pending.is_(row["pending"]),
            )
        )
        t.connection.execute(sa.insert(records), row)


def _problems(vault: Vault) -> tuple[str, ...]:
    with vault.store.snapshot() as s:
        return audit_log(s, "default").problems


def _renew(vault: Vault, holder: Holder, *, used: bool = True) -> Holder:
    """Renewed, and the new claim used; with a checkpoint before and after."""
    new = Holder(holder.person, renew_with(vault, holder.claim, holder.person))
    sign_log(vault)
    if used:
        verify(vault, new.claim, new.person).require_match()
        sign_log(vault)
    return new


def test_whatever_really_happened_fits(vault: Vault) -> None:
    holders = [enrol(vault) for _ in range(4)]
    assert _problems(vault) == ()  # before anything has its place
    once = _renew(vault, holders[0])
    _renew(vault, once)
    _renew(vault, holders[1], used=False)
    _renew(vault, holders[1], used=False)
    _renew(vault, _renew(vault, holders[2]), used=False)
    assert _problems(vault) == ()


def test_an_old_record_put_back_is_found(vault: Vault) -> None:
    first = enrol(vault)
    old = _row(vault, first.claim)
    second = _renew(vault, first)
    newer = _row(vault, second.claim)
    third = _renew(vault, second)
    newest = _row(vault, third.claim)
    for row in (old, newer, newer | {"pending": True}, old | {"pending": True}):
        _put(vault, row)
        (problem,) = _problems(vault)
        assert str(first.enrolment_id) in problem
        if not row["pending"]:
            # Until somebody looks, the old claim opens it: that is what the check is for.
            verify(vault, (first if row == old else second).claim, first.person).require_match()
        _put(vault, newest)
        with vault.store.transaction() as t:
            t.connection.execute(sa.delete(records).where(records.c.pending))
    assert _problems(vault) == ()


def test_an_exchanged_record_is_found(vault: Vault) -> None:
    holder = enrol(vault)
    sign_log(vault)
    row = _row(vault, holder.claim)
    _put(vault, row | {"body": bytes(len(row["body"]))})
    assert len(_problems(vault)) == 1


def test_what_no_leaf_tells_of_any_more_is_said(vault: Vault) -> None:
    enrol(vault)
    sign_log(vault)
    with vault.store.transaction() as t:
        t.connection.execute(sa.delete(openings))
    with vault.store.snapshot() as s:
        report = audit_log(s, "default")
    assert report.problems == ()
    assert any("1 records have no leaf that opens" in limit for limit in report.limits)


def test_a_store_that_is_wrong_everywhere_gives_a_short_list(vault: Vault) -> None:
    for _ in range(22):
        enrol(vault)
    with vault.store.transaction() as t:
        t.connection.execute(sa.update(records).values(body=bytes(4159)))
    assert len(_problems(vault)) == 21
