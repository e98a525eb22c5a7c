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
