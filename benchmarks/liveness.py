"""Liveness on simulated sessions: who is refused, what gets past. Physics, not a certificate.

Resumable: each session's record is kept in ``out/liveness`` under the digest of the code behind it.
``VISAVIS_WORKERS`` sets the processes; ``--as-is`` writes what is there, rendering nothing.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks._evidence import write
from benchmarks._machine import faces_folder
from benchmarks.liveness_simulation import _summary as summary
from benchmarks.liveness_simulation._person import people
from benchmarks.liveness_simulation._record import Laboratory
from benchmarks.liveness_simulation._records import (
    TUNED_ON,
    kept,
    render_all,
    sources,
    trace_sources,
)
from benchmarks.liveness_simulation._species import SPECIES
from benchmarks.liveness_simulation._traces import Glass, genuine_tries, replay_tries

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.liveness_simulation._traces import Tries

_OUT: Final = Path(__file__).resolve().parents[1] / "out" / "liveness"

_COURSES: Final = 100
_TRIES_EACH: Final = 1000
_SLOW_EACH: Final = 20
"""Where most pass, and each takes long."""

_TURN_ORDERS: Final = 8


def main() -> None:
    """Renders what is missing, measures, and writes ``docs/evidence/liveness.json``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.liveness", description=__doc__)
    parser.add_argument("--as-is", action="store_true", help="render nothing, write what is there")
    chosen, _ = parser.parse_known_args()
    folder = _OUT / sources()
    everybody = people(faces_folder())
    if not chosen.as_is:
        for numbers in (everybody[TUNED_ON:], everybody[:TUNED_ON]):
            for species in SPECIES:
                render_all(folder=folder, numbers=numbers, species=species)
    threshold, _ = Laboratory.of(faces_folder()).thresholds
    halves = {"tuned_on": everybody[:TUNED_ON], "tested_on": everybody[TUNED_ON:]}
    results: dict[str, object] = {
        "what": "simulated sessions made of FRLL pictures; simulated-attack acceptance, no IAPAR",
        "sources": sources(),
        "people": len(everybody),
        "complete": all(
            (folder / f"{s}-{n:03d}.json").exists() for s in SPECIES for n in everybody
        ),
    }
    for half, numbers in halves.items():
        found = kept(folder=folder, numbers=numbers, species="genuine")
        if found:
            results[f"genuine, {half}"] = summary.genuine(found)
            results[f"wrong person live, {half}"] = summary.wrong_person(found, threshold=threshold)
    for species in list(SPECIES)[1:]:
        for half, numbers in halves.items():
            found = kept(folder=folder, numbers=numbers, species=species)
            results[f"{species}, {half}"] = summary.attacks(found)
    for glass in Glass:
        results[f"replay traces, glass: {glass.value}"] = _replays(glass)
    results["genuine traces"] = _traces(
        "genuine", lambda: genuine_tries(courses=_COURSES, each=_SLOW_EACH), orders_of_turns=1
    )
    write("liveness", results)


def _replays(glass: Glass) -> dict[str, Any]:
    each = _SLOW_EACH if glass is Glass.MIRROR else _TRIES_EACH
    return _traces(
        f"replay-{glass.value}",
        lambda: replay_tries(courses=_COURSES, each=each, glass=glass),
        orders_of_turns=_TURN_ORDERS,
    )


def _traces(name: str, tries: Callable[[], Tries], *, orders_of_turns: int) -> dict[str, Any]:
    """What was counted, from the last run of the same code if there was one."""
    path = _OUT / f"traces-{trace_sources()}" / f"{name}.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        counted = summary.tries(tries(), orders_of_turns=orders_of_turns)
        path.write_text(json.dumps(counted))
        print(f"{name}: {counted}", flush=True)
    found: dict[str, Any] = json.loads(path.read_text())
    return found


if __name__ == "__main__":
    main()
