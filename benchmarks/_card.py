"""The default pack's model card: cells measured on `lfw-a`, and how they get into the manifest."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.progress import track

from benchmarks._cells import score_cell
from visavis.models import find_pack

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["calibrate", "write_card"]

_RATES = ("1e-2", "1e-3", "1e-4")
_REFERENCES, _PROBES = (1, 2, 3, 4, 5), (1, 2, 3)
_DRAWS, _ROUNDS = 5, 400
_NOTE = "in-sample; mated: {} people; docs/model-card.md says what this does not cover"
_MANIFEST = Path(__file__).resolve().parents[1] / "src/visavis/models/packs/dlib.toml"


def calibrate(people: Mapping[str, NDArray[np.float32]]) -> list[dict[str, Any]]:
    """One entry for each cell and FMR, in the manifest's terms."""
    counts = [(references, probes) for references in _REFERENCES for probes in _PROBES]
    cells = []
    for references, probes in track(counts, description="calibrating cells"):
        seed = 10 * references + probes
        cell = score_cell(people, references=references, probes=probes, draws=_DRAWS, seed=seed)
        for rate in _RATES:
            threshold, interval = cell.bootstrap(Fraction(rate), rounds=_ROUNDS, seed=seed)
            cells.append(
                {
                    "reference_samples": references,
                    "probe_samples": probes,
                    "fmr": rate,
                    "threshold": round(threshold + 5e-6, 5),
                    "fnmr": round(cell.fnmr(threshold), 4),
                    "fmr_interval": [float(f"{end:.2e}") for end in interval],
                    "data_set": "lfw-a",
                    "comparisons": cell.comparisons,
                    "people": cell.people,
                    "person_pairs": cell.people * (cell.people - 1) // 2,
                    "note": _NOTE.format(cell.mated_people),
                }
            )
    return cells


def write_card(cells: list[dict[str, Any]]) -> None:
    """Puts the cells into the built-in manifest, in place of those that are there."""
    text = _MANIFEST.read_text()
    head = re.split(r"^\[card\]|^\[\[card\.cells\]\]", text, maxsplit=1, flags=re.MULTILINE)[0]
    tables = []
    for cell in cells:
        lines = [f"{key} = {_toml(value)}" for key, value in cell.items()]
        tables.append("\n".join(["[[card.cells]]", *lines]))
    _MANIFEST.write_text(head + "\n\n".join(tables) + "\n")
    find_pack("dlib")  # raises where the manifest's own rules are broken


def _toml(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return "[" + ", ".join(repr(item) for item in value) + "]"
    return repr(value)
