"""Commands on a store that was restored: refused until it was told what happened since."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.cli.shell import Shell
from tests.verifier.people import Holder, enrol

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """With copies of its logs, on what stands for another disk."""
    shell = Shell(tmp_path)
    shell.environment["VISAVIS_LOG__COPIES"] = str(tmp_path / "copies")
    shell.run("init")
    return shell


def _enrol(shell: Shell) -> Holder:
    with shell.vault() as vault:
        return enrol(vault)


@pytest.fixture
def restored(shell: Shell) -> UUID:
    """Whose enrolment was forgotten since, and is back."""
    holder = _enrol(shell)
    shell.run("log", "checkpoint")
    store = shell.folder / "home" / "store.db"
    shutil.copyfile(store, shell.folder / "backup.db")
    shell.run("forget", "--enrolment-id", holder.enrolment_id)
    _enrol(shell)
    shell.run("log", "checkpoint", "--out", shell.folder / "newest.txt")
    shutil.copyfile(shell.folder / "backup.db", store)
    return holder.enrolment_id


def test_whatever_uses_it_is_refused(shell: Shell, restored: UUID) -> None:
    for command in (
        ("forget", "--enrolment-id", restored),
        ("enrolments", "enable", "--enrolment-id", restored),
        ("enrolments", "show", "--enrolment-id", restored),
        ("consent", "withdraw", "--consent-id", restored),
        ("keys", "rotate"),
        ("keys", "destroy", "--epoch", 1),
        ("institutions", "new", "other"),
        ("log", "checkpoint"),
        ("log", "copy"),
        ("purge",),
        ("status",),
        ("credentials", "list"),
        ("credentials", "new", "--scope", "verify"),
        ("credentials", "revoke", "--credential-id", restored),
        ("webhooks", "register", "https://bank.example/hook"),
        ("webhooks", "list"),
        ("webhooks", "remove"),
        ("webhooks", "retry"),
        ("webhooks", "deliver"),
    ):
        assert shell.json(*command, status=2)["error"]["code"] == "store.restored", command
    # A process of its own: it sets up the log for good.
    with pytest.raises(subprocess.CalledProcessError) as ended:
        shell.process("serve", "--port", 0)
    assert ended.value.returncode == 2
    assert "store.restored" in ended.value.stderr


@pytest.mark.usefixtures("restored")
def test_its_log_may_be_looked_at(shell: Shell) -> None:
    shell.run("log", "show")
    shell.run("institutions", "list")
    newest = shell.folder / "newest.txt"
    checked = shell.json("log", "check", "--checkpoint", newest, status=2)
    assert "leaves were dropped, at least 3" in checked["problems"][0]


def test_it_is_replayed_once(shell: Shell, restored: UUID) -> None:
    done = shell.json("store", "replay")
    assert done == {
        "leaves": 3,
        "untold": 2,
        "forgotten": 1,
        "withdrawn": 0,
        "revoked": 0,
        "disabled": 0,
        "enabled": 0,
        "replaced": 0,
    }
    shell.run("enrolments", "show", "--enrolment-id", restored, status=2)
    assert "nothing to do" in shell.run("store", "replay").output
    assert shell.json("log", "check", "--checkpoint", shell.folder / "newest.txt")["intact"]
    shell.run("purge")
    shell.run("log", "copy")


@pytest.mark.usefixtures("restored")
def test_from_a_copy_that_lies_elsewhere(shell: Shell) -> None:
    elsewhere = shell.folder / "elsewhere"
    (shell.folder / "copies" / "default").rename(elsewhere)
    assert shell.json("status", status=2)["error"]["code"] == "log.copy_missing"
    del shell.environment["VISAVIS_LOG__COPIES"]
    assert shell.json("store", "replay", status=2)["error"]["code"] == "input.invalid"
    assert shell.json("log", "copy", status=2)["error"]["code"] == "input.invalid"
    output = shell.run("store", "replay", "--copy", elsewhere).output
    assert "3 leaves put back; forgotten 1," in output
    assert "lost: what 2 of these leaves stand for" in output


def test_a_copy_by_hand(shell: Shell, tmp_path: Path) -> None:
    _enrol(shell)
    shell.run("log", "checkpoint")
    to = tmp_path / "usb"
    assert shell.json("log", "copy", "--to", to) == {"folder": str(to), "size": 2, "told": 0}
    _enrol(shell)
    shell.run("log", "checkpoint")
    assert "4 leaves, 0 of them" in shell.run("log", "copy", "--to", to).output


def test_copies_that_are_set_later_are_made_first(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.run("init")
    _enrol(shell)
    shell.run("log", "checkpoint")
    shell.environment["VISAVIS_LOG__COPIES"] = str(tmp_path / "copies")
    assert "`visavis log copy`" in shell.run("status", status=2).output
    shell.run("log", "copy")
    shell.run("status")
