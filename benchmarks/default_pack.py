"""The default pack's reports on the shared sets, and their pictures for the documentation.

    python -m benchmarks.default_pack

Runs ``visavis evaluate images`` into ``docs/evidence/default-pack`` (LFW) and ``default-pack-frll``
(with groups); an interrupted run goes on where it stopped. ``--frll`` does the second alone.
"""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from benchmarks._evidence import FOLDER
from benchmarks._machine import faces_folder

__all__ = ["LABELS", "write_labels"]

_REPOSITORY: Final = Path(__file__).resolve().parents[1]
_VARIABLES: Final = re.compile(r":root \{[^}]*\}|@media \(prefers[^{]*\{ :root \{[^}]*\} \}")


LABELS: Final = _REPOSITORY / "out" / "frll-groups.csv"
"""What `write_labels` writes: a column for the age band, the gender and the ethnicity."""

_GROUPS: Final = _REPOSITORY / "docs" / "groups"
_OLDEST: Final = (23, 29, 54)
"""Of each age band: a third of the people in each, for ten a decade would tell nothing."""


def main() -> None:
    """Writes both reports and their pictures."""
    if "--frll" not in sys.argv[1:]:
        _lfw()
    _frll()


def _lfw() -> None:
    out = FOLDER / "default-pack"
    _evaluate(
        _given("lfw-a"), "--centred", "--samples-per-side", 1,
        "--title", "Default pack on LFW, one picture a side", "--out", out,
    )  # fmt: skip
    (curve,) = _drawings(out, "DET curve")
    (out / "det.svg").write_text(curve, encoding="utf-8")


def _frll() -> None:
    """With error rates by what the people themselves told of their age, gender and ethnicity."""
    write_labels()
    out = FOLDER / "default-pack-frll"
    _evaluate(
        _given("frll/*/*_0[234789].jpg"), "--all-pairs", "--groups", LABELS,
        "--title", "Default pack on FRLL, front and three-quarter", "--out", out,
    )  # fmt: skip
    _GROUPS.mkdir(exist_ok=True)
    for kind in ("age", "gender", "ethnicity"):
        for rate in ("FMR", "FNMR"):
            (drawing,) = _drawings(out, f"{rate} of each group by {kind}")
            path = _GROUPS / f"{kind}-{rate.lower()}.svg"
            path.write_text(drawing, encoding="utf-8")


def write_labels() -> None:
    """What FRLL's people told of themselves, ages as bands. ``NA`` is no label."""
    told = faces_folder() / "frll" / "london_info.csv"
    with told.open(newline="", encoding="utf-8") as file:
        people = list(csv.DictReader(file))
    LABELS.parent.mkdir(exist_ok=True)
    with LABELS.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["person", "age", "gender", "ethnicity"])
        for each in people:
            band = "" if each["face_age"] == "NA" else _band(int(each["face_age"]))
            rows.writerow([each["face_id"], band, each["face_gender"], each["face_eth"]])


def _band(age: int) -> str:
    youngest = 18
    for oldest in _OLDEST:
        if youngest <= age <= oldest:
            return f"{youngest} to {oldest}"
        youngest = oldest + 1
    raise SystemExit(f"nobody of FRLL was {age} years old")


def _given(pattern: str) -> Path:
    return Path(os.path.relpath(faces_folder(), _REPOSITORY)) / pattern


def _evaluate(*arguments: object) -> None:
    visavis = Path(sys.executable).with_name("visavis")
    told = [
        str(
            each.relative_to(_REPOSITORY) if isinstance(each, Path) and each.is_absolute() else each
        )
        for each in arguments
    ]
    command = [str(visavis), "evaluate", "images", *told]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    subprocess.run(command, check=True, cwd=_REPOSITORY, env=environment)


def _drawings(report: Path, label: str) -> list[str]:
    """A report's drawings whose label begins so, each as a file with the page's colours."""
    page = (report / "report.html").read_text(encoding="utf-8")
    style = " ".join(_VARIABLES.findall(page)[:2])  # light and dark; the third is for paper
    paper = '<rect width="100%" height="100%" style="fill: var(--paper)"/>'
    return [
        drawing.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1).replace(
            ">", f"><style>{style}</style>{paper}", 1
        )
        + "\n"
        for drawing in re.findall(r"<svg.*?</svg>", page, re.DOTALL)
        if f'aria-label="{label}' in drawing.split(">", 1)[0]
    ]


if __name__ == "__main__":
    main()
