"""Every command of the runbook runs, in its order, on a store of its own."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import yaml

from tests.deploy.manifests import ROOT, VARIABLES, base
from tests.pictures import jpeg, portrait
from tests.runbook import blocks, needs_curl, run
from tests.service.conftest import shared_desk, verifier

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.postgresql import Server
    from tests.service.desk import Desk

__all__ = ["shared_desk", "verifier"]

_PAGE = "runbook.md"


class House:
    """A data folder, a folder for backups, and somebody who is enrolled."""

    def __init__(self, folder: Path, picture: Path, **variables: str) -> None:
        self.folder = folder
        self.variables = {
            "VISAVIS_HOME": str(folder / "home"),
            "BACKUP": str(folder / "backup"),
            **variables,
        }
        (folder / "portrait.jpg").write_bytes(jpeg(portrait(picture, scale=1.6)))

    def does(self, command: str, status: int = 0) -> str:
        found, said = run(command, where=self.folder, variables=self.variables)
        assert found == status, f"{command}\n{said}"
        return said

    def enrols(self) -> None:
        """``$ID`` is somebody new."""
        said = self.does("visavis enrol --purpose payment --consent Yes. --json portrait.jpg")
        self.variables["ID"] = json.loads(said)["enrolment_id"]


def test_every_command_runs(
    tmp_path: Path, astronaut: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    house = House(tmp_path, astronaut)
    house.does("visavis init")
    house.enrols()
    for block in (one for one in blocks(_PAGE) if not one.needs):
        restores = "store.db-wal" in " ".join(block.commands)
        if restores:
            # Acts that the backup knows nothing of.
            house.does('visavis forget --enrolment-id "$ID"')
            house.does("visavis log checkpoint --out newest.txt")
            newest = "visavis log check --checkpoint newest.txt"
        if block.section == "A lost key ring" and "anew" not in block.commands[0]:
            shutil.rmtree(tmp_path / "home" / "keys")
        if block.section in ("A lost or stolen claim", "Overload"):
            house.enrols()
        for command in block.commands:
            if command.startswith("visavis store replay"):
                assert "store.restored" in house.does("visavis status", 2)
                assert "leaves were dropped, at least 1" in house.does(newest, 2)
            house.does(command)
        if block.commands[-1].startswith("visavis log copy --to"):
            house.variables["VISAVIS_LOG__COPIES"] = str(tmp_path / "backup" / "log")
        if restores:
            house.does(newest)
            house.does('visavis enrolments show --enrolment-id "$ID"', 2)
    assert (tmp_path / "card.png").stat().st_mode & 0o777 == 0o600


def test_an_old_key_ring_is_refused(
    tmp_path: Path, astronaut: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    house = House(tmp_path, astronaut)
    house.does("visavis init")
    house.does("visavis keys backup --to old.json")
    house.does("visavis keys rotate")
    house.does('install -m 0600 old.json "$VISAVIS_HOME/keys/keyring.json"')
    assert "keyring.mismatch" in house.does("visavis log checkpoint", 2)


def test_a_dump_of_postgresql_comes_back(
    tmp_path: Path, astronaut: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    copies = str(tmp_path / "backup" / "log")
    house = House(
        tmp_path, astronaut, VISAVIS_STORE=server.new_database(), VISAVIS_LOG__COPIES=copies
    )
    house.does("visavis init")
    house.enrols()
    house.does("visavis log checkpoint")
    house.does('install -d "$BACKUP/store"')
    dump, restore = [one for one in blocks(_PAGE) if one.needs == "postgresql"]
    for command in dump.commands:
        house.does(command)
    house.does('visavis forget --enrolment-id "$ID"')
    house.does('visavis enrolments show --enrolment-id "$ID"', 2)
    house.does("visavis log checkpoint")
    comes_back, replays = restore.commands
    house.does(comes_back)
    assert "store.restored" in house.does('visavis enrolments show --enrolment-id "$ID"', 2)
    house.does(replays)
    assert "enrolment.unknown" in house.does('visavis enrolments show --enrolment-id "$ID"', 2)


@needs_curl
def test_what_is_asked_of_a_running_service(tmp_path: Path, shared_desk: Desk) -> None:
    (block,) = [one for one in blocks(_PAGE) if one.needs == "service"]
    port = str(shared_desk.client.base_url.port)
    for command in block.commands:
        status, said = run(
            command.replace("8460", port),
            where=tmp_path,
            variables={"ADMIN_KEY": shared_desk.key("admin")},
        )
        assert status == 0, said
    assert "<h1>visavis" in (tmp_path / "ops.html").read_text()


def test_no_other_fence_hides_a_command() -> None:
    text = (ROOT / "docs" / _PAGE).read_text()
    fences = re.findall(r"^```(\S.*)$", text, re.MULTILINE)
    assert set(fences) == {"console", "console postgresql", "console service", "nginx", "yaml"}
    assert not re.search(r"^    \$ ", text, re.MULTILINE)


def test_the_overlay_fits_the_base() -> None:
    page = (ROOT / "docs" / _PAGE).read_text()
    (text,) = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    overlay, objects = yaml.safe_load(text), base()
    pod = objects["Deployment"]["spec"]["template"]["spec"]
    wanted = {one["secret"]["secretName"] for one in pod["volumes"] if "secret" in one}
    assert {one["name"] for one in overlay["secretGenerator"]} == wanted
    (image,) = objects["Kustomization"]["images"]
    assert [one["name"] for one in overlay["images"]] == [image["newName"]]
    (settings,) = objects["Kustomization"]["configMapGenerator"]
    (given,) = [one["literals"] for one in overlay["configMapGenerator"]]
    assert {one.partition("=")[0] for one in given} <= VARIABLES
    assert [one["name"] for one in overlay["configMapGenerator"]] == [settings["name"]]
