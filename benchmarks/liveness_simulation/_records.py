"""Every session of the evidence, kept one by one so that an interrupted run goes on."""

from __future__ import annotations

import ast
import functools
import hashlib
import json
import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks._machine import faces_folder
from benchmarks.liveness_simulation._person import people
from benchmarks.liveness_simulation._record import Laboratory

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["TUNED_ON", "kept", "render_all", "sources", "trace_sources"]

TUNED_ON: Final = 51
"""People, the first ones; everybody else is for testing alone."""

_LIVENESS: Final = Path(__file__).resolve().parents[2] / "src/visavis/liveness"
_HERE: Final = Path(__file__).parent
_NO_PART: Final = ("_pad.py", "_records.py", "_session.py", "_summary.py", "_traces.py")
"""Files that no record depends on."""

_OF_TRACES: Final = (
    *(_LIVENESS / name for name in ("_assess.py", "_challenge.py", "_light.py")),
    *(_HERE / name for name in ("_script.py", "_traces.py")),
)


def sources() -> str:
    """Digest of the code behind the records of sessions."""
    paths = (path for folder in (_HERE, _LIVENESS) for path in sorted(folder.glob("*.py")))
    return _digest(path for path in paths if path.name not in _NO_PART)


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


def kept(*, folder: Path, numbers: Iterable[int], species: str) -> list[dict[str, Any]]:
    """The records that are there."""
    paths = (folder / f"{species}-{number:03d}.json" for number in numbers)
    return [json.loads(path.read_text()) for path in paths if path.exists()]


def render_all(*, folder: Path, numbers: Iterable[int], species: str) -> None:
    """Make the records that are not there yet.

    Args:
        folder: where they are kept, one file each.
        numbers: of people.
        species: of `SPECIES`.
    """
    everybody = people(faces_folder())
    folder.mkdir(parents=True, exist_ok=True)
    jobs = [
        (folder / f"{species}-{number:03d}.json", species, number, _next(everybody, number))
        for number in numbers
    ]
    missing = [job for job in jobs if not job[0].exists()]
    if not missing:
        return
    workers = int(os.environ.get("VISAVIS_WORKERS", os.cpu_count() or 1))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for done, name in enumerate(pool.map(_make, missing), 1):
            print(f"{done} of {len(missing)}: {name}", flush=True)


def _next(everybody: list[int], number: int) -> int:
    return everybody[(everybody.index(number) + 1) % len(everybody)]


@functools.cache
def _laboratory() -> Laboratory:
    """Of this worker process: loading a pack takes longer than a frame."""
    return Laboratory.of(faces_folder())


def _make(job: tuple[Path, str, int, int]) -> str:
    path, species, number, other = job
    record = _laboratory().session(species, number, other)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(record))
    part.rename(path)
    return f"{path.stem}: {', '.join(record['reasons']) or 'passed'}"
