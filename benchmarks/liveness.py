"""Liveness on simulated sessions: who is refused, what gets past. Physics, not a certificate.

Resumable: each session's record is kept in ``out/liveness`` under the digest of the code behind it.
``VISAVIS_WORKERS`` sets the processes; ``--as-is`` writes what is there, rendering nothing.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from benchmarks._evidence import write
from benchmarks._machine import faces_folder
from benchmarks.liveness_simulation import _summary as summary
from benchmarks.liveness_simulation._person import people
from benchmarks.liveness_simulation._record import Laboratory
from benchmarks.liveness_simulation._records import TUNED_ON, kept, render_all, sources
from benchmarks.liveness_simulation._species import SPECIES
from benchmarks.liveness_simulation._traces import Glass, genuine_tries, replay_tries

_OUT: Final = Path(__file__).resolve().parents[1] / "out" / "liveness"

_COURSES: Final = 100
_TRIES_EACH: Final = 1000
_MIRROR_EACH: Final = 20
"""Where most pass, and each takes long."""

_TURN_ORDERS: Final = 8


def main() -> None:
    """Renders what is missing, measures, and writes ``docs/evidence/liveness.json``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.liveness", description=__doc__)
    parser.add_argument("--as-is", action="store_true", help="render nothing, write what is there")
    parser.add_argument("--courses", type=int, default=_COURSES, help="of region traces")
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
        each = _MIRROR_EACH if glass is Glass.MIRROR else _TRIES_EACH
        tried = replay_tries(courses=chosen.courses, each=each, glass=glass)
        results[f"replay traces, glass: {glass.value}"] = summary.tries(
            tried, orders_of_turns=_TURN_ORDERS
        )
    genuine = genuine_tries(courses=chosen.courses, each=10)
    results["genuine traces"] = summary.tries(genuine, orders_of_turns=1)
    write("liveness", results)


if __name__ == "__main__":
    main()
