"""``visavis evaluate scores`` and ``plan``, as they are typed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from typer.testing import CliRunner

from visavis.cli.evaluate import app
from visavis.evaluation.files import _chunks

if TYPE_CHECKING:
    from pathlib import Path


def run(*arguments: object, status: int = 0) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == status, result.output
    return result.output


def report(folder: Path) -> dict[str, Any]:
    content = json.loads((folder / "report.json").read_text())
    assert isinstance(content, dict)
    return content


@pytest.mark.parametrize(
    ("number", "eer", "at"),
    [
        (1, 0.0808623, ("5/4950", 0.284640)),
        (2, 0.0441896, ("3/3619", 0.188889)),
        (3, 0.1141693, ("68/66633", 0.211773)),
    ],
)
def test_pyeers_examples(
    vectors: Path, tmp_path: Path, number: int, eer: float, at: tuple[str, float]
) -> None:
    """pyeer's FMR1000 is the point whose FMR is nearest to 1/1000: twice it lies above."""
    fmr, fnmr = at
    files = [vectors / f"pyeer_exp{number}_{kind}.txt" for kind in ("true", "false")]
    told = run("scores", *files, "--out", tmp_path, "--fmr", fmr, "--fmr", "1e-2")
    assert "FMR 1e-2 (provisional): FNMR" in told
    content = report(tmp_path)
    rates = {rate["definition"]: rate["value"] for rate in content["eer"]}
    assert rates["fvc2000"] == pytest.approx(eer, abs=5e-8)
    first, second = content["fnmr_at_fmr"]
    assert (first["fmr"], second["fmr"]) == ("1e-2", fmr)
    assert second["fnmr"]["value"] == pytest.approx(fnmr, abs=5e-7)
    assert second["fnmr"]["low"] < second["fnmr"]["value"] < second["fnmr"]["high"]
    assert second["fnmr"]["label"].startswith("independence assumed: too narrow")
    assert second["established"] is False
    assert "independence assumed: too narrow" in (tmp_path / "report.html").read_text()
    assert (tmp_path / "det.csv").read_text().startswith("threshold,fmr,fnmr,fnmr_low,fnmr_high\n")


def planted(folder: Path) -> list[str]:
    """Score files in every layout that names people, whose ids are easy to find again."""
    generator = np.random.default_rng(1)
    ids = [f"holder-{number:02}@bank.example" for number in range(12)]
    rows = [
        (one, other, float(generator.normal(2.0 * (one == other), 1.0)))
        for one in ids
        for other in ids
    ]
    layouts = {
        "bob-4": "".join(f"{a} {b} {a}-photo {s}\n" for a, b, s in rows),
        "bob-5": "".join(f"{a} {a}-model {b} {b}-photo {s}\n" for a, b, s in rows),
        "two-column": "".join(f"{1 if a == b else -1} {s} {a} {b}\n" for a, b, s in rows),
        "csv": "score,person_a,person_b\n" + "".join(f"{s},{a},{b}\n" for a, b, s in rows),
    }
    for name, text in layouts.items():
        (folder / name).write_text(text)
    return list(layouts)


def test_no_id_of_a_person_is_in_any_output(tmp_path: Path) -> None:
    for layout in planted(tmp_path):
        out = tmp_path / f"of-{layout}"
        arguments = ["scores", tmp_path / layout, "--format", layout, "--out", out]
        if layout == "two-column":
            arguments.append("--people")
        printed = run(*arguments, *(["--json"] if layout == "csv" else []))
        written = {path.name: path.read_text() for path in out.iterdir()}
        assert set(written) == {"report.html", "report.json", "det.csv"}
        assert json.loads(written["report.json"])["people"] == 12
        for text in (printed, *written.values()):
            assert "holder-" not in text
            assert "bank.example" not in text
            assert "-photo" not in text


def people_in_groups(folder: Path) -> tuple[Path, Path]:
    """120 people in two sorts, of whom the second are twice as often taken for each other."""
    generator = np.random.default_rng(2)
    ids = [f"holder-{number:03}" for number in range(120)]
    lines = [
        f"{generator.normal(3.0 * (a == b) + (a % 2 == b % 2 == 1), 1.0):.4f},{ids[a]},{ids[b]}\n"
        for a in range(120)
        for b in range(120)
    ]
    scores, labels = folder / "scores.csv", folder / "labels.csv"
    scores.write_text("score,person_a,person_b\n" + "".join(lines))
    sorts = "".join(
        f"{name},{'odd' if n % 2 else 'even'},{'few' if n < 3 else 'many'},\n"
        for n, name in enumerate(ids)
    )
    labels.write_text(f"id,sort,share,nothing\n{sorts}holder-of-another-test,odd,many,\n")
    return scores, labels


def test_groups_of_a_score_file(tmp_path: Path) -> None:
    scores, labels = people_in_groups(tmp_path)
    out = tmp_path / "out"
    told = run("scores", scores, "--groups", labels, "--group-column", "sort", "--out", out,
               "--group-fmr", "1e-1")  # fmt: skip
    content = report(out)
    (groups,) = content["groups"]
    assert groups["kind"] == "sort"
    assert [group["groups"] for group in groups["groups"]] == [["even"], ["odd"]]
    assert [group["people"] for group in groups["groups"]] == [60, 60]
    even, odd = (group["fmr"] for group in groups["groups"])
    assert (even["n"], odd["n"]) == (3540, 3540)
    assert even["high"] < odd["low"]
    assert any("FMR 1e-1 of everybody" in note for note in content["notes"])
    page = (out / "report.html").read_text()
    assert "Groups by sort" in page
    assert "holder-" not in told + page + (out / "report.json").read_text()


def test_groups_need_people_and_labels(tmp_path: Path) -> None:
    scores, labels = people_in_groups(tmp_path)

    def refused(*arguments: object) -> str:
        told = run("scores", *arguments, "--out", tmp_path / "no", status=2)
        assert not (tmp_path / "no").exists()
        assert "holder-" not in told
        return told

    unknown = tmp_path / "unknown"
    unknown.write_text("1 0.5\n-1 0.1\n")
    assert "scores.column_missing: groups need" in refused(unknown, "--groups", labels)
    assert "few" not in refused(scores, "--groups", labels, "--group-column", "share")
    assert "1 groups of 5 people" in refused(scores, "--groups", labels, "--group-column", "share")
    assert "0 groups of 5 people" in refused(
        scores, "--groups", labels, "--group-column", "nothing"
    )
    assert "no such column" in refused(scores, "--groups", labels, "--group-column", "id")
    assert "cannot be read" in refused(scores, "--groups", tmp_path)
    assert "a rate is" in refused(scores, "--groups", labels, "--group-fmr", "2")


def test_errors_name_no_person_either(tmp_path: Path) -> None:
    file = tmp_path / "scores"
    file.write_text("ann@bank bob@bank photo-of-bob 0.5\nann@bank bob@bank photo-of-bob none\n")
    told = run("scores", file, "--out", tmp_path / "out", status=2)
    assert "scores.malformed: line 2: column 4 is not a finite number" in told
    assert "bank" not in told.replace(str(tmp_path), "")
    assert not (tmp_path / "out").exists()


def test_the_file_that_is_wrong_is_named(tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_text("0.5\n")
    bad.write_text("nan\n")
    told = run("scores", good, bad, "--out", tmp_path / "out", status=2)
    assert "line 1: column 1 is not a finite number up to 1e100" in told
    assert f"({bad})" in told.replace("\n", "")
    told = json.loads(run("scores", bad, good, "--out", tmp_path / "out", "--json", status=2))
    assert told["error"]["input"] == str(bad)


def test_two_systems_are_paired_by_ids_and_not_by_the_order_of_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_chunks, "_SIZE", 1000)
    scores, _ = people_in_groups(tmp_path)
    head, *lines = scores.read_text().splitlines()
    other = tmp_path / "other.csv"
    other.write_text("\n".join([head, *reversed(lines)]) + "\n")
    told = json.loads(run("compare", scores, other, "--fmr", "1e-2", "--json"))
    found = told["fnmr_difference_at_fmr"]["1e-2"]
    assert found["method"] == "subject bootstrap"
    assert (found["difference"], found["low"], found["high"]) == (0, 0, 0)


def test_errors_in_json(tmp_path: Path) -> None:
    told = json.loads(run("scores", tmp_path / "no", "--out", tmp_path, "--json", status=2))
    assert told["error"]["code"] == "scores.unreadable"


def test_columns_by_name(tmp_path: Path) -> None:
    file = tmp_path / "s.csv"
    file.write_text("a,b,cosine\n" + "x,x,0.9\nx,y,0.1\ny,y,0.8\ny,z,0.2\n" * 5)
    out = tmp_path / "out"
    arguments = ("--score-column", "cosine", "--person-columns", "a", "b", "--title", "My title")
    told = json.loads(run("scores", file, "--out", out, "--json", "--fmr", "0.1", *arguments))
    assert (told["genuine"], told["impostor"], told["people"]) == (10, 10, 3)
    assert told["fnmr_at_fmr"]["0.1"][0] == 0.0
    assert report(out)["title"] == "My title"


def test_plan() -> None:
    told = json.loads(run("plan", "--fmr", "1e-4", "--fmr", "1e-3", "--people", 300, "--json"))
    first, second = told["plans"]
    assert (first["people"], first["pairs_of_people"], first["established"]) == (448, 100128, False)
    assert (second["people"], second["established"]) == (142, True)
    assert (first["rule_of_3"], first["rule_of_30"]) == (30_000, 300_000)
    assert "448 people" in run("plan", "--fmr", "1e-4")
    assert "With 448 people: established" in run("plan", "--fmr", "1e-4", "--people", 448)
    assert "input.invalid" in run("plan", "--fmr", "0", status=2)
    assert "input.invalid" in run("plan", "--fmr", "1e-4", "--people", 1, status=2)
