from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.cli.shell import Shell
from tests.verifier.people import enrol, verify
from visavis.records import append_leaf
from visavis.transparency import (
    Checkpoint,
    Event,
    EventKind,
    Opening,
    SignerKey,
    VerifierKey,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)

if TYPE_CHECKING:
    from collections.abc import Callable
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
def kept(shell: Shell) -> Path:
    """A checkpoint over some leaves, kept elsewhere; then there are more leaves and another."""
    path = shell.folder / "kept.note"
    with shell.vault() as vault:
        holders = [enrol(vault) for _ in range(3)]
    shell.run("log", "checkpoint", "--out", path)
    with shell.vault() as vault:
        for holder in holders:
            verify(vault, holder.claim, holder.person).require_match()
    shell.run("log", "checkpoint")
    return path


def test_a_log_that_nobody_touched_is_intact(shell: Shell, kept: Path) -> None:
    with shell.vault() as vault:
        enrol(vault)
    report = shell.json("log", "check", "--checkpoint", kept)
    assert (report["intact"], report["size"], report["opened"]) == (True, 9, 9)
    said = shell.run("log", "check").stdout
    assert "rewritten" in said
    assert "2 leaves have no place yet" in said
    assert "rewritten" not in " ".join(report["limits"]).split("external")[0]


def test_what_is_shown(shell: Shell, kept: Path) -> None:
    shown = shell.json("log", "show")
    assert (shown["size"], shown["waiting"], len(shown["leaves"])) == (9, 0, 9)
    assert {leaf["event"]["kind"] for leaf in shown["leaves"]} == {
        "enrolment.created", "consent.given", "verification.decided",
    }  # fmt: skip
    one = shell.json("log", "show", "--start", 4, "--count", 1)["leaves"]
    assert one == [shown["leaves"][4]]
    assert shown["leaves"][4]["leaf"] in shell.run("log", "show").stdout
    assert shell.json("log", "show", "--institution", "nobody", status=2)["error"]
    assert kept.exists()


def test_checkpoints_and_proofs_are_of_rfc_6962(shell: Shell, kept: Path) -> None:
    signed = shell.json("log", "checkpoint")
    key = VerifierKey.parse(signed["key"])
    last = Checkpoint.open(signed["note"].encode(), verifier=key)
    assert (last.size, last.root.hex()) == (signed["size"], signed["root"])
    for leaf in shell.json("log", "show")["leaves"]:
        proof = shell.json("log", "prove", "--leaf", leaf["leaf"])
        assert proof["index"] == leaf["index"]
        assert proof["note"] == signed["note"]
        verify_inclusion(
            leaf_hash(bytes.fromhex(leaf["leaf"])),
            index=proof["index"],
            size=last.size,
            proof=[bytes.fromhex(one) for one in proof["hashes"]],
            root=last.root,
        )
    proof = shell.json("log", "prove", "--checkpoint", kept)
    old = Checkpoint.open(kept.read_bytes(), verifier=key)
    verify_consistency(
        old_size=old.size,
        old_root=old.root,
        new_size=last.size,
        new_root=last.root,
        proof=[bytes.fromhex(one) for one in proof["hashes"]],
    )
    assert signed["note"] in shell.run("log", "prove", "--checkpoint", kept).stdout


def test_what_cannot_be_proved(shell: Shell, kept: Path) -> None:
    for arguments in (
        (),
        ("--leaf", "00" * 32),
        ("--leaf", "0g"),
        ("--leaf", "00", "--checkpoint", kept),
        ("--checkpoint", shell.folder / "none"),
    ):
        assert shell.json("log", "prove", *arguments, status=2)["error"]["code"] == "input.invalid"


def _swap(t: sqlite3.Connection) -> None:
    t.executescript(
        "UPDATE leaves SET position = -1 WHERE position = 1;"
        "UPDATE leaves SET position = 1 WHERE position = 2;"
        "UPDATE leaves SET position = 2 WHERE position = -1;"
    )


def _edit(t: sqlite3.Connection) -> None:
    t.execute("UPDATE openings SET event = replace(event, 'payment', 'borders')")


def _edit_as_bytes(t: sqlite3.Connection) -> None:
    t.execute("UPDATE openings SET event = CAST(replace(event, 'payment', 'borders') AS BLOB)")


def _replace(t: sqlite3.Connection) -> None:
    """A leaf and its opening together, as somebody does who knows how they are made."""
    (old,) = t.execute("SELECT leaf FROM leaves WHERE position = 3").fetchone()
    new = Opening.of(Event(kind=EventKind.PACK_INSTALLED, institution="default"))
    t.execute("UPDATE leaves SET leaf = ? WHERE leaf = ?", (new.leaf, old))
    t.execute(
        "UPDATE openings SET leaf = ?, blinding = ?, event = ? WHERE leaf = ?",
        (new.leaf, new.blinding, new.event, old),
    )


def _drop(t: sqlite3.Connection) -> None:
    t.execute("DELETE FROM openings WHERE leaf IN (SELECT leaf FROM leaves WHERE position = 2)")
    t.execute("DELETE FROM leaves WHERE position = 2")


def _drop_the_last(t: sqlite3.Connection) -> None:
    t.execute("DELETE FROM openings WHERE leaf IN (SELECT leaf FROM leaves WHERE position = 8)")
    t.execute("DELETE FROM leaves WHERE position = 8")


def _forge_a_checkpoint(t: sqlite3.Connection) -> None:
    t.execute("UPDATE checkpoints SET note = CAST(replace(note, '6', '7') AS BLOB)")


@pytest.mark.parametrize("shell", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "tamper", [_swap, _edit, _edit_as_bytes, _replace, _drop, _drop_the_last, _forge_a_checkpoint]
)
def test_whatever_is_changed_is_found(
    shell: Shell, kept: Path, tamper: Callable[[sqlite3.Connection], None]
) -> None:
    with sqlite3.connect(shell.folder / "home" / "store.db") as t:
        tamper(t)
    t.close()
    report = shell.json("log", "check", "--checkpoint", kept, status=2)
    assert (report["intact"], report["error"]["code"]) == (False, "log.tampered")
    assert report["problems"]
    assert "WRONG" in shell.run("log", "check", status=2).stdout


@pytest.mark.parametrize("shell", ["sqlite"], indirect=True)
def test_a_log_that_was_rewritten_and_signed_again(shell: Shell, kept: Path) -> None:
    """Whoever has the log's key can do that; only a checkpoint from elsewhere shows it."""
    with shell.vault() as vault:
        signer = vault.signer
    assert isinstance(signer, SignerKey)
    with sqlite3.connect(shell.folder / "home" / "store.db") as t:
        for table in ("checkpoints", "openings", "leaves"):
            t.execute(f"DELETE FROM {table}")  # noqa: S608 - three names of our own
    t.close()
    with shell.vault() as vault, vault.store.transaction() as w:
        for _ in range(12):
            event = Event(kind=EventKind.PACK_INSTALLED, institution="default")
            append_leaf(w, event, on=vault.clock().date())
    shell.run("log", "checkpoint")
    alone = shell.json("log", "check")
    assert alone["intact"]
    assert any("rewritten" in limit for limit in alone["limits"])
    report = shell.json("log", "check", "--checkpoint", kept, status=2)
    assert any("rewritten" in problem for problem in report["problems"])
    error = shell.json("log", "prove", "--checkpoint", kept, status=2)["error"]
    assert error["code"] == "log.proof_invalid"


@pytest.mark.parametrize("shell", ["sqlite"], indirect=True)
def test_another_key_is_noticed_by_the_kept_checkpoint(shell: Shell, kept: Path) -> None:
    other = SignerKey.generate("visavis/default").verifier.render()
    with sqlite3.connect(shell.folder / "home" / "store.db") as t:
        t.execute("UPDATE institutions SET log_key = ?", (other,))
    t.close()
    report = shell.json("log", "check", "--checkpoint", kept, status=2)
    assert report["error"]["code"] == "log.signature_invalid"


@pytest.mark.parametrize("shell", ["sqlite"], indirect=True)
def test_without_the_signing_key_nothing_is_signed_and_all_is_checked(
    shell: Shell, kept: Path
) -> None:
    (shell.folder / "home" / "keys" / "keyring-log-default.key").unlink()
    assert shell.json("log", "checkpoint", status=2)["error"]["code"] == "keyring.missing"
    (shell.folder / "home" / "keys" / "keyring.json").unlink()
    assert shell.json("log", "check", "--checkpoint", kept)["intact"]


def test_a_log_without_a_leaf(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.run("init")
    assert shell.json("log", "check")["size"] == 0
    assert shell.json("log", "checkpoint", status=2)["error"]["code"] == "input.invalid"
    assert shell.json("log", "prove", "--leaf", "00" * 32, status=2)["error"]
    bad = shell.json("log", "check", "--checkpoint", tmp_path, status=2)["error"]
    assert bad["code"] == "input.invalid"
