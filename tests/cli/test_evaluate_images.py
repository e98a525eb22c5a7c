"""Sets of pictures on the command line: reports without names, runs that go on, packs compared."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, NoReturn

import pytest
from typer.testing import CliRunner, Result

from visavis.cli import app
from visavis.evaluation.protocols import Acquisition

if TYPE_CHECKING:
    from pathlib import Path


_PEOPLE = 12
_LOOKS = ("neutral_*_03.jpg", "smiling_*_08.jpg")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory, faces: Path) -> Path:
    """Twelve people of FRLL, front neutral and smiling, under names that must not come out."""
    root = tmp_path_factory.mktemp("set")
    for position, person in enumerate(sorted(faces.glob("frll/[01]*"))[:_PEOPLE]):
        own = root / f"Planted{position:02d}Name"
        own.mkdir()
        for look, pattern in enumerate(_LOOKS):
            (found,) = person.glob(pattern)
            (own / f"PlantedFile{look}.jpg").symlink_to(found)
    return root


def _run(state: Path, *arguments: object) -> Result:
    """In this process, so that the pack is loaded once."""
    return CliRunner().invoke(
        app, [str(each) for each in arguments], env={"XDG_STATE_HOME": str(state)}
    )


def test_a_report_of_all_pairs_names_nobody(pictures: Path, tmp_path: Path) -> None:
    labels = tmp_path / "labels.csv"
    rows = [f"Planted{n:02d}Name,{'one' if n % 2 else 'other'}" for n in range(_PEOPLE)]
    rows[0] = "Planted00Name,alone"
    labels.write_text("person,team\n" + "\n".join(rows) + "\n")
    blank = tmp_path / "blank"
    shutil.copytree(pictures, blank, symlinks=True)
    (blank / "Planted00Name" / "PlantedFile1.jpg").unlink()
    (blank / "Planted00Name" / "PlantedFile1.jpg").write_bytes(b"no picture")
    out = tmp_path / "out"
    done = _run(
        tmp_path / "state", "evaluate", "images", blank, "--all-pairs", "--groups", labels,
        "--out", out, "--processes", "1", "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    assert {path.name for path in out.iterdir()} == {"report.html", "report.json", "det.csv"}
    assert not list((tmp_path / "state").rglob("*.key"))
    for path in out.iterdir():
        assert "Planted" not in path.read_text()
    assert "Planted" not in done.stdout
    summary = json.loads(done.stdout)
    assert (summary["genuine"], summary["impostor"], summary["people"]) == (11, 242, 12)
    report = (out / "report.json").read_text()
    assert "image.unsupported" in report
    assert "team" in report
    assert "alone" not in report  # a group of one is a person


def test_an_interrupted_run_goes_on_and_tampering_stops_it(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = (
        "evaluate", "images", pictures, "--all-pairs", "--out", tmp_path / "out",
        "--processes", "1", "--keep",
    )  # fmt: skip
    assert _run(tmp_path / "state", *arguments).exit_code == 0
    kept = tmp_path / "out" / "embeddings.part"
    (key,) = (tmp_path / "state").rglob("*.key")
    assert kept.exists()
    assert tmp_path / "out" not in key.parents
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    broken = _run(tmp_path / "state", *arguments)
    assert broken.exit_code == 2
    assert "evaluation.run_mismatch" in broken.stderr
    kept.write_bytes(whole)

    def fail(_how: Acquisition, _path: Path) -> NoReturn:
        pytest.fail("a picture was taken again")

    monkeypatch.setattr(Acquisition, "__call__", fail)
    assert _run(tmp_path / "state", *arguments[:-1]).exit_code == 0
    assert not kept.exists()
    assert not key.exists()


def test_two_systems_on_the_same_pairs(pictures: Path, tmp_path: Path) -> None:
    done = _run(
        tmp_path / "state", "evaluate", "compare", "--images", pictures, "--pack", "dlib",
        "--pack", "dlib", "--fmr", "1e-1", "--run", tmp_path / "run", "--processes", "1", "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["pictures_left_out"] == 0
    assert found["fnmr_difference_at_fmr"]["1e-1"]["difference"] == 0


def test_a_card_from_a_set_that_is_too_small(pictures: Path, tmp_path: Path) -> None:
    card = tmp_path / "card.toml"
    done = _run(
        tmp_path / "state", "models", "calibrate", "--images", pictures, "--out", card,
        "--details", tmp_path / "details.json", "--processes", "1", "--json",
    )  # fmt: skip
    # 66 pairs of people: 1e-2 is not expected to be exceeded by one of them.
    assert done.exit_code == 2
    assert json.loads(done.stdout)["error"]["code"] == "input.invalid"
    assert not card.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("evaluate", "images", "absent", "--all-pairs", "--out", "out"),
        ("evaluate", "images", "absent", "--out", "out"),
        ("evaluate", "images", "absent", "--all-pairs", "--samples-per-side", 2, "--out", "out"),
        ("evaluate", "images", ".", "--samples-per-side", 2, "--groups", "l.csv", "--out", "out"),
        ("evaluate", "compare", "one.csv"),
        ("evaluate", "compare", "--images", "absent", "--pack", "dlib"),
        ("models", "calibrate"),
        ("models", "calibrate", "--images", "absent"),
    ],
)
def test_bad_input_is_refused(tmp_path: Path, arguments: tuple[object, ...]) -> None:
    done = _run(tmp_path, *arguments)
    assert done.exit_code == 2
    assert "input.invalid" in done.stderr
