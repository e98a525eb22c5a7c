from __future__ import annotations

import json
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from visavis.cli import app

if TYPE_CHECKING:
    from pathlib import Path

_LINES = (
    "kind,species,unit,response,decision",
    *(f"attack,print,print {number},attack," for number in range(42)),
    "attack,replay,tablet 1,bona-fide,match",
    "attack,replay,tablet 2,attack,",
    *(f"bona-fide,,person {number},bona-fide," for number in range(10)),
)


def _folder(tmp_path: Path) -> Path:
    (tmp_path / "presentations.csv").write_text("\n".join(_LINES))
    return tmp_path


def test_the_report_as_text(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["evaluate", "pad", str(_folder(tmp_path))])
    assert result.exit_code == 0
    assert (
        "print: APCER 0 (0 of 42 presentations; 0 of 42 instruments, at most 0.06884 with 95 % "
        "confidence)"
    ) in result.output
    assert "highest APCER: replay, 0.5 (1 of 2 presentations" in result.output
    assert "bona fide: BPCER 0 (0 of 10 presentations; 0 of 10 persons, at most 0.2589" in (
        result.output
    )


def test_the_report_as_json(tmp_path: Path) -> None:
    arguments = ["evaluate", "pad", str(_folder(tmp_path)), "--confidence", "0.9", "--json"]
    result = CliRunner().invoke(app, arguments)
    content = json.loads(result.output)
    assert content["worst_apcer"] == content["worst_iapar"] == "replay"
    assert [species["species"] for species in content["species"]] == ["print", "replay"]
    assert content["bpcer"]["confidence"] == 0.9


def test_a_folder_without_a_test(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["evaluate", "pad", str(tmp_path), "--json"])
    assert result.exit_code == 2
    assert json.loads(result.output)["error"]["code"] == "presentations.unreadable"
