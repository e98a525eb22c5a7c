from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image as PillowImage
from typer.testing import CliRunner

from tests.face.embedding_network import network
from tests.face.own_pack import RED_SPOTTER, own_pack
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


def test_it_is_calibrated_and_evaluated_as_the_default_pack_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    home, pictures = tmp_path / "home", tmp_path / "pictures"
    one_colour = ("scale = [0.0078125, 0.0078125, 0.0078125]", "scale = [0.0078125, 1e-6, 1e-6]")
    for name, more in (("tiny", ()), ("blue", (one_colour,))):
        folder = tmp_path / name
        folder.mkdir()
        changes = (('name = "tiny"', f'name = "{name}"'), *more)
        own_pack(folder, embedder=network(), detector=RED_SPOTTER, changes=changes, home=home)
    _draw_people(pictures)
    common = ("--home", home, "--json")

    def run(*arguments: object) -> dict[str, Any]:
        done = CliRunner().invoke(app, [str(each) for each in (*arguments, *common)])
        assert done.exit_code == 0, done.output
        content: dict[str, Any] = json.loads(done.stdout)
        return content

    report = run(
        "evaluate", "images", pictures, "--pack", "tiny", "--all-pairs", "--fmr", "1e-2",
        "--out", tmp_path / "report", "--processes", 1,
    )  # fmt: skip
    assert (report["people"], report["genuine"], report["impostor"]) == (20, 58, 1653)

    manifest = tmp_path / "tiny" / "pack.toml"
    before = run("models", "show", "tiny")
    card = run(
        "models", "calibrate", "--images", pictures, "--pack", "tiny", "--out", manifest,
        "--processes", 1,
    )  # fmt: skip
    assert card["cells"] == 3
    run("models", "remove", "tiny")
    run("models", "add", manifest)
    run("models", "install", "tiny", "--from", tmp_path / "tiny")
    after = run("models", "show", "tiny")
    assert (before["cells"], len(after["cells"])) == ([], 3)
    assert before["digest"] != after["digest"]
    (single,) = (
        each for each in after["cells"] if each["probe_samples"] == 1 == each["reference_samples"]
    )
    same = ("--reference", pictures / "03" / "0.png", "--probe", pictures / "03" / "0.png")
    compared = run("compare", "--pack", "tiny", *same, "--fmr", "1e-2")
    assert compared["outcome"] == "match"
    assert compared["threshold"] == single["threshold"]
    assert compared["established"] is False

    better, worse = (
        run(
            "evaluate", "compare", "--images", pictures, "--pack", one, "--pack", other,
            "--fmr", "1e-2", "--run", tmp_path / "run", "--processes", 1,
        )
        for one, other in (("tiny", "blue"), ("blue", "tiny"))
    )  # fmt: skip
    assert better["pictures_left_out"] == 1
    difference = better["fnmr_difference_at_fmr"]["1e-2"]["difference"]
    assert difference < 0
    assert worse["fnmr_difference_at_fmr"]["1e-2"]["difference"] == -difference


def _draw_people(root: Path) -> None:
    """Three pictures each of 20 people made of coloured squares; a red one is seen as a face.

    The last picture has none.
    """
    for person in range(20):
        random = np.random.default_rng(person)
        own = random.integers(0, 256, (30, 40, 3))
        folder = root / f"{person:02d}"
        folder.mkdir(parents=True)
        for picture in range(3):
            other = random.integers(0, 256, own.shape)
            squares = (0.85 * own + 0.15 * other).astype(np.uint8)
            pixels = np.kron(squares, np.ones((8, 8, 1), np.uint8))
            pixels[96:112, 144:160] = 255, 0, 0
            if (person, picture) == (19, 2):
                pixels[:] = 0
            PillowImage.fromarray(pixels).save(folder / f"{picture}.png")


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
