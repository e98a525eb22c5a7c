from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.shell import Shell
from tests.verifier.people import enrol, verify
from visavis.errors import SealingRefused
from visavis.records import _rotation, find_record
from visavis.sealing import EnvironmentKeyRing, FileKeyRing, unseal
from visavis.transparency import EventKind

if TYPE_CHECKING:
    from pathlib import Path

    from tests.postgresql import Server


@pytest.fixture(params=["sqlite", "postgresql"])
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("server")
        shell.environment["VISAVIS_STORE"] = server.new_database()
    shell.run("init")
    return shell


@pytest.fixture
def local(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    shell.run("init")
    return shell


def _code(shell: Shell, *arguments: object) -> str:
    error: str = shell.json(*arguments, status=2)["error"]["code"]
    return error


def test_rotation_and_destruction(shell: Shell) -> None:
    with shell.vault() as vault:
        holders = [enrol(vault) for _ in range(5)]
    assert _code(shell, "keys", "destroy", "--epoch", 1) == "keyring.epoch_current"
    assert shell.json("keys", "rotate") == {
        "epoch": 2, "rotated": 5, "refused": 0, "remaining": 0,
    }  # fmt: skip
    shell.json("keys", "destroy", "--epoch", 1)
    assert _code(shell, "keys", "destroy", "--epoch", 1) == "keyring.epoch_destroyed"
    assert _code(shell, "keys", "destroy", "--epoch", 2) == "keyring.epoch_current"
    assert _code(shell, "keys", "destroy", "--epoch", 3) == "keyring.unknown"
    with shell.vault() as vault:
        for holder in holders:
            verify(vault, holder.claim, holder.person).require_match()
    shell.run("log", "checkpoint")
    leaves = shell.json("log", "show", "--count", 100)["leaves"]
    kinds = [leaf["event"]["kind"] for leaf in leaves]
    for kind in (EventKind.KEY_STARTED, EventKind.KEY_ROTATED, EventKind.KEY_DESTROYED):
        assert kinds.count(kind) == 1


def test_an_epoch_in_use_is_not_destroyed(shell: Shell) -> None:
    with shell.vault() as vault:
        holder = enrol(vault)
        assert isinstance(vault.key_ring, FileKeyRing)
        vault.key_ring.start_epoch("default")
    assert _code(shell, "keys", "destroy", "--epoch", 1) == "store.key_in_use"
    with shell.vault() as vault:
        verify(vault, holder.claim, holder.person).require_match()


def test_an_interrupted_rotation_goes_on(local: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_rotation, "_BATCH", 2)
    with local.vault() as vault:
        holders = [enrol(vault) for _ in range(5)]
    write = _rotation._write

    def once(*arguments: object) -> int:
        monkeypatch.setattr(_rotation, "_write", _interrupt)
        return write(*arguments)  # type: ignore[arg-type]

    def _interrupt(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(_rotation, "_write", once)
    local.run("keys", "rotate", status=130)
    (institution,) = local.json("status")["institutions"]
    assert institution["unrotated"] == 3
    assert "keys rotate --resume" in local.run("status").stdout
    monkeypatch.setattr(_rotation, "_write", write)
    assert local.json("keys", "rotate", "--resume")["rotated"] == 3
    local.run("keys", "destroy", "--epoch", 1)
    with local.vault() as vault:
        for holder in holders:
            verify(vault, holder.claim, holder.person).require_match()


def test_a_damaged_record_keeps_its_epoch_and_is_said(local: Shell) -> None:
    with local.vault() as vault:
        enrol(vault)
        with vault.store.transaction() as t:
            t.connection.exec_driver_sql("UPDATE records SET wrap = zeroblob(233)")
    done = local.json("keys", "rotate", status=2)
    assert (done["refused"], done["remaining"]) == (1, 1)
    assert _code(local, "keys", "destroy", "--epoch", 1) == "store.key_in_use"


def test_an_interrupted_destruction_goes_on(local: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    local.run("keys", "rotate")
    with monkeypatch.context() as patch:
        patch.setattr(FileKeyRing, "destroy_epoch", _crash)
        local.run("keys", "destroy", "--epoch", 1, status=1)
    local.run("keys", "destroy", "--epoch", 1)
    with local.vault() as vault:
        assert vault.key_ring.epochs("default")[0].destroyed is not None


def _crash(*_: object) -> None:
    raise RuntimeError


def test_a_backup_takes_the_place_of_the_key_ring(local: Shell, tmp_path: Path) -> None:
    with local.vault() as vault:
        holder = enrol(vault)
    copy = tmp_path / "safe" / "copy.json"
    assert _code(local, "keys", "backup", "--to", copy) == "keyring.unwritable"
    copy.parent.mkdir()
    done = local.run("keys", "backup", "--to", copy)
    assert "it brings destroyed epochs back" in done.stdout.replace("\n", " ")
    files = [copy, copy.with_name("copy-log-default.key")]
    for path in files:
        assert path.stat().st_mode & 0o777 == 0o600
    assert _code(local, "keys", "backup", "--to", copy) == "keyring.exists"
    (tmp_path / "home" / "keys" / "keyring.json").unlink()
    local.environment["VISAVIS_KEYS"] = str(copy)
    local.run("log", "checkpoint")
    local.run("forget", "--claim", "-", typed=holder.claim.reveal())


def test_a_backup_leaves_nothing_behind_when_it_fails(local: Shell, tmp_path: Path) -> None:
    (tmp_path / "copy-log-default.key").touch()
    assert _code(local, "keys", "backup", "--to", tmp_path / "copy.json") == "keyring.exists"
    assert not (tmp_path / "copy.json").exists()


def test_a_backup_of_the_keys_opens_what_the_ring_no_longer_does(
    local: Shell, tmp_path: Path
) -> None:
    """That is why old copies have to be destroyed, too: docs/threat-model.md."""
    copy = tmp_path / "copy.json"
    local.run("keys", "backup", "--to", copy)
    with local.vault() as vault, vault.store.snapshot() as s:
        holder = enrol(vault)
        locator = holder.claim.locator(institution="default")
    with local.vault() as vault, vault.store.snapshot() as s:
        record = find_record(s, "default", locator)
    assert record is not None
    local.run("keys", "rotate")
    local.run("keys", "destroy", "--epoch", 1)
    ring = FileKeyRing(tmp_path / "home" / "keys" / "keyring.json")
    with pytest.raises(SealingRefused):
        unseal(record.sealed, claim=holder.claim, key_ring=ring, binding=record.binding)
    unseal(record.sealed, claim=holder.claim, key_ring=FileKeyRing(copy), binding=record.binding)


def test_a_key_ring_in_the_environment(local: Shell, tmp_path: Path) -> None:
    file = tmp_path / "home" / "keys" / "keyring.json"
    local.environment["VISAVIS_KEYRING"] = file.read_text()
    local.environment["VISAVIS_KEYS_FROM"] = "environment"
    with local.vault() as vault:
        holder = enrol(vault)
        kept = FileKeyRing(file)
    file.rename(tmp_path / "elsewhere.json")
    for arguments in (("keys", "rotate"), ("keys", "backup", "--to", tmp_path / "x")):
        assert _code(local, *arguments) in ("keyring.unwritable", "input.invalid")
    kept.path = tmp_path / "elsewhere.json"
    kept.start_epoch("default")  # whoever keeps the variable starts the epoch
    local.environment["VISAVIS_KEYRING"] = kept.path.read_text()
    assert EnvironmentKeyRing(local.environment).epochs("default")[-1].number == 2
    assert local.json("keys", "rotate", "--resume")["rotated"] == 1
    local.run("forget", "--claim", "-", typed=holder.claim.reveal())
    del local.environment["VISAVIS_KEYRING"]
    assert _code(local, "status") == "keyring.missing"
