"""Every session of the evidence, kept one by one so that an interrupted run goes on.

Rendered once; judged by the present detector each time they are read.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks._machine import faces_folder
from benchmarks.liveness_simulation._kept import Kept
from benchmarks.liveness_simulation._person import people
from benchmarks.liveness_simulation._record import Laboratory

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["TUNED_ON", "detector_sources", "records", "render_all", "sources", "trace_sources"]

TUNED_ON: Final = 51
"""People, the first ones; everybody else is for testing alone."""

_LIVENESS: Final = Path(__file__).resolve().parents[2] / "src/visavis/liveness"
_HERE: Final = Path(__file__).parent
_NO_PART: Final = ("_judge.py", "_records.py", "_regions.py", "_summary.py", "_traces.py")
"""Files on which nothing that is kept depends."""

_OBSERVED_BY: Final = tuple(_LIVENESS / name for name in ("_challenge.py", "_observation.py"))

_OF_TRACES: Final = (
    *(_LIVENESS / name for name in ("_assess.py", "_challenge.py", "_light.py", "_reflection.py")),
    *(_HERE / name for name in ("_regions.py", "_script.py", "_traces.py")),
)


def sources() -> str:
    """Digest of the code behind what is kept of the sessions."""
    renderer = (path for path in sorted(_HERE.glob("*.py")) if path.name not in _NO_PART)
    return _digest((*renderer, *_OBSERVED_BY))


def detector_sources() -> str:
    """Digest of the code that judges them."""
    return _digest((_HERE / "_judge.py", *sorted(_LIVENESS.glob("*.py"))))


def trace_sources() -> str:
    """Digest of the code behind the region traces."""
    return _digest(_OF_TRACES)


def _digest(paths: Iterable[Path]) -> str:
    """Of the syntax, without comments and docstrings, so that wording costs no rendering."""
    digest = hashlib.sha256()
    for path in paths:
        tree = ast.parse(path.read_bytes())
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list):
                node.body = [line for line in body if not _is_text(line)]  # type: ignore[attr-defined]
        digest.update(ast.dump(tree).encode())
    return digest.hexdigest()[:16]


def _is_text(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)


def records(*, folder: Path, numbers: Iterable[int], species: str) -> list[dict[str, Any]]:
    """What the present detector says of the sessions that are there."""
    found = []
    for number in numbers:
        path = _path(folder, species, number)
        record = _laboratory().record(species, number, Kept.load(path)) if path.exists() else None
        if record is not None:
            found.append(record)
    return found


def render_all(*, folder: Path, numbers: Iterable[int], species: str) -> None:
    """Render what is not there yet, or only in part where the present detector needs the whole.

    Args:
        folder: where they are kept, one file each.
        numbers: of people.
        species: of `SPECIES`.
    """
    everybody = people(faces_folder())
    numbers = list(numbers)
    folder.mkdir(parents=True, exist_ok=True)
    done = {record["person"] for record in records(folder=folder, numbers=numbers, species=species)}
    missing = [
        (folder, species, number, _next(everybody, number))
        for number in numbers
        if number not in done
    ]
    if not missing:
        return
    workers = int(os.environ.get("VISAVIS_WORKERS", os.cpu_count() or 1))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for count, name in enumerate(pool.map(_make, missing), 1):
            print(f"{count} of {len(missing)}: {name}", flush=True)


def _path(folder: Path, species: str, number: int) -> Path:
    return folder / f"{species}-{number:03d}.npz"


def _next(everybody: list[int], number: int) -> int:
    return everybody[(everybody.index(number) + 1) % len(everybody)]


@functools.cache
def _laboratory() -> Laboratory:
    """Of this process: loading a pack takes longer than a frame."""
    return Laboratory.of(faces_folder())


def _make(job: tuple[Path, str, int, int]) -> str:
    folder, species, number, other = job
    kept = _laboratory().render(species, number, other)
    kept.save(_path(folder, species, number))
    record = _laboratory().record(species, number, kept) or {"reasons": ["undecided"]}
    return f"{species} {number}: {', '.join(record['reasons']) or 'passed'}"
