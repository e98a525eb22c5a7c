"""The log's copy is kept with each checkpoint, and says no more than a restored store must know."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.verifier.house import House
from tests.verifier.people import Clock, Holder, enrol, renew_with, verify
from visavis.errors import LogCopyDamaged, LogCopyForeign, LogCopyMissing, StoreRestored
from visavis.records import list_institutions, log_size
from visavis.transparency import Checkpoint, CopyHead, EventKind, LogCopy, SignerKey
from visavis.verifier import (
    Vault,
    copy_log,
    enable,
    forget,
    new_institution,
    purge,
    sign_log,
    tend,
    withdraw_consent,
)

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID


@pytest.fixture
def house(url: str, tmp_path: Path, clock: Clock) -> House:
    return House(url, tmp_path, clock).create()


def _copy(house: House, vault: Vault) -> tuple[LogCopy, CopyHead]:
    assert vault.signer is not None
    copy = LogCopy(house.copies / vault.institution, key=vault.signer.verifier)
    return copy, copy.check()


def _told(house: House, vault: Vault) -> list[tuple[EventKind, UUID | None]]:
    copy, head = _copy(house, vault)
    events = [told.read() for told in copy.told(head)]
    return sorted((event.kind, event.enrolment_id) for event in events)


def test_it_goes_on_with_each_checkpoint(house: House) -> None:
    with house.opened() as vault:
        holder = enrol(vault)
        verify(vault, holder.claim, holder.person)
        assert _copy(house, vault)[1].note is None
        note = tend(vault).checkpoint
        assert _copy(house, vault)[1].note == note
        enable(vault, enrolment_id=holder.enrolment_id)
        note = sign_log(vault)
        _, head = _copy(house, vault)
        assert head.note == note
        with vault.store.snapshot() as s:
            assert head.size == log_size(s, "default")
        assert tend(vault).checkpoint == note
        assert _copy(house, vault)[1] == head


def test_no_opening_but_of_what_must_be_told(house: House) -> None:
    with house.opened() as vault:
        holder = enrol(vault)
        renewed = Holder(holder.person, renew_with(vault, holder.claim, holder.person))
        verify(vault, renewed.claim, holder.person).require_match()
        sign_log(vault)
        assert _told(house, vault) == [
            (EventKind.ENROLMENT_RENEWAL_STARTED, holder.enrolment_id),
            (EventKind.ENROLMENT_RENEWED, holder.enrolment_id),
        ]
        files = [path.read_bytes() for path in (house.copies / "default").iterdir()]
    assert b"enrolment.renewed" in b"".join(files)
    for untold in (b"verification", b"enrolment.created", b"consent.given", b"payment"):
        assert untold not in b"".join(files)


def test_of_the_forgotten_it_keeps_only_that_they_are(house: House) -> None:
    with house.opened() as vault:
        gone, stays = enrol(vault), enrol(vault)
        for holder in (gone, stays):
            withdraw_consent(vault, consent_id=holder.enrolment.consent_id)
        sign_log(vault)
        forget(vault, enrolment_id=gone.enrolment_id)
        sign_log(vault)
        assert _told(house, vault) == [
            (EventKind.CONSENT_WITHDRAWN, stays.enrolment_id),
            (EventKind.ENROLMENT_FORGOTTEN, gone.enrolment_id),
        ]
        assert len([*(house.copies / "default").glob("told.*")]) == 1


def test_retention_ends_in_the_copy_too(house: House, clock: Clock) -> None:
    with house.opened() as vault:
        forget(vault, enrolment_id=enrol(vault).enrolment_id)
        sign_log(vault)
        clock.pass_(days=20)
        holder = enrol(vault)
        forget(vault, enrolment_id=holder.enrolment_id)
        sign_log(vault)
        clock.pass_(days=20)
        purge(vault, unused_days=30)
        assert _told(house, vault) == [(EventKind.ENROLMENT_FORGOTTEN, holder.enrolment_id)]
        clock.pass_(days=20)
        purge(vault, unused_days=30)
        assert _told(house, vault) == []
        sign_log(vault)


def test_what_another_process_has_signed_is_copied(house: House) -> None:
    """Several replicas with copies of their own, and one without the signing key."""
    with house.opened() as vault:
        for _ in range(3):
            enrol(vault)
            sign_log(vault)
        shutil.rmtree(house.copies)
        copied = copy_log(vault.store, "default", to=house.copies / "default")
        assert copied.size == 6
        enrol(vault)
        vault.copies = None
        note = sign_log(vault)
        vault.copies = house.copies
        key = vault.signer
        vault.signer = None
        assert tend(vault).checkpoint is None
        vault.signer = key
        assert _copy(house, vault)[1].note == note


def test_many_at_once(house: House) -> None:
    with house.opened() as vault:
        for _ in range(4):
            enrol(vault)
            with ThreadPoolExecutor(4) as pool:
                notes = list(pool.map(sign_log, [vault] * 4))
        copy, head = _copy(house, vault)
        newest = max(notes, key=lambda note: Checkpoint.open(note, verifier=copy.key).size)
        assert head.note == newest


def test_it_is_made_with_a_vault_and_an_institution_and_not_by_the_way(house: House) -> None:
    assert (house.copies / "default" / "head").exists()
    with house.opened() as vault:
        new_institution(vault, "other")
        assert (house.copies / "other" / "head").exists()
        shutil.rmtree(house.copies / "default")
        with pytest.raises(LogCopyMissing):
            tend(vault)
        assert not (house.copies / "default").exists()


def test_a_new_store_does_not_begin_in_another_ones_copies(house: House, tmp_path: Path) -> None:
    keys = tmp_path / "anew" / "keyring.json"
    with pytest.raises(LogCopyForeign):
        Vault.create(f"sqlite:///{tmp_path}/anew.db", keys=keys, copies=house.copies)
    assert not keys.exists()
    assert not (tmp_path / "anew.db").exists()
    stranger = SignerKey.generate("visavis/other").verifier
    LogCopy(house.copies / "other", key=stranger).create()
    with house.opened() as vault:
        with pytest.raises(LogCopyForeign):
            new_institution(vault, "other")
        with vault.store.snapshot() as s:
            assert [one.institution for one in list_institutions(s)] == ["default"]


def test_the_command_checks_all_of_it_before_it_goes_on(house: House) -> None:
    with house.opened() as vault:
        enrol(vault)
        sign_log(vault)
        path = house.copies / "default" / "leaves"
        path.write_bytes(bytes(32) + path.read_bytes()[32:])
        enrol(vault)
        sign_log(vault)  # looks at the head alone
        with pytest.raises(LogCopyDamaged):
            copy_log(vault.store, "default", to=house.copies / "default")


def test_no_other_log_and_no_older_store_goes_on_with_it(house: House) -> None:
    with house.opened() as vault:
        new_institution(vault, "other")
        with pytest.raises(LogCopyForeign):
            copy_log(vault.store, "other", to=house.copies / "default")
        enrol(vault)
        sign_log(vault)
    house.back_up()
    with house.opened() as vault:
        enrol(vault)
        sign_log(vault)
        before = _copy(house, vault)[1]
    house.restore()
    with house.opened(copied=False) as vault:
        with pytest.raises(StoreRestored):
            copy_log(vault.store, "default", to=house.copies / "default")
        assert _copy(house, vault)[1] == before
