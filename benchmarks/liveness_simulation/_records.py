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

__all__ = ["TUNED_ON", "render_all", "sources"]

TUNED_ON: Final = 51
"""People, the first ones; everybody else is for testing alone."""

_NO_PART: Final = ("_pad.py", "_records.py", "_session.py", "_summary.py", "_traces.py")
"""Files that no record depends on."""

_REPOSITORY: Final = Path(__file__).resolve().parents[2]


def sources() -> str:
    """Digest of the code behind a record: the syntax, without comments and docstrings."""
    digest = hashlib.sha256()
    folders = (_REPOSITORY / "src/visavis/liveness", Path(__file__).parent)
    for path in sorted(path for folder in folders for path in folder.glob("*.py")):
        if path.name in _NO_PART:
            continue
        tree = ast.parse(path.read_bytes())
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list):
                node.body = [line for line in body if not _is_text(line)]  # type: ignore[attr-defined]
        digest.update(ast.dump(tree).encode())
    return digest.hexdigest()[:16]


def _is_text(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)


def render_all(
    *, folder: Path, numbers: Iterable[int], species: Iterable[str]
) -> list[dict[str, Any]]:
    """The records of these people and species, made where they are not there yet.

    Args:
        folder: where records are kept, one file each.
        numbers: of people.
        species: of `SPECIES`.
    """
    everybody = people(faces_folder())
    folder.mkdir(parents=True, exist_ok=True)
    jobs = [
        (folder / f"{kind}-{number:03d}.json", kind, number, _next(everybody, number))
        for kind in species
        for number in numbers
    ]
    missing = [job for job in jobs if not job[0].exists()]
    if missing:
        workers = int(os.environ.get("VISAVIS_WORKERS", os.cpu_count() or 1))
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            for done, name in enumerate(pool.map(_make, missing), 1):
                print(f"{done} of {len(missing)}: {name}", flush=True)
    return [json.loads(job[0].read_text()) for job in jobs]


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
