"""The default pack's reports on the shared sets, and the picture of its DET curve.

    python -m benchmarks.default_pack

Runs ``visavis evaluate images`` into ``docs/evidence/default-pack`` (LFW) and ``default-pack-frll``
(with groups); an interrupted run goes on where it stopped.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from benchmarks._evidence import FOLDER
from benchmarks._machine import faces_folder

_REPOSITORY: Final = Path(__file__).resolve().parents[1]
_VARIABLES: Final = re.compile(r":root \{[^}]*\}|@media \(prefers[^{]*\{ :root \{[^}]*\} \}")


def main() -> None:
    """Writes both reports and ``det.svg``."""
    faces = Path(os.path.relpath(faces_folder(), _REPOSITORY))
    out = FOLDER.relative_to(_REPOSITORY)
    _evaluate(
        faces / "lfw-a", "--centred", "--samples-per-side", 1,
        "--title", "Default pack on LFW, one picture a side", "--out", out / "default-pack",
    )  # fmt: skip
    _evaluate(
        faces / "frll/*/*_0[234789].jpg", "--all-pairs", "--groups", faces / "frll/london_info.csv",
        "--group-column", "face_gender", "--group-column", "face_eth",
        "--title", "Default pack on FRLL, front and three-quarter",
        "--out", out / "default-pack-frll",
    )  # fmt: skip
    page = (FOLDER / "default-pack" / "report.html").read_text(encoding="utf-8")
    (FOLDER / "default-pack" / "det.svg").write_text(_alone(page), encoding="utf-8")


def _evaluate(*arguments: object) -> None:
    visavis = Path(sys.executable).with_name("visavis")
    command = [str(visavis), "evaluate", "images", *map(str, arguments)]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    subprocess.run(command, check=True, cwd=_REPOSITORY, env=environment)


def _alone(page: str) -> str:
    """A report's first drawing as a file of its own, with the page's colours, light and dark."""
    drawing = page[page.index("<svg") : page.index("</svg>") + len("</svg>")]
    style = " ".join(_VARIABLES.findall(page)[:2])  # the third is for paper
    opening, rest = drawing.split(">", 1)
    opening = opening.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    paper = '<rect width="100%" height="100%" style="fill: var(--paper)"/>'
    return f"{opening}><style>{style}</style>{paper}{rest}\n"


if __name__ == "__main__":
    main()
