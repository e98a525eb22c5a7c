from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.cli.shell import Shell
from tests.verifier.people import enrol, somebody, verify

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


def test_status_counts_and_tells_nobody_apart(shell: Shell) -> None:
    with shell.vault() as vault:
        holders = [enrol(vault) for _ in range(3)]
    before = shell.json("status")
    assert before["store_version"] == "0001"
    (institution,) = before["institutions"]
    assert institution | {"epochs": []} == {
        "institution": "default", "enrolments": 3, "epochs": [], "rotation_due": False,
        "unrotated": 0, "leaves": 0, "waiting": 6, "checkpoint": None,
    }  # fmt: skip
    (epoch,) = institution["epochs"]
    assert (epoch["epoch"], epoch["age_days"], epoch["destroyed"]) == (1, 0, None)
    note = shell.json("log", "checkpoint")
    (institution,) = shell.json("status")["institutions"]
    assert (institution["leaves"], institution["waiting"]) == (6, 0)
    assert institution["checkpoint"]["root"] == note["root"]
    said = shell.run("status").stdout
    assert "3 enrolments" in said
    assert not [holder for holder in holders if str(holder.enrolment_id) in said]


def test_an_old_epoch_asks_for_rotation(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.run("init")
    file = tmp_path / "home" / "keys" / "keyring.json"
    today = datetime.now(UTC).date()
    file.write_text(file.read_text().replace(str(today), str(today.replace(year=today.year - 1))))
    (institution,) = shell.json("status")["institutions"]
    assert institution["rotation_due"]
    assert institution["epochs"][0]["age_days"] >= 365
    assert "run `visavis keys rotate`" in shell.run("status").stdout
    (tmp_path / "home" / "visavis.toml").write_text("epoch_days = 1000\n")
    (institution,) = shell.json("status")["institutions"]
    assert not institution["rotation_due"]


def test_an_enrolment_is_shown_without_its_face(shell: Shell) -> None:
    with shell.vault() as vault:
        holder = enrol(vault)
        verify(vault, holder.claim, somebody())
        today = vault.clock().date().isoformat()
    shown = shell.json("enrolments", "show", "--enrolment-id", holder.enrolment_id)
    (consent,) = shown.pop("consents")
    assert shown == {
        "enrolment_id": str(holder.enrolment_id), "state": "active", "enrolled_on": today,
        "last_used_on": today, "consecutive_failures": 1,
    }  # fmt: skip
    assert (consent["purpose"], consent["given_on"]) == ("payment", today)
    shell.run("consent", "withdraw", "--consent-id", consent["consent_id"])
    said = shell.run("enrolments", "show", "--enrolment-id", holder.enrolment_id).stdout
    assert f"withdrawn_on {today}" in said
    unknown = shell.json("enrolments", "show", "--enrolment-id", uuid.uuid4(), status=2)
    assert unknown["error"]["code"] == "enrolment.unknown"


def test_what_nobody_uses_is_forgotten(shell: Shell) -> None:
    with shell.vault() as vault:
        now = vault.clock()
        vault.clock = lambda: now - timedelta(days=40)
        enrol(vault)
        vault.clock = lambda: now
        used = enrol(vault)
        wiped = vault.store.wipe()  # PostgreSQL's dead rows are the operator's
    nothing = {"days": 1095, "enrolments": 0, "openings": 0, "abandoned": 0, "wiped": wiped}
    assert shell.json("purge") == nothing
    assert shell.json("purge", "--days", 40)["enrolments"] == 0
    assert shell.json("purge", "--days", 39)["enrolments"] == 1
    shell.environment["VISAVIS_RETENTION_DAYS"] = "1"
    assert shell.json("purge")["enrolments"] == 0
    assert "0 enrolments forgotten that were not used for 1 days" in shell.run("purge").stdout
    assert shell.json("purge", "--days", 0, status=2)["error"]["code"] == "settings.invalid"
    with shell.vault() as vault:
        verify(vault, used.claim, used.person).require_match()


def test_a_store_of_another_version(shell: Shell) -> None:
    assert shell.json("store", "upgrade") == {"version": "0001"}
    with shell.vault() as vault, vault.store.transaction() as t:
        t.connection.exec_driver_sql("UPDATE store_version SET version_num = '9999'")
    for arguments in (("status",), ("store", "upgrade"), ("log", "check")):
        assert shell.json(*arguments, status=2)["error"]["code"] == "store.version"


def test_institutions_are_listed_with_their_logs_keys(shell: Shell) -> None:
    (one,) = shell.json("institutions", "list")["institutions"]
    assert one["institution"] == "default"
    with shell.vault() as vault:
        assert vault.signer is not None
        assert one["log_key"] == vault.signer.verifier.render()
    assert one["log_key"] in shell.run("institutions", "list").stdout


def test_an_institution_that_there_is_not(shell: Shell) -> None:
    for arguments in (
        ("forget", "--enrolment-id", uuid.uuid4(), "--institution", "other"),
        ("keys", "rotate", "--institution", "other"),
        ("log", "check", "--institution", "other"),
        ("forget", "--enrolment-id", uuid.uuid4(), "--institution", "../other"),
    ):
        error = shell.json(*arguments, status=2)["error"]
        assert error["code"] in ("keyring.unknown", "input.invalid")


def test_options_go_over_the_settings_file(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    home = tmp_path / "home"
    home.mkdir()
    (home / "visavis.toml").write_text(f'store = "sqlite:///{tmp_path}/elsewhere.db"\n')
    shell.run("init")
    assert (tmp_path / "elsewhere.db").exists()
    there = shell.json("status", "--store", f"sqlite:///{tmp_path}/third.db", status=2)
    assert there["error"]["code"] == "store.missing"
    (home / "visavis.toml").write_text("stoer = 1\n")
    assert shell.json("status", status=2)["error"]["code"] == "settings.invalid"
