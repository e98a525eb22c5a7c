"""Results as committed: one JSON file a measurement, in ``docs/evidence``.

Beside them stands, uncommitted, from which sources each was made, so that an interrupted
``make evidence`` goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks._machine import machine

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FOLDER", "is_done", "mark_done", "sources", "write"]

_REPOSITORY = Path(__file__).resolve().parents[1]
FOLDER = _REPOSITORY / "docs" / "evidence"
_MARKS = ".sources.json"


def write(name: str, results: Mapping[str, Any]) -> None:
    """Writes the results of one measurement with the machine and the date."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    content = {"machine": machine(), **results}
    path = FOLDER / f"{name}.json"
    path.write_text(json.dumps(content, indent=1) + "\n")
    print(f"written: {path}")


def sources(*folders: str) -> str:
    """SHA-256 over every Python file of these folders, and the versions that are locked."""
    digest = hashlib.sha256()
    paths = [path for folder in folders for path in (_REPOSITORY / folder).rglob("*.py")]
    for path in sorted([*paths, _REPOSITORY / "uv.lock"]):
        digest.update(path.relative_to(_REPOSITORY).as_posix().encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_done(name: str, made_from: str) -> bool:
    """Whether there is a result that was made from these sources."""
    return _marks().get(name) == made_from


def mark_done(name: str, made_from: str) -> None:
    """Notes which sources a result was made from."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    marks = _marks() | {name: made_from}
    (FOLDER / _MARKS).write_text(json.dumps(marks, indent=1, sort_keys=True) + "\n")


def _marks() -> dict[str, str]:
    path = FOLDER / _MARKS
    marks: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return marks
