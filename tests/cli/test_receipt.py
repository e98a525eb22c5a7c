"""Receipts on the command line: a shop's check, and the keys behind it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.shell import Shell
from tests.receipts.desk import STATEMENT
from visavis import Outcome
from visavis.receipts import Question

if TYPE_CHECKING:
    from pathlib import Path

_TRANSACTION = {"amount": "12.50", "payee": "Bäckerei Öz"}


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    shell.run("init")
    (tmp_path / "transaction.json").write_text(json.dumps(_TRANSACTION))
    (tmp_path / "jwks.json").write_text(shell.run("receipt", "keys", "show", "--json").stdout)
    return shell


def _issue(shell: Shell, *, outcome: Outcome = Outcome.MATCH) -> str:
    question = Question(audience="shop", nonce="n-1", transaction=_TRANSACTION)
    with shell.vault() as vault:
        assert vault.receipts is not None
        return vault.receipts.issue(
            replace(STATEMENT, outcome=outcome), question, now=vault.clock()
        )


def _asked(shell: Shell, **changes: object) -> list[object]:
    asked: dict[str, Any] = {
        "--audience": "shop",
        "--nonce": "n-1",
        "--transaction": shell.folder / "transaction.json",
        "--jwks": shell.folder / "jwks.json",
    }
    asked |= {f"--{name}": value for name, value in changes.items()}
    return [part for pair in asked.items() for part in pair]


def test_a_shop_checks_a_receipt(shell: Shell) -> None:
    text = _issue(shell)
    checked = shell.json("receipt", "check", text, *_asked(shell))
    assert checked["outcome"] == "match"
    assert checked["enrolment_id"] == str(STATEMENT.enrolment_id)
    assert checked["established"] is False
    assert "match: payment" in shell.run("receipt", "check", text, *_asked(shell)).stdout
    shell.run("receipt", "check", "-", *_asked(shell), typed=text + "\n")
    typed = json.dumps(_TRANSACTION)
    shell.run("receipt", "check", text, *_asked(shell, transaction="-"), typed=typed)


def test_what_a_shop_refuses(shell: Shell) -> None:
    text, non_match = _issue(shell), _issue(shell, outcome=Outcome.NON_MATCH)
    other = shell.folder / "other.json"
    other.write_text('{"amount": "99.50"}')
    for receipt, changes, code in (
        (text, {"audience": "other"}, "receipt.audience_wrong"),
        (text, {"nonce": "n-2"}, "receipt.nonce_wrong"),
        (text, {"issuer": "visavis/other"}, "receipt.issuer_wrong"),
        (text, {"transaction": other}, "receipt.transaction_wrong"),
        (text, {"transaction": shell.folder / "absent.json"}, "input.invalid"),
        (text, {"jwks": other}, "input.invalid"),
        (text, {"transaction": "-", "jwks": "-"}, "input.invalid"),
        (text, {"expected": "non-match"}, "receipt.type_wrong"),
        (non_match, {}, "receipt.type_wrong"),
        ("nonsense", {}, "receipt.malformed"),
    ):
        asked = _asked(shell, **changes)
        error = shell.json("receipt", "check", receipt, *asked, status=2)["error"]
        assert error["code"] == code
    shell.run("receipt", "check", non_match, *_asked(shell, expected="non-match"))


def test_keys_are_rotated_with_overlap(shell: Shell) -> None:
    before = _issue(shell)
    assert "current" in shell.run("receipt", "keys", "show").stdout
    rotated = shell.run("receipt", "keys", "rotate").stdout
    assert [line.split()[1] for line in rotated.splitlines()] == [
        "previous,", "current,", "next,",
    ]  # fmt: skip
    after = _issue(shell)
    for receipt in (before, after):  # the shop's copy of the keys is from before
        shell.run("receipt", "check", receipt, *_asked(shell))
    shown = shell.json("receipt", "keys", "show")
    assert len(shown["keys"]) == 3
    assert '"d"' not in json.dumps(shown)


def test_keys_are_made_where_there_are_none(shell: Shell) -> None:
    keys = shell.folder / "home" / "keys" / "keyring-receipts.json"
    keys.unlink()
    assert shell.json("receipt", "keys", "show", status=2)["error"]["code"] == "keyring.missing"
    assert len(shell.json("receipt", "keys", "rotate")["keys"]) == 2
    assert _issue(shell)
