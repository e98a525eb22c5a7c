"""Measures what is not measured yet, then reports."""

from __future__ import annotations

import multiprocessing
import os

from rich.progress import track

from benchmarks.robustness._measure import jobs, measure
from benchmarks.robustness._report import report
from benchmarks.robustness._sets import SETS, measure_set

__all__ = ["main", "run"]

_PEOPLE = 102
"""Everybody in FRLL."""


def main() -> None:
    """Everybody, on every core."""
    run(people=_PEOPLE, processes=os.cpu_count() or 1)


def run(*, people: int, processes: int) -> None:
    """Writes ``docs/evidence/robustness.json`` and the pictures in ``docs/robustness``."""
    todo = jobs(people)
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        results = pool.imap(measure, todo)
        files = list(track(results, description="measuring conditions", total=len(todo)))
        sets = pool.imap(measure_set, SETS)
        ordinary = list(track(sets, description="assessing ordinary pictures", total=len(SETS)))
    report(dict(zip(todo, files, strict=True)), dict(zip(SETS, ordinary, strict=True)))
