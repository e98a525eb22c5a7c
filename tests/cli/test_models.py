from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from tests.models.pack_factory import CELL, FILES, TINY, manifest, with_cells
from visavis.cli.models import app

if TYPE_CHECKING:
    from pathlib import Path


class Shell:
    """Runs ``visavis models`` with a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"

    def run(self, *arguments: str, status: int = 0) -> str:
        """Run, expect the exit status, and give standard output and error in one."""
        result = CliRunner().invoke(app, arguments, env={"VISAVIS_HOME": str(self.home)})
        assert result.exit_code == status, result.output
        return result.output

    def json(self, *arguments: str, status: int = 0) -> dict[str, Any]:
        content = json.loads(self.run(*arguments, "--json", status=status))
        assert isinstance(content, dict)
        return content

    def write(self, text: str) -> str:
        path = self.folder / "pack.toml"
        path.write_text(text)
        return str(path)

    def bring(self) -> str:
        folder = self.folder / "brought"
        folder.mkdir()
        for name, content in FILES.items():
            (folder / name).write_bytes(content)
        return str(folder)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_the_life_of_a_pack(shell: Shell) -> None:
    added = shell.json("add", shell.write(TINY))
    assert (added["name"], added["installed"]) == ("tiny", False)
    listed = shell.json("list")["packs"]
    assert [(pack["name"], pack["installed"]) for pack in listed] == [
        ("dlib", True),
        ("opencv", False),
        ("tiny", False),
    ]
    installed = shell.json("install", "tiny", "--from", shell.bring())
    assert installed == added | {"installed": True}
    assert shell.json("verify", "tiny") == {
        "files": [
            {"pack": "tiny", "file": "detector.onnx", "state": "ok"},
            {"pack": "tiny", "file": "embedder.onnx", "state": "ok"},
        ]
    }
    assert shell.json("remove", "tiny") == {"removed": "tiny"}
    assert shell.json("show", "tiny", status=2)["error"]["code"] == "model.unknown"


def test_the_same_for_people(shell: Shell) -> None:
    assert "tiny is added" in shell.run("add", shell.write(TINY))
    assert "tiny" in shell.run("list")
    assert "every file is there" in shell.run("install", "tiny", "--from", shell.bring())
    assert "ok       tiny/embedder.onnx" in shell.run("verify")
    assert "tiny is removed" in shell.run("remove", "tiny")
    assert "model.unknown" in shell.run("show", "tiny", status=2)


def test_show_says_whose_faces_were_used(shell: Shell) -> None:
    text = shell.run("show", "dlib")
    assert "about 3 million faces" in text
    assert "The people shown did not consent" in text
    assert "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30" in text
    shown = shell.json("show", "dlib")
    assert shown["embedder"]["file"] == "dlib_face_recognition_resnet_model_v1.dat"
    assert shown["detectors"][1] == {"kind": "mmod", "files": ["mmod_human_face_detector.dat"]}
    assert all(file["installed"] for file in shown["files"])


def test_show_says_how_far_a_threshold_can_be_trusted(shell: Shell) -> None:
    provisional = CELL.replace("1e-3", "1e-4").replace("0.9375", "0.96875")
    shell.run("add", shell.write(with_cells(TINY, CELL, provisional)))
    first, second = shell.json("show", "tiny")["cells"]
    assert (first["fmr"], first["threshold"], first["established"]) == ("1e-3", 0.9375, True)
    assert (second["fmr"], second["threshold"], second["established"]) == ("1e-4", 0.96875, False)
    text = " ".join(shell.run("show", "tiny").split())
    assert "made up: in-sample" in text


def test_a_changed_file_is_found(shell: Shell) -> None:
    shell.run("add", shell.write(TINY))
    shell.run("install", "tiny", "--from", shell.bring())
    path = shell.home / "packs" / "tiny" / "embedder.onnx"
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    for arguments in (("verify",), ("verify", "tiny")):
        report = shell.json(*arguments, status=2)
        assert report["error"]["code"] == "model.digest_mismatch"
        assert "embedder.onnx" in report["error"]["detail"]
        assert report["files"][-1]["state"] == "changed"
    assert "changed  tiny/embedder.onnx" in shell.run("verify", status=2)


def test_what_is_not_installed_fails_only_where_it_is_named(shell: Shell) -> None:
    assert {line["state"] for line in shell.json("verify")["files"]} == {"ok", "missing"}
    error = shell.json("verify", "opencv", status=2)["error"]
    assert (error["code"], error["input"]) == ("model.missing", "opencv")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("show", "nope"), "model.unknown"),
        (("install", "../x"), "model.unknown"),
        (("remove", "dlib"), "input.invalid"),
        (("add", "no-such-file.toml"), "model.manifest_invalid"),
        (("install", "opencv", "--from", "/nonexistent"), "model.unavailable"),
    ],
)
def test_errors_are_json_with_a_stable_code(
    shell: Shell, arguments: tuple[str, ...], code: str
) -> None:
    error = shell.json(*arguments, status=2)["error"]
    assert set(error) == {"code", "detail", "input"}
    assert error["code"] == code
    assert error["input"] == arguments[1]
    assert code in shell.run(*arguments, status=2)


def test_one_invalid_pack_is_named(shell: Shell) -> None:
    shell.run("add", shell.write(TINY))
    kept = shell.home / "packs" / "tiny" / "manifest.toml"
    kept.write_text(TINY.replace("127.5", "nan"))
    error = shell.json("list", status=2)["error"]
    assert error["code"] == "model.manifest_invalid"
    assert "tiny" in error["detail"]


def test_a_strangers_text_is_shown_as_it_is(shell: Shell) -> None:
    text = manifest(FILES).replace("A tiny pack", "[red]bold[/red] :boom: [link=x]y")
    shell.run("add", shell.write(text))
    for arguments in (("list",), ("show", "tiny")):
        assert "[red]bold[/red] :boom:" in " ".join(shell.run(*arguments).split())


def test_usage_errors_end_with_two(shell: Shell) -> None:
    shell.run("nonsense", status=2)
    shell.run("show", status=2)
