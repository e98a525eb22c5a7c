"""What docs/threat-model.md states and no other test shows."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from tests.verifier.people import enrol, renew_with, somebody, verify
from visavis.comparison import Outcome
from visavis.errors import StoreKeyInUse, VerificationRefused
from visavis.records import add_institution, add_key
from visavis.records._schema import checkpoints, enrolments, leaves, openings, records
from visavis.transparency import SignerKey
from visavis.verifier import Vault, destroy_epoch, forget, rotate_keys, start_epoch

if TYPE_CHECKING:
    from pathlib import Path

    from tests.verifier.people import Holder


@dataclass(frozen=True)
class Place:
    """A store in a file with its key ring, and a backup of each, kept apart."""

    folder: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder}/store.db"

    @property
    def keys(self) -> Path:
        return self.folder / "keys" / "keyring.json"

    def opened(self) -> Vault:
        return Vault.open(self.url, keys=self.keys)

    def back_up(self) -> None:
        with sqlite3.connect(self.folder / "store.db") as source:
            source.execute("VACUUM INTO ?", (str(self.folder / "backup.db"),))
        source.close()
        (self.folder / "backup.db").chmod(0o600)

    def restore(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            (self.folder / f"store.db{suffix}").unlink(missing_ok=True)
        shutil.copy2(self.folder / "backup.db", self.folder / "store.db")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    Vault.create(place.url, keys=place.keys).close()
    return place


def _end_the_epoch(place: Place) -> None:
    with place.opened() as vault:
        start_epoch(vault)
        rotate_keys(vault)
        destroy_epoch(vault, epoch=1)


def _matches(place: Place, holder: Holder) -> bool:
    with place.opened() as vault:
        try:
            return verify(vault, holder.claim, holder.person).outcome is Outcome.MATCH
        except VerificationRefused:
            return False


def test_a_backup_from_before_a_forgetting_opens_until_its_epoch_is_destroyed(
    place: Place,
) -> None:
    with place.opened() as vault:
        gone, stays = enrol(vault), enrol(vault)
    place.back_up()
    with place.opened() as vault:
        forget(vault, enrolment_id=gone.enrolment_id)
    assert not _matches(place, gone)
    place.restore()
    assert _matches(place, gone)  # with all three: store, key ring and claim; as documented
    with place.opened() as vault:
        forget(vault, enrolment_id=gone.enrolment_id)
    _end_the_epoch(place)
    assert _matches(place, stays)
    place.restore()
    assert not _matches(place, gone)
    assert not _matches(place, stays)  # the whole backup is shut: make a new one after rotating


def test_an_epoch_that_a_renewal_still_needs_is_not_destroyed(vault: Vault) -> None:
    holder = enrol(vault)
    start_epoch(vault)
    renew_with(vault, holder.claim, holder.person)
    with pytest.raises(StoreKeyInUse):
        destroy_epoch(vault, epoch=1)
    rotate_keys(vault)
    destroy_epoch(vault, epoch=1)
    verify(vault, holder.claim, holder.person).require_match()


def test_another_institution_opens_nothing_even_in_the_same_store(vault: Vault) -> None:
    """Its own keys, its own locators: not the WHERE clause alone keeps them apart."""
    holder = enrol(vault)
    signer = SignerKey.generate("visavis/other")
    kek = vault.key_ring.add_institution("other")  # type: ignore[attr-defined]  # a file's
    today = vault.clock().date()
    with vault.store.transaction() as t:
        add_institution(t, "other", log_key=signer.verifier, on=today)
        add_key(t, kek, on=today)
    other = Vault(store=vault.store, key_ring=vault.key_ring, institution="other")
    with pytest.raises(VerificationRefused):
        verify(other, holder.claim, holder.person)
    # With the row taken over, and with its locator made to be found there.
    with vault.store.transaction() as t:
        t.connection.execute(sa.update(enrolments).values(institution="other"))
        t.connection.execute(
            sa.update(records).values(
                institution="other",
                kek_id=kek.kek_id,
                locator=holder.claim.locator(institution="other"),
            )
        )
    with pytest.raises(VerificationRefused):
        verify(other, holder.claim, holder.person)


def test_rows_of_two_holders_exchanged_open_for_neither(vault: Vault) -> None:
    first, second = enrol(vault), enrol(vault)
    locators = [one.claim.locator(institution="default") for one in (first, second)]
    with vault.store.transaction() as t:
        found = t.connection.execute(sa.select(records.c.locator, records.c.body, records.c.wrap))
        rows = {row.locator: row for row in found}
        for mine, theirs in (locators, locators[::-1]):
            t.connection.execute(
                sa.update(records)
                .where(records.c.locator == mine)
                .values(body=rows[theirs].body, wrap=rows[theirs].wrap)
            )
    for holder, face in ((first, second.person), (second, first.person), (first, first.person)):
        with pytest.raises(VerificationRefused):
            verify(vault, holder.claim, face)


def test_a_copied_claim_needs_the_face_and_ends_with_renewal(vault: Vault) -> None:
    holder = enrol(vault)
    copied = holder.claim
    assert verify(vault, copied, somebody()).outcome is Outcome.NON_MATCH
    renewed = renew_with(vault, holder.claim, holder.person)
    verify(vault, renewed.claim, holder.person).require_match()
    with pytest.raises(VerificationRefused):
        verify(vault, copied, holder.person)


def test_the_log_tells_of_the_forgotten_only_that_they_are(vault: Vault) -> None:
    holder = enrol(vault)
    verify(vault, holder.claim, holder.person).require_match()
    forget(vault, enrolment_id=holder.enrolment_id)
    with vault.store.snapshot() as s:
        kept = s.connection.execute(sa.select(openings.c.event)).scalars().all()
        count = s.connection.scalar(sa.select(sa.func.count()).select_from(leaves))
        notes = s.connection.execute(sa.select(checkpoints.c.note)).scalars().all()
    (event,) = kept
    assert b"enrolment.forgotten" in event
    assert count == 4
    assert not [note for note in notes if str(holder.enrolment_id).encode() in note]


def test_a_running_server_sees_only_the_claims_that_arrive(vault: Vault) -> None:
    """Somebody who reads along opens those records, and no other."""
    seen, unseen = enrol(vault), enrol(vault)
    harvested = seen.claim
    verify(vault, harvested, seen.person).require_match()
    with vault.store.snapshot() as s:
        rows = s.connection.execute(sa.select(records.c.locator)).scalars().all()
    reached = [one for one in rows if one == harvested.locator(institution="default")]
    assert len(rows) == 2
    assert len(reached) == 1
    with pytest.raises(VerificationRefused):
        verify(vault, harvested, unseen.person, enrolment_id=unseen.enrolment_id)
