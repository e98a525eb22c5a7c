"""Webhooks on the command line: registered, given up, tried again."""

from __future__ import annotations

import json
import threading
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from tests.cli.shell import Shell
from tests.verifier.people import enrol
from visavis.records import postpone_message, take_messages
from visavis.verifier import forget
from visavis.webhooks import check_signature

if TYPE_CHECKING:
    from pathlib import Path

_URL = "https://bank.example/hook"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    shell.run("init")
    return shell


def _forget_somebody(shell: Shell) -> str:
    with shell.vault() as vault:
        holder = enrol(vault)
        forget(vault, enrolment_id=holder.enrolment_id)
    return str(holder.enrolment_id)


def test_given_up_and_tried_again(shell: Shell) -> None:
    assert shell.json("webhooks", "list") == {"url": None, "waiting": 0, "given_up": []}
    key = shell.json("webhooks", "register", _URL)["key"]
    assert key.startswith("visw_")
    enrolment_id = _forget_somebody(shell)
    with shell.vault() as vault, vault.store.transaction() as t:
        now = vault.clock()
        ((message, _),) = take_messages(t, now=now, until=now, limit=9)
        postpone_message(t, message.message_id, until=None)
    (dead,) = shell.json("webhooks", "list")["given_up"]
    assert (dead["kind"], dead["enrolment_id"]) == ("enrolment.forgotten", enrolment_id)
    assert "1 given up" in shell.run("webhooks", "list").stdout
    unknown = ("webhooks", "retry", "--message-id", uuid.uuid4())
    assert shell.json(*unknown, status=2)["error"]["code"] == "webhook.unknown"
    assert shell.json("webhooks", "retry", "--message-id", dead["message_id"])["retried"] == 1
    assert shell.json("webhooks", "retry")["retried"] == 0
    assert shell.json("webhooks", "list")["waiting"] == 1
    assert shell.json("webhooks", "remove")["removed"] is True
    assert shell.json("webhooks", "remove", status=2)["error"]["code"] == "webhook.unknown"
    assert shell.json("webhooks", "list")["waiting"] == 0


def test_what_is_not_registered(shell: Shell) -> None:
    for url in ("http://bank.example/", "bank"):
        error = shell.json("webhooks", "register", url, status=2)["error"]
        assert error["code"] == "input.invalid"
    (shell.folder / "home" / "keys" / "keyring-server.key").unlink()
    error = shell.json("webhooks", "register", _URL, status=2)["error"]
    assert error["code"] == "keyring.missing"


def test_delivery(shell: Shell) -> None:
    received: list[tuple[bytes, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((body, self.headers["Visavis-Signature"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/hook"
        key = shell.json("webhooks", "register", url)["key"]
        enrolment_id = _forget_somebody(shell)
        assert shell.json("webhooks", "deliver") == {
            "delivered": 1, "postponed": 0, "given_up": 0,
        }  # fmt: skip
        server.shutdown()
        thread.join()
    ((body, header),) = received
    assert json.loads(body)["enrolment_id"] == enrolment_id
    with shell.vault() as vault:
        check_signature(body, header, key=key, now=vault.clock())
    assert "0 delivered" in shell.run("webhooks", "deliver").stdout
