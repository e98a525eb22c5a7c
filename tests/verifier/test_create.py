"""Making a vault: what is killed in the middle is taken up again; other institutions."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from tests.verifier.people import enrol, verify
from visavis.errors import (
    InputInvalid,
    InstitutionUnknown,
    KeyringExists,
    KeyringMismatch,
    StoreExists,
    VerificationRefused,
)
from visavis.records import create_store
from visavis.sealing import FileKeyRing
from visavis.transparency import Checkpoint
from visavis.verifier import Vault, new_institution, tend

if TYPE_CHECKING:
    from pathlib import Path

# Kills the process at the first call of one function; the second argument says which.
_KILLED = """
import os, sys
from importlib import import_module
from pathlib import Path
url, keys, where = sys.argv[1:]
module, name = where.rsplit(".", 1)
def kill(*arguments, **named):
    os._exit(9)
setattr(import_module(module), name, kill)
from visavis.verifier import Vault
Vault.create(url, keys=Path(keys))
"""
_STEPS = [
    "visavis.verifier._create._kek",
    "visavis.verifier._create.write_log_key",
    "visavis.verifier._create.create_store",
    "visavis.records._store.migrate",
    "visavis.verifier._create.add_key",
]


@pytest.mark.parametrize("step", _STEPS)
def test_a_killed_making_is_taken_up_again(url: str, tmp_path: Path, step: str) -> None:
    keys = tmp_path / "keys" / "keyring.json"
    command = [sys.executable, "-c", _KILLED, url, str(keys), step]
    assert subprocess.run(command, check=False).returncode == 9
    with Vault.create(url, keys=keys) as vault:
        holder = enrol(vault)
    with Vault.open(url, keys=keys) as vault:
        verify(vault, holder.claim, holder.person).require_match()
        tend(vault)
    assert not (tmp_path / "keys" / ".keyring.json.init").exists()
    for other in (keys, tmp_path / "other.json"):
        with pytest.raises((KeyringExists, StoreExists)):
            Vault.create(url, keys=other)


def test_keys_are_taken_up_for_their_own_store_only(tmp_path: Path) -> None:
    keys = tmp_path / "keyring.json"
    command = [sys.executable, "-c", _KILLED, f"sqlite:///{tmp_path}/one.db", str(keys), _STEPS[2]]
    assert subprocess.run(command, check=False).returncode == 9
    with pytest.raises(KeyringExists):
        Vault.create(f"sqlite:///{tmp_path}/two.db", keys=keys)
    Vault.create(f"sqlite:///{tmp_path}/one.db", keys=keys).close()


def test_what_fails_leaves_nothing_and_may_be_tried_again(tmp_path: Path) -> None:
    keys, url = tmp_path / "keyring.json", f"sqlite:///{tmp_path}/store.db"
    (tmp_path / "store.db").write_text("something else")
    before = (tmp_path / "store.db").read_bytes()
    with pytest.raises(StoreExists):
        Vault.create(url, keys=keys)
    assert (tmp_path / "store.db").read_bytes() == before
    assert not [path for path in tmp_path.glob("*key*") if path.suffix != ".lock"]
    (tmp_path / "store.db").unlink()
    Vault.create(url, keys=keys).close()


def test_another_stores_keys_are_refused(url: str, tmp_path: Path) -> None:
    keys, others = tmp_path / "keyring.json", tmp_path / "others.json"
    Vault.create(url, keys=keys).close()
    Vault.create(f"sqlite:///{tmp_path}/other.db", keys=others).close()
    with pytest.raises(KeyringMismatch, match="key ring"):
        Vault.open(url, keys=others)
    log_key = tmp_path / "keyring-log-default.key"
    log_key.write_bytes((tmp_path / "others-log-default.key").read_bytes())
    with pytest.raises(KeyringMismatch, match="log"):
        Vault.open(url, keys=keys)


def test_an_older_copy_of_the_key_ring_is_refused(url: str, tmp_path: Path) -> None:
    keys, copy = tmp_path / "keyring.json", tmp_path / "copy.json"
    Vault.create(url, keys=keys).close()
    FileKeyRing(keys).backup(copy)
    with Vault.open(url, keys=keys) as vault:
        FileKeyRing(keys).start_epoch("default")
        enrol(vault)
    with pytest.raises(KeyringMismatch):
        Vault.open(url, keys=copy)
    Vault.open(url, keys=keys).close()


def test_a_store_without_the_institution(tmp_path: Path) -> None:
    keys = tmp_path / "keyring.json"
    Vault.create(f"sqlite:///{tmp_path}/store.db", keys=keys).close()
    create_store(f"sqlite:///{tmp_path}/empty.db").close()
    with pytest.raises(InstitutionUnknown):
        Vault.open(f"sqlite:///{tmp_path}/empty.db", keys=keys)


def test_institutions_are_apart(vault: Vault, url: str, tmp_path: Path) -> None:
    keys = tmp_path / "keys" / "keyring.json"
    log_key = new_institution(vault, "other-bank")
    with Vault.open(url, keys=keys, institution="other-bank") as other:
        theirs, ours = enrol(other), enrol(vault)
        verify(other, theirs.claim, theirs.person).require_match()
        for place, holder in ((vault, theirs), (other, ours)):
            with pytest.raises(VerificationRefused):
                verify(place, holder.claim, holder.person)
        note = tend(other).checkpoint
        assert note is not None
        # The key, the enrolment's two leaves, a verification and a denial.
        assert Checkpoint.open(note, verifier=log_key).size == 5
        with other.store.snapshot() as s:
            kinds = s.connection.execute(
                sa.text("SELECT count(*) FROM keys WHERE institution = 'other-bank'")
            )
            assert kinds.scalar_one() == 1
    for name in ("other-bank", "default", "No Name"):
        with pytest.raises(InputInvalid):
            new_institution(vault, name)


def test_an_interrupted_new_institution_is_continued(
    vault: Vault, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for step in ("write_log_key", "add_key"):
        with monkeypatch.context() as context:
            context.setattr(f"visavis.verifier._create.{step}", killed)
            with pytest.raises(KeyboardInterrupt):
                new_institution(vault, "other-bank")
    new_institution(vault, "other-bank")
    keys = tmp_path / "keys" / "keyring.json"
    with Vault.open(url, keys=keys, institution="other-bank") as other:
        enrol(other)
