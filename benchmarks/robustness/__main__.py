"""Runs the suite: ``python -m benchmarks.robustness [--people N] [--processes N]``.

About 13,000 altered photographs. Every condition that is measured is kept in ``out/robustness``, so
that an interrupted run goes on where it stopped; changed sources measure again. Writes
``docs/evidence/robustness.json`` and the pictures in ``docs/robustness``.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os

from rich.progress import track

from benchmarks.robustness._measure import jobs, measure
from benchmarks.robustness._report import report
from benchmarks.robustness._sets import SETS, measure_set


def main() -> None:
    """Measures what is not measured yet, then reports."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.robustness", description=__doc__)
    parser.add_argument("--people", type=int, default=102)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    chosen = parser.parse_args()
    todo = jobs(chosen.people)
    with multiprocessing.get_context("spawn").Pool(chosen.processes) as pool:
        results = pool.imap(measure, todo)
        files = list(track(results, description="measuring conditions", total=len(todo)))
        sets = pool.imap(measure_set, SETS)
        ordinary = list(track(sets, description="assessing ordinary pictures", total=len(SETS)))
    report(dict(zip(todo, files, strict=True)), dict(zip(SETS, ordinary, strict=True)))


if __name__ == "__main__":
    main()
