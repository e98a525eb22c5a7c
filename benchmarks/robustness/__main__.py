"""Where does it stop working? ``python -m benchmarks.robustness [--people N] [--processes N]``.

About 9,000 altered photographs. Every condition that is measured is kept in ``out/robustness``, so
that an interrupted run goes on where it stopped; changed sources measure again.
"""

from __future__ import annotations

import argparse
import os

from benchmarks.robustness._run import run


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.robustness", description=__doc__)
    parser.add_argument("--people", type=int, default=102)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    run(people=chosen.people, processes=chosen.processes)


if __name__ == "__main__":
    main()
