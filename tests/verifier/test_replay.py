"""A store that was restored is refused, and told what happened since, on both databases."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from tests.verifier.house import House
from tests.verifier.people import Clock, Holder, enrol, renew_with, somebody, verify
from visavis.credentials import Scope, issue_credential, revoke_credential
from visavis.errors import (
    ConsentUnknown,
    EnrolmentDisabled,
    Error,
    InstitutionUnknown,
    LogCopyDamaged,
    LogCopyForeign,
    LogCopyMissing,
    StoreDiverged,
    StoreRestored,
    VerificationRefused,
)
from visavis.records import (
    EnrolmentState,
    append_leaf,
    count_messages,
    disable_enrolment,
    find_enrolment,
    find_leaf,
    list_consents,
    list_credentials,
    open_store,
    register_endpoint,
)
from visavis.records._schema import leaves, openings
from visavis.transparency import Event, EventKind
from visavis.verifier import (
    Replayed,
    Vault,
    audit_log,
    copy_log,
    enable,
    forget,
    new_institution,
    sign_log,
    withdraw_consent,
)

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID


@pytest.fixture
def house(url: str, tmp_path: Path, clock: Clock) -> House:
    return House(url, tmp_path, clock).create()


def _lock(vault: Vault, holder: Holder) -> None:
    """As the last failure does it."""
    with vault.store.transaction() as t:
        disable_enrolment(t, vault.institution, holder.enrolment_id)
        event = Event(
            kind=EventKind.ENROLMENT_DISABLED,
            institution=vault.institution,
            enrolment_id=holder.enrolment_id,
        )
        append_leaf(t, event, on=vault.clock().date())


def _renewed(vault: Vault, holder: Holder, *, used: bool = True) -> Holder:
    new = Holder(holder.person, renew_with(vault, holder.claim, holder.person))
    if used:
        verify(vault, new.claim, new.person).require_match()
    return new


def _state(vault: Vault, holder: Holder) -> EnrolmentState | None:
    with vault.store.snapshot() as s:
        found = find_enrolment(s, vault.institution, holder.enrolment_id)
    return None if found is None else found.state


def _problems(vault: Vault, *external: bytes) -> tuple[str, ...]:
    with vault.store.snapshot() as s:
        return audit_log(s, vault.institution, external=external).problems


def _key(vault: Vault) -> UUID:
    issued = issue_credential(
        vault.store, institution="default", scopes=[Scope.VERIFY], now=vault.clock()
    )
    return issued.credential.credential_id


def test_what_happened_since_is_done_again(house: House, clock: Clock) -> None:
    with house.opened() as vault:
        forgotten, withdrawn, locked, unlocked, renewed, stays = (enrol(vault) for _ in range(6))
        key, good_key = _key(vault), _key(vault)
        _lock(vault, unlocked)
        sign_log(vault)
    house.back_up()
    clock.pass_(days=1)
    day = clock.now.date()
    with house.opened() as vault:
        forget(vault, enrolment_id=forgotten.enrolment_id)
        withdraw_consent(vault, consent_id=withdrawn.enrolment.consent_id)
        _lock(vault, locked)
        enable(vault, enrolment_id=unlocked.enrolment_id)
        new_claim = _renewed(vault, renewed)
        verify(vault, stays.claim, stays.person).require_match()
        late, gone_again = enrol(vault), enrol(vault)
        forget(vault, enrolment_id=gone_again.enrolment_id)
        revoke_credential(vault.store, institution="default", credential_id=key, now=vault.clock())
    newest = house.signed()
    house.restore()
    clock.pass_(days=1)

    with pytest.raises(StoreRestored), house.opened():
        pass
    done = house.replay()
    assert (done.forgotten, done.withdrawn, done.revoked) == (1, 1, 1)
    assert (done.disabled, done.enabled, done.replaced) == (1, 1, 1)
    assert done.untold == done.leaves - 8  # 2 forgotten, renewal begun and used, and one each
    with house.opened() as vault:
        assert _state(vault, forgotten) is None
        assert _state(vault, late) is None
        assert _state(vault, gone_again) is None
        assert _state(vault, locked) is EnrolmentState.DISABLED
        assert _state(vault, unlocked) is EnrolmentState.ACTIVE
        for claim in (forgotten, withdrawn, renewed, new_claim, late):
            with pytest.raises(VerificationRefused):
                verify(vault, claim.claim, claim.person)
        with pytest.raises(EnrolmentDisabled):
            verify(vault, locked.claim, locked.person)
        verify(vault, unlocked.claim, unlocked.person).require_match()
        verify(vault, stays.claim, stays.person).require_match()
        with pytest.raises(ConsentUnknown):
            withdraw_consent(vault, consent_id=withdrawn.enrolment.consent_id)
        with vault.store.snapshot() as s:
            (consent,) = list_consents(s, withdrawn.enrolment_id)
            revoked = {one.credential_id: one.revoked_on for one in list_credentials(s, "default")}
        assert consent.withdrawn_on == day
        assert revoked == {key: day, good_key: None}
        assert _problems(vault, newest) == ()
    assert house.replay() == Replayed()
    assert house.signed()  # and its copy goes on


def test_an_old_claim_stays_dead_when_somebody_enables_the_enrolment(house: House) -> None:
    """As an attended recovery does; nobody could tell that the claim was an old one."""
    with house.opened() as vault:
        holder = enrol(vault)
        today = vault.clock().date()
        with vault.store.transaction() as t:
            register_endpoint(t, "default", url="https://bank.example/hook", on=today)
        sign_log(vault)
    house.back_up()
    with house.opened() as vault:
        _renewed(vault, holder)
    house.signed()
    house.restore()
    assert house.replay().replaced == 1
    with house.opened() as vault:
        assert _state(vault, holder) is EnrolmentState.DISABLED
        with vault.store.snapshot() as s:
            assert count_messages(s, "default") == 1  # the institution is told of it
        enable(vault, enrolment_id=holder.enrolment_id)
        with pytest.raises(VerificationRefused):
            verify(vault, holder.claim, holder.person)
        sign_log(vault)
        assert _problems(vault) == ()
        forget(vault, enrolment_id=holder.enrolment_id)
        enrol(vault)


def test_renewals_that_the_backup_knows_of(house: House) -> None:
    with house.opened() as vault:
        used, replaced, begun = (enrol(vault) for _ in range(3))
        new_used = _renewed(vault, used, used=False)
        old_pending = _renewed(vault, replaced, used=False)
        sign_log(vault)
    house.back_up()
    with house.opened() as vault:
        verify(vault, new_used.claim, used.person).require_match()
        sign_log(vault)
        lost = _renewed(vault, replaced, used=False)
        only_begun = _renewed(vault, begun, used=False)
    newest = house.signed()
    house.restore()
    assert house.replay().replaced == 0
    with house.opened() as vault:
        verify(vault, new_used.claim, used.person).require_match()  # completed
        verify(vault, replaced.claim, replaced.person).require_match()
        verify(vault, begun.claim, begun.person).require_match()
        for claim in (used, old_pending, lost, only_begun):
            with pytest.raises(VerificationRefused):
                verify(vault, claim.claim, claim.person)
        sign_log(vault)
        assert _problems(vault, newest) == ()


def test_disabled_and_enabled_within_one_run_counts_as_disabled(house: House) -> None:
    """Places within one run say nothing of the order; the later runs do."""
    with house.opened() as vault:
        unclear, clear = enrol(vault), enrol(vault)
        sign_log(vault)
    house.back_up()
    with house.opened() as vault:
        for holder in (unclear, clear):
            _lock(vault, holder)
            enable(vault, enrolment_id=holder.enrolment_id)
        sign_log(vault)
        _lock(vault, clear)
        sign_log(vault)
        enable(vault, enrolment_id=clear.enrolment_id)
    house.signed()
    house.restore()
    house.replay()
    with house.opened() as vault:
        assert _state(vault, unclear) is EnrolmentState.DISABLED
        assert _state(vault, clear) is EnrolmentState.ACTIVE


def test_leaves_that_waited_when_the_backup_was_made(house: House) -> None:
    with house.opened() as vault:
        kept, forgotten = enrol(vault), enrol(vault)
        leaf = verify(vault, kept.claim, kept.person).leaf
        forget(vault, enrolment_id=forgotten.enrolment_id)
    house.back_up()
    newest = house.signed()
    with house.opened() as vault, vault.store.snapshot() as s:
        place = find_leaf(s, "default", leaf)
    house.restore()
    house.replay()
    with house.opened() as vault:
        with vault.store.snapshot() as s:
            assert find_leaf(s, "default", leaf) == place
        verify(vault, kept.claim, kept.person).require_match()
        assert _state(vault, forgotten) is None
        sign_log(vault)
        assert _problems(vault, newest) == ()


def test_nothing_of_the_forgotten_comes_back_but_that_they_are(house: House) -> None:
    with house.opened() as vault:
        holder = enrol(vault)
        sign_log(vault)
    house.back_up()
    with house.opened() as vault:
        _lock(vault, holder)
        sign_log(vault)
        forget(vault, enrolment_id=holder.enrolment_id)
    house.signed()
    house.restore()
    house.replay()
    with house.opened() as vault, vault.store.snapshot() as s:
        events = s.connection.execute(
            sa.select(openings.c.event).where(openings.c.enrolment_id == holder.enrolment_id)
        ).scalars()
        (event,) = [bytes(one) for one in events]
    assert b"enrolment.forgotten" in event


def test_a_store_that_went_on_after_its_restore_is_refused(house: House) -> None:
    with house.opened() as vault:
        enrol(vault)
        sign_log(vault)
    house.back_up()
    with house.opened() as vault:
        enrol(vault)
    house.signed()
    house.restore()
    with house.opened(copied=False) as vault:  # as if nobody had set it
        enrol(vault)
        sign_log(vault)
    with pytest.raises(StoreDiverged), house.opened():
        pass
    before = house.rows()
    with pytest.raises(StoreDiverged):
        house.replay()
    with house.opened(copied=False) as vault, pytest.raises(StoreDiverged):
        copy_log(vault.store, "default", to=house.copies / "default")
    assert house.rows() == before

    # Shorter than the copy, and yet another log.
    house.restore()
    with house.opened(copied=False) as vault:
        forget(vault, enrolment_id=enrol(vault).enrolment_id)
        sign_log(vault)
    shorter = house.folder / "longer"
    with house.opened(copied=False) as vault:
        copy_log(vault.store, "default", to=shorter)
    house.restore()
    with house.opened(copied=False) as vault:
        verify(vault, enrol(vault).claim, somebody(), purpose="payment")
        sign_log(vault)
    before = house.rows()
    with pytest.raises(StoreDiverged):
        house.replay(copy=shorter)
    assert house.rows() == before
    # The way out, once that is known: another copy.
    shutil.rmtree(house.copies)
    with house.opened(copied=False) as vault:
        copy_log(vault.store, "default", to=house.copies / "default")
    house.signed()


def test_of_several_institutions_each_is_replayed(house: House) -> None:
    with house.opened() as vault:
        new_institution(vault, "other")
    with house.opened("other") as vault:
        holder = enrol(vault)
        sign_log(vault)
    house.back_up()
    with house.opened("other") as vault:
        forget(vault, enrolment_id=holder.enrolment_id)
        sign_log(vault)
    house.restore()
    for institution in ("default", "other"):  # the store is one
        with pytest.raises(StoreRestored, match="other"), house.opened(institution):
            pass
    assert house.replay() == Replayed()
    with pytest.raises(StoreRestored), house.opened():
        pass
    before = house.rows()
    with pytest.raises(LogCopyForeign):
        house.replay(copy=house.copies / "other")
    with pytest.raises(InstitutionUnknown):
        house.replay("nobody")
    assert house.rows() == before
    assert house.replay("other").forgotten == 1
    with house.opened(), house.opened("other") as vault:
        assert _state(vault, holder) is None


def test_an_institution_that_the_backup_does_not_know(house: House) -> None:
    """Made again, with its old keys, its log goes on."""
    house.back_up()
    with house.opened() as vault:
        new_institution(vault, "other")
    with house.opened("other") as vault:
        enrol(vault)
        newest = sign_log(vault)
    house.restore()
    with house.opened() as vault:
        new_institution(vault, "other")
    with pytest.raises(StoreRestored), house.opened():
        pass
    assert house.replay("other").leaves == 3
    with house.opened("other") as vault:
        sign_log(vault)
        assert _problems(vault, newest) == ()


def test_a_copy_that_is_missing_or_damaged_counts_as_a_restored_store(house: House) -> None:
    with house.opened() as vault:
        enrol(vault)
        sign_log(vault)
    head = house.copies / "default" / "head"
    content = head.read_bytes()
    head.write_bytes(content[:-10])
    with pytest.raises(LogCopyDamaged), house.opened():
        pass
    head.unlink()
    with pytest.raises(LogCopyMissing, match="visavis log copy"), house.opened():
        pass
    with house.opened(copied=False) as vault:
        vault.copies = house.copies
        with pytest.raises(LogCopyMissing):  # nor is it made by the way: perhaps a disk is missing
            sign_log(vault)
        copy_log(vault.store, "default", to=house.copies / "default")
    house.signed()


@pytest.fixture
def restored(house: House) -> House:
    """With something to be told."""
    with house.opened() as vault:
        holders = [enrol(vault) for _ in range(3)]
        sign_log(vault)
    house.back_up()
    with house.opened() as vault:
        for holder in holders[:2]:
            forget(vault, enrolment_id=holder.enrolment_id)
        _lock(vault, holders[2])
    house.signed()
    house.restore()
    return house


def test_from_a_copy_that_was_changed_nothing_is_taken(restored: House) -> None:
    before = restored.rows()
    copy = restored.copies / "default"
    for name in ("head", "leaves", "told.0"):
        content = (copy / name).read_bytes()
        flipped = bytearray(content)
        flipped[-40] ^= 1
        for changed in (b"", content[:-33], bytes(flipped)):
            (copy / name).write_bytes(changed)
            with pytest.raises(LogCopyDamaged):
                restored.replay()
        (copy / name).write_bytes(content)
    assert restored.rows() == before
    assert restored.replay().forgotten == 2


def test_what_fails_at_its_last_leaf_leaves_everything_as_it_was(restored: House) -> None:
    with open_store(restored.url) as store, store.transaction() as t:
        taken = restored.copies / "default" / "leaves"
        leaf = taken.read_bytes()[-32:]
        t.connection.execute(sa.insert(leaves), {"leaf": leaf, "institution": "another"})
    before = restored.rows()
    with pytest.raises(Error) as refused:
        restored.replay()
    assert refused.value.code == "store.conflict"
    assert restored.rows() == before


_STOPPED = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from visavis.records import open_store
from visavis.verifier import _replay

def stop(*_, **__):
    print("in the middle", flush=True)
    time.sleep(600)

setattr(_replay, sys.argv[3], stop)
with open_store(sys.argv[1]) as store:
    _replay.replay(store, "default", copy=Path(sys.argv[2]), now=datetime.now(UTC))
"""


@pytest.mark.parametrize("before", ["place_leaves", "continue_log", "keep_opening"])
def test_killed_in_the_middle_it_did_nothing(restored: House, before: str) -> None:
    rows = restored.rows()
    copy = restored.copies / "default"
    process = subprocess.Popen(
        [sys.executable, "-c", _STOPPED, restored.url, str(copy), before],
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in the middle\n"
        process.kill()
    assert restored.rows() == rows
    with pytest.raises(StoreRestored), restored.opened():
        pass
    assert restored.replay().forgotten == 2
    assert restored.replay() == Replayed()
    with restored.opened() as vault:
        assert _problems(vault) == ()
