from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.verifier.people import enrol, verify
from visavis.errors import (
    KeyringCorrupt,
    KeyringExists,
    KeyringMissing,
    KeyringPermissions,
    StoreExists,
    StoreMissing,
    VerificationRefused,
)
from visavis.records import list_institutions, list_keys, read_checkpoints, sequence_leaves
from visavis.transparency import Checkpoint
from visavis.verifier import Vault

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "keyring.json"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/store.db"


@pytest.fixture
def made(url: str, keys: Path) -> str:
    Vault.create(url, keys=keys).close()
    return url


def _files(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_it_opens_again_with_everything_in_it(made: str, keys: Path) -> None:
    with Vault.open(made, keys=keys) as vault:
        holder = enrol(vault)
    with Vault.open(made, keys=keys) as vault:
        verify(vault, holder.claim, holder.person).require_match()
        with vault.store.snapshot() as s:
            (institution,) = list_institutions(s)
            (key,) = list_keys(s, "default")
        assert institution.institution == vault.institution == "default"
        assert vault.signer is not None
        assert vault.signer.verifier == institution.log_key
        assert key.kek_id == vault.key_ring.current("default").kek_id


def test_its_log_can_be_signed(made: str, keys: Path) -> None:
    with Vault.open(made, keys=keys) as vault:
        enrol(vault)
        assert vault.signer is not None
        with vault.store.transaction() as t:
            sequence_leaves(t, "default", signer=vault.signer)
        with vault.store.snapshot() as s:
            (note,) = read_checkpoints(s, "default")
        assert Checkpoint.open(note, verifier=vault.signer.verifier).size == 2


@pytest.mark.usefixtures("made")
def test_every_file_is_its_owners_alone(tmp_path: Path) -> None:
    assert _files(tmp_path) == [
        "keys/.keyring-receipts.json.lock",
        "keys/.keyring.json.lock",
        "keys/keyring-log-default.key",
        "keys/keyring-receipts.json",
        "keys/keyring-server.key",
        "keys/keyring.json",
        "store.db",
    ]
    for name in _files(tmp_path):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_nothing_is_overwritten(made: str, keys: Path, tmp_path: Path) -> None:
    before = {name: (tmp_path / name).read_bytes() for name in _files(tmp_path)}
    with pytest.raises(KeyringExists):
        Vault.create(made, keys=keys)
    with pytest.raises(StoreExists):
        Vault.create(made, keys=tmp_path / "keys" / "other.json")
    after = {name: (tmp_path / name).read_bytes() for name in _files(tmp_path)}
    assert {name for name in after if not name.endswith(".lock")} == {
        name for name in before if not name.endswith(".lock")
    }
    assert all(after[name] == content for name, content in before.items())


def test_what_is_missing_is_said(url: str, made: str, keys: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyringMissing):
        Vault.open(made, keys=tmp_path / "none.json")
    with pytest.raises(StoreMissing):
        Vault.open(url + "x", keys=keys)


def test_a_log_key_that_others_may_read_is_refused(made: str, keys: Path) -> None:
    log_key = keys.with_name("keyring-log-default.key")
    log_key.chmod(0o640)
    with pytest.raises(KeyringPermissions):
        Vault.open(made, keys=keys)
    log_key.chmod(0o600)
    log_key.write_text("PRIVATE+KEY+nothing\n")
    with pytest.raises(KeyringCorrupt):
        Vault.open(made, keys=keys)
    log_key.unlink()
    log_key.symlink_to(keys)
    with pytest.raises(KeyringPermissions):
        Vault.open(made, keys=keys)
    os.unlink(log_key)  # noqa: PTH108 - the link, not what it leads to
    with Vault.open(made, keys=keys) as vault:
        assert vault.signer is None


def test_the_epoch_of_the_decoy_may_be_destroyed(made: str, keys: Path) -> None:
    with Vault.open(made, keys=keys) as vault:
        holder = enrol(vault)
        vault.key_ring.start_epoch("default")  # type: ignore[attr-defined]
        vault.key_ring.destroy_epoch("default", 1)  # type: ignore[attr-defined]
        vault.key_ring._fresh_until = 0  # type: ignore[attr-defined]  # a second has passed
        vault.decoy.open()
        assert vault.decoy._made[2].wrap[1:17] == vault.key_ring.current("default").kek_id
        with pytest.raises(VerificationRefused):
            verify(vault, holder.claim, holder.person)
        new = enrol(vault)  # under the new key, which nobody has listed yet
        verify(vault, new.claim, new.person).require_match()


def test_it_does_not_show_its_keys(made: str, keys: Path) -> None:
    with Vault.open(made, keys=keys) as vault:
        assert repr(vault) == "Vault('default')"
        holder = enrol(vault)
        assert holder.claim.reveal() not in repr(holder.enrolment)
