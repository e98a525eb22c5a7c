"""API keys on the command line: shown once, listed without, revoked."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.cli.shell import Shell
from visavis.credentials import Scope, authenticate
from visavis.errors import CredentialRefused

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    shell.run("init")
    return shell


def test_a_credential_from_new_to_revoked(shell: Shell) -> None:
    issued = shell.json("credentials", "new", "--scope", "verify", "--scope", "audit")
    key = issued.pop("key")
    assert issued["scopes"] == ["audit", "verify"]
    with shell.vault() as vault:
        principal = authenticate(vault.store, key, now=datetime.now(UTC))
    assert principal.scopes == {Scope.VERIFY, Scope.AUDIT}
    assert shell.json("credentials", "list") == {"credentials": [issued]}
    assert key not in shell.run("credentials", "list").stdout
    revoke = ("credentials", "revoke", "--credential-id", issued["credential_id"])
    assert shell.json(*revoke)["revoked"] is True
    assert shell.json(*revoke, status=2)["error"]["code"] == "credential.unknown"
    with shell.vault() as vault, pytest.raises(CredentialRefused):
        authenticate(vault.store, key, now=datetime.now(UTC))
    assert "revoked" in shell.run("credentials", "list").stdout


def test_it_is_shown_once(shell: Shell) -> None:
    done = shell.run("credentials", "new", "--scope", "verify", "--institution", "default")
    key = done.stdout.split()[1]
    assert key.startswith("visk_")
    assert done.stdout.count(key) == 1
    kept = [path for path in shell.folder.rglob("*") if path.is_file()]
    assert not [path for path in kept if key.encode() in path.read_bytes()]


def test_what_is_refused(shell: Shell) -> None:
    new = ("credentials", "new", "--scope", "verify")
    for options, code in (
        (("--expires", 0), "input.invalid"),
        (("--expires", -(10**12)), "input.invalid"),
        (("--expires", 10**12), "input.invalid"),
        (("--institution", "other"), "store.conflict"),
    ):
        assert shell.json(*new, *options, status=2)["error"]["code"] == code
    shell.run("credentials", "new", "--scope", "everything", status=2)
    unknown = ("credentials", "revoke", "--credential-id", uuid.uuid4())
    assert shell.json(*unknown, status=2)["error"]["code"] == "credential.unknown"
