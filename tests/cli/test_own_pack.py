from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from tests.face.embedding_network import network
from tests.face.own_pack import own_pack
from tests.models.pack_factory import CELL
from visavis.cli import app

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.shell import Shell


def test_commands_take_a_pack_from_the_data_folder(
    astronaut: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    cell = CELL.replace("probe_samples = 2", "probe_samples = 1")
    own_pack(tmp_path, embedder=network(), cells=cell)
    common = ["--pack", "tiny", "--home", str(tmp_path / "home"), "--json"]
    same = ["--reference", str(astronaut), "--probe", str(astronaut), "--fmr", "1e-3"]
    compared = CliRunner().invoke(app, ["compare", *same, *common])
    assert compared.exit_code == 0, compared.output
    content = json.loads(compared.output)
    assert content["score"] == pytest.approx(1, abs=1e-3)  # one side is mirrored
    assert content["operating_point"]["data_set"] == "made up"
    drawing = tmp_path / "drawing.png"
    inspected = CliRunner().invoke(app, ["inspect", str(astronaut), "--out", str(drawing), *common])
    assert inspected.exit_code == 0, inspected.output
    assert len(json.loads(inspected.output)["landmarks"]) == 5
    assert drawing.stat().st_size > 10_000


def test_the_pack_before_compares_new_samples(shell: Shell, faces: Path) -> None:
    cell = CELL.replace("probe_samples = 2", "probe_samples = 1").replace('"1e-3"', '"1e-4"')
    own_pack(shell.folder, embedder=network(), cells=cell.replace("0.9375", "-1.0"))
    photos = sorted((faces / "frll" / "001").glob("*_001_0[38].jpg"))
    enrol = ("enrol", "--purpose", "payment", "--consent", "I agree", "--pack", "tiny", photos[0])
    again = ("re-enrol", "--claim", shell.json(*enrol)["claim"], *photos)
    error = shell.json(*again, status=2)["error"]
    assert error["code"] == "enrolment.needs_renewal"
    claim = shell.json(*again, "--previous-pack", "tiny")["claim"]
    verify = ("verify", "--claim", claim, "--purpose", "payment", photos[1])
    assert shell.json(*verify)["outcome"] == "match"
