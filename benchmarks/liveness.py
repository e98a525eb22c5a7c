"""Liveness on simulated sessions: who is refused, what gets past. Physics, not a certificate.

Resumable: what the detector needs of each session is kept in ``out/liveness``, under the digest of
the code that renders it, and is judged by the present detector. ``VISAVIS_WORKERS`` sets the
processes; ``--as-is`` writes what is there, rendering nothing.
"""

from __future__ import annotations

import argparse
import functools
import json
import operator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks._evidence import write
from benchmarks._machine import faces_folder
from benchmarks.liveness_simulation import _summary as summary
from benchmarks.liveness_simulation._person import people
from benchmarks.liveness_simulation._record import Laboratory
from benchmarks.liveness_simulation._records import (
    TUNED_ON,
    detector_sources,
    records,
    render_all,
    sources,
    trace_sources,
)
from benchmarks.liveness_simulation._species import SPECIES
from benchmarks.liveness_simulation._traces import (
    Glass,
    Start,
    Tries,
    genuine_tries,
    replay_tries,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_OUT: Final = Path(__file__).resolve().parents[1] / "out" / "liveness"

_SEED: Final = 211
"""Another than limits were chosen with."""

_COURSES: Final = 100
_KEPT_TOGETHER: Final = 10
"""Courses after which what was found is kept."""

_TRIES_EACH: Final = 1000
_PEOPLE_EACH: Final = 20
"""All of whom go through the whole test, which takes long."""


def main() -> None:
    """Measures what is missing, and writes ``docs/evidence/liveness.json``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.liveness", description=__doc__)
    parser.add_argument("--as-is", action="store_true")
    chosen, _ = parser.parse_known_args()
    everybody = people(faces_folder())
    halves = {"tuned_on": everybody[:TUNED_ON], "tested_on": everybody[TUNED_ON:]}
    folder = _OUT / sources()
    if not chosen.as_is:
        for name, trace in _TRACES.items():
            _count(name, trace)
        for numbers in reversed(halves.values()):
            for species in SPECIES:
                render_all(folder=folder, numbers=numbers, species=species)
    threshold, _ = Laboratory.of(faces_folder()).thresholds
    sessions: dict[str, Any] = {}
    rendered = 0
    for species in SPECIES:
        for half, numbers in halves.items():
            found = records(folder=folder, numbers=numbers, species=species)
            rendered += len(found)
            if not found:
                continue
            if species == "genuine":
                sessions[f"genuine, {half}"] = summary.genuine(found)
                wrong = summary.wrong_person(found, threshold=threshold)
                sessions[f"wrong person live, {half}"] = wrong
            else:
                sessions[f"{species}, {half}"] = summary.attacks(found)
    paths = {name: _trace_path(name) for name in _TRACES}
    traces = {name: json.loads(path.read_text()) for name, path in paths.items() if path.exists()}
    results = {
        "what": "simulated sessions made of FRLL pictures; simulated-attack acceptance, no IAPAR",
        "sources": {
            "sessions": sources(),
            "detector": detector_sources(),
            "traces": trace_sources(),
        },
        "people": len(everybody),
        "sessions_rendered": f"{rendered} of {len(SPECIES) * len(everybody)}",
        "sessions": sessions,
        "traces": traces,
    }
    write("liveness", results)


@dataclass(frozen=True, slots=True)
class _Trace:
    """A measurement on region traces.

    Attributes:
        tries: makes them for some courses.
        orders_of_turns: of which one is asked for.
    """

    tries: Callable[[Iterable[int]], Tries]
    orders_of_turns: int


def _replays(glass: Glass, start: Start) -> _Trace:
    def tries(courses: Iterable[int]) -> Tries:
        return replay_tries(seed=_SEED, courses=courses, each=_TRIES_EACH, glass=glass, start=start)

    return _Trace(tries, 8)


def _people(ratio: float | None) -> _Trace:
    return _Trace(
        lambda courses: genuine_tries(seed=_SEED, courses=courses, each=_PEOPLE_EACH, ratio=ratio),
        1,
    )


_TRACES: Final = {
    "genuine": _people(None),
    "genuine, rooms 50 times as bright": _people(50.0),
    **{
        f"replay, glass: {glass.value}, started: {start.value}": _replays(glass, start)
        for start in Start
        for glass in Glass
    },
}


def _trace_path(name: str) -> Path:
    return _OUT / f"traces-{trace_sources()}" / f"{name}.json"


def _count(name: str, trace: _Trace) -> None:
    path = _trace_path(name)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    parts = [
        _part(path.with_suffix(f".{first}.part"), trace, range(first, first + _KEPT_TOGETHER))
        for first in range(0, _COURSES, _KEPT_TOGETHER)
    ]
    whole = functools.reduce(operator.add, parts)
    counted = summary.tries(whole, orders_of_turns=trace.orders_of_turns)
    path.write_text(json.dumps(counted))
    print(f"{name}: {counted}", flush=True)


def _part(path: Path, trace: _Trace, courses: Iterable[int]) -> Tries:
    if not path.exists():
        path.write_text(json.dumps(asdict(trace.tries(courses))))
    return Tries(**json.loads(path.read_text()))


if __name__ == "__main__":
    main()
