"""Runs the measurements: `make bench` the quick ones, `make evidence` (``--evidence``) all.

A measurement whose result in ``docs/evidence`` was made from the same sources is not repeated, so
an interrupted run goes on where it stopped; ``--again`` repeats all.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
from pathlib import Path

from benchmarks._evidence import FOLDER

_QUICK = ("pipeline", "startup")
_LONG = ("accuracy", "billion", "decisions", "int8", "evaluate_scores")
_REPOSITORY = Path(__file__).resolve().parents[1]


def main() -> None:
    """Runs what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--evidence", action="store_true")
    parser.add_argument("--again", action="store_true")
    chosen = parser.parse_args()
    marks_file = FOLDER / ".sources.json"
    marks = json.loads(marks_file.read_text()) if marks_file.exists() else {}
    sources = _sources()
    for name in (*_QUICK, *(_LONG if chosen.evidence else ())):
        if chosen.evidence and not chosen.again and marks.get(name) == sources:
            print(f"{name}: done already, from these sources")
            continue
        print(f"== {name}")
        importlib.import_module(f"benchmarks.{name}").main()
        marks[name] = sources
        marks_file.write_text(json.dumps(marks, indent=1, sort_keys=True) + "\n")


def _sources() -> str:
    """SHA-256 over every source and benchmark, and the versions that are locked."""
    digest = hashlib.sha256()
    paths = [*(_REPOSITORY / "src").rglob("*.py"), *(_REPOSITORY / "benchmarks").glob("*.py")]
    for path in sorted([*paths, _REPOSITORY / "uv.lock"]):
        digest.update(path.relative_to(_REPOSITORY).as_posix().encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
