"""Keeps what is measured, so that an interrupted run goes on where it stopped.

Numbers only, no picture and no embedding; in ``out``, which is not committed.
"""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["kept"]

_REPOSITORY = Path(__file__).resolve().parents[2]
_FOLDER = _REPOSITORY / "out" / "robustness"


def kept(name: str, measure: Callable[[], Mapping[str, Any]]) -> Path:
    """The file of a result: from before where its sources have not changed, else measured now."""
    file = _FOLDER / f"{name}-{_sources()}.json".replace(" ", "_")
    if not file.exists():
        result = measure()
        _FOLDER.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(result))
        part.rename(file)
    return file


@cache
def _sources() -> str:
    """Of what is altered, found, embedded and assessed; gates are laid over the results."""
    source = _REPOSITORY / "src" / "visavis"
    files = [Path(__file__).with_name("_alterations.py"), Path(__file__).with_name("_measure.py")]
    for folder in (source / "face", source / "models", source / "quality"):
        files += [path for path in sorted(folder.rglob("_*.py")) if path.name != "_gates.py"]
    files += sorted((source / "models").rglob("*.toml"))
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
