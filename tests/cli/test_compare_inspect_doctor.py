"""The commands as a person runs them: processes, exit statuses, what is printed where."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as PillowImage

from tests.pictures import jpeg, portrait
from visavis.quality import Component

_VISAVIS = Path(sys.executable).with_name("visavis")


def _run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [str(_VISAVIS), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory, astronaut: Path) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "a.jpg").write_bytes(jpeg(portrait(astronaut)))
    (folder / "b.jpg").write_bytes(jpeg(portrait(astronaut, scale=1.4), quality=50))
    (folder / "turned.jpg").write_bytes(jpeg(portrait(astronaut), orientation=6))
    grey = PillowImage.fromarray(np.full((200, 200, 3), 128, np.uint8))
    (folder / "nobody.jpg").write_bytes(jpeg(grey))
    (folder / "text.jpg").write_text("no picture")
    (folder / "cut.jpg").write_bytes((folder / "a.jpg").read_bytes()[:3000])
    return folder


def _compare(folder: Path, reference: str, probe: str, *more: object) -> tuple[int, dict[str, Any]]:
    done = _run(
        "compare", "--reference", folder / reference, "--probe", folder / probe, "--json", *more
    )
    return done.returncode, json.loads(done.stdout)


def test_a_match_in_json(pictures: Path) -> None:
    status, content = _compare(pictures, "a.jpg", "turned.jpg")
    assert status == 0
    assert sorted(content) == [
        "elapsed_ms", "established", "model", "operating_point", "outcome", "probe_samples",
        "reference_samples", "score", "threshold",
    ]  # fmt: skip
    assert content["outcome"] == "match"
    assert content["score"] >= content["threshold"]
    assert content["established"] is True
    assert content["operating_point"]["fmr"] == "1e-4"


def test_a_non_match_has_status_1(pictures: Path, faces: Path) -> None:
    (other,) = (faces / "frll" / "002").glob("neutral_*_03.jpg")
    done = _run("compare", "--reference", pictures / "a.jpg", "--probe", other)
    assert done.returncode == 1
    assert done.stdout.startswith("non-match: score ")


@pytest.mark.parametrize(
    ("probe", "code"),
    [
        ("nobody.jpg", "face.none"),
        ("text.jpg", "image.unsupported"),
        ("cut.jpg", "image.corrupt"),
        ("absent.jpg", "image.unreadable"),
        (".", "image.unreadable"),
    ],
)
def test_bad_input_has_status_2_and_a_code(pictures: Path, probe: str, code: str) -> None:
    status, content = _compare(pictures, "a.jpg", probe)
    assert status == 2
    assert content["error"]["code"] == code
    assert content["error"]["input"] == str(pictures / probe)
    done = _run("compare", "--reference", pictures / "a.jpg", "--probe", pictures / probe)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"visavis: {code}: ")
    assert "Traceback" not in done.stderr


def test_usage_errors_have_status_2(pictures: Path) -> None:
    assert _run("compare", "--probe", pictures / "a.jpg").returncode == 2
    status, content = _compare(pictures, "a.jpg", "b.jpg", "--fmr", "never")
    assert (status, content["error"]["code"]) == (2, "input.invalid")
    status, content = _compare(pictures, "a.jpg", "b.jpg", "--pack", "nonesuch")
    assert (status, content["error"]["code"]) == (2, "model.unknown")


def test_inspect_draws(pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "seen.png"
    done = _run("inspect", pictures / "a.jpg", "--out", out, "--json")
    content = json.loads(done.stdout)
    assert done.returncode == 0
    assert content["eye_distance"] == pytest.approx(43, abs=3)
    with PillowImage.open(out) as drawing:
        colours = {colour for _, colour in drawing.convert("RGB").getcolors(1 << 20) or ()}
    assert (255, 196, 0) in colours, "the box"
    assert (0, 200, 255) in colours, "the landmarks"
    refused = _run("inspect", pictures / "a.jpg", "--out", tmp_path / "no" / "folder.png", "--json")
    assert (refused.returncode, json.loads(refused.stdout)["error"]["code"]) == (2, "input.invalid")


def test_inspect_says_what_the_photograph_is_worth(pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "seen.png"
    content = json.loads(_run("inspect", pictures / "a.jpg", "--out", out, "--json").stdout)
    assert sorted(content["quality"]) == sorted(Component)
    assert content["quality"]["head_pose_roll"]["score"] > 95
    assert content["refusals"]["verify"] == []
    (refusal,) = content["refusals"]["enrol"]
    assert refusal["code"] == "face.too_small"
    assert refusal["advice"] == "come_closer"
    assert refusal["words"] == "Come closer to the camera."
    done = _run("inspect", pictures / "a.jpg", "--out", out, "--language", "de")
    assert "to verify: good enough" in done.stdout
    assert "to enrol: refused" in done.stdout
    assert "at least 60 are needed Kommen Sie näher an die Kamera." in done.stdout
    assert re.search(r"^inter eye distance +4\d\.\d+ +2\d$", done.stdout, re.MULTILINE)


def test_inspect_with_dlibs_own_detector(astronaut: Path, tmp_path: Path) -> None:
    out = tmp_path / "seen.png"
    done = _run("inspect", astronaut, "--out", out, "--detector", "mmod", "--json")
    content = json.loads(done.stdout)
    assert done.returncode == 0
    assert content["box"] == [168, 69, 264, 165]  # in dlib's own words 168, 69, 263, 164: inclusive
    assert content["quarter_turns"] == 0
    assert out.exists()


def test_doctor_and_version() -> None:
    content = json.loads(_run("doctor", "--json").stdout)
    assert content["embedding_ms"] > 0
    assert "changed" not in content["default_pack"]
    assert _run("--version").stdout.startswith("visavis ")
    assert _run("--show-completion").returncode in (0, 1)
