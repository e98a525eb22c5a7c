"""Results as committed: one JSON file a measurement, in ``docs/evidence``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks._machine import machine

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FOLDER", "write"]

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "evidence"


def write(name: str, results: Mapping[str, Any]) -> None:
    """Writes the results of one measurement with the machine and the date."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    content = {"machine": machine(), **results}
    path = FOLDER / f"{name}.json"
    path.write_text(json.dumps(content, indent=1) + "\n")
    print(f"written: {path}")
