"""Runs the measurements: `make bench` the quick ones, `make evidence` (``--evidence``) all.

A measurement whose result in ``docs/evidence`` was made from the same sources is not repeated, so
an interrupted run goes on where it stopped; ``--again`` repeats all.
"""

from __future__ import annotations

import argparse
import importlib

from benchmarks._evidence import is_done, mark_done, sources

_QUICK = ("pipeline", "startup")
_LONG = (
    "accuracy",
    "billion",
    "capture_session",
    "captures",
    "crops",
    "decisions",
    "int8",
    "evaluate_scores",
    "fused_frames",
    "fusion",
    "groups",
    "liveness",
    "open_sealed",
    "replay",
    "robustness",
    "service",
    "several_samples",
    "verify_records",
)


def main() -> None:
    """Runs what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--evidence", action="store_true")
    parser.add_argument("--again", action="store_true")
    chosen = parser.parse_args()
    made_from = sources("src", "benchmarks")
    for name in (*_QUICK, *(_LONG if chosen.evidence else ())):
        if chosen.evidence and not chosen.again and is_done(name, made_from):
            print(f"{name}: done already, from these sources")
            continue
        print(f"== {name}")
        importlib.import_module(f"benchmarks.{name}").main()
        mark_done(name, made_from)


if __name__ == "__main__":
    main()
