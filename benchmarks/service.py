"""Verifications a second over HTTP, against the bare pipeline and `face_recognition`, and overload.

A service of its own process on SQLite, then two on one PostgreSQL; probes of 640 x 480 pixels as
JPEG files in multipart. The bare pipeline is the same pictures in as many processes as cores.
Rounds of all of them alternate, and the best of each counts. The load comes from one thread of this
process, on the same cores; what it takes is told. Another Python may hold `face_recognition`:

    VISAVIS_PEER_PYTHON=peer/bin/python python -m benchmarks.service
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from benchmarks._bare import BareProcesses, Measured
from benchmarks._evidence import write
from benchmarks._load import Tally, load
from benchmarks._pictures import frll_crops
from tests.postgresql import find_binaries, running
from tests.service.process import UPLOADS, Process, ask, enrol, initialise, keys_in
from visavis.records._schema import attempts, leaves
from visavis.verifier import Vault, tend

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CLIENTS = (1, 2, 8, 32)
_SECONDS = float(os.environ.get("VISAVIS_BENCHMARK_SECONDS", "4"))
_ROUNDS = 3
_PICTURES = 30
_PEOPLE_OF_THE_PEER = 4
_HOUR = 3600
_LOAD = 0.7
_OVERLOAD = 10.0
_ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Measures, prints and writes ``docs/evidence/service.json``."""
    pictures = frll_crops(_PICTURES)
    with contextlib.ExitStack() as stack:
        bare = stack.enter_context(BareProcesses(pictures))
        one = stack.enter_context(_served(pictures))
        services = {"one process, SQLite": one}
        if (binaries := find_binaries()) is not None:
            server = stack.enter_context(running(binaries, options=""))
            database = server.new_database()
            two = stack.enter_context(_served(pictures, store=database, processes=2))
            services["two processes, PostgreSQL on the same cores"] = two
        results = _rounds(bare, services)
        fastest = max(services.values(), key=_Served.best)
        results["at 70 % load"] = _at_load(one)
        results["at 10 times what it can do"] = _at_overload(one)
        results["face_recognition in the same service"] = _peer(pictures)
        results["accepted"] = {name: service.require_kept() for name, service in services.items()}
        peers = results["face_recognition in the same service"] or {}
        rates = {"visavis": fastest.best()}
        if peers:
            rates["face_recognition"] = max(one["a_second"] for one in peers.values())
        # Times what a core-hour costs where it is to run: the price of a million verifications.
        results["core-hours for a million verifications"] = {
            name: round(1e6 / rate * len(os.sched_getaffinity(0)) / _HOUR, 1)
            for name, rate in rates.items()
        }
    for name, value in results.items():
        print(f"{name}: {value}")
    write("service", results)


def _rounds(bare: BareProcesses, services: dict[str, _Served]) -> dict[str, Any]:
    alone: dict[bool, list[Measured]] = {False: [], True: []}
    for _ in range(_ROUNDS):
        for gates, found in alone.items():
            found.append(bare.measure(seconds=_SECONDS / 2, gates=gates))
        for service in services.values():
            for clients in _CLIENTS:
                service.run(clients=clients, seconds=_SECONDS)
    pipeline, with_gates = (max(alone[gates]) for gates in (False, True))
    return {
        "probes": f"{_PICTURES} FRLL frontal pictures cropped to 640 x 480, JPEG quality 90",
        "bare pipeline, a process a core": {
            "JPEG to embedding a second": round(pipeline.rate, 1),
            "processor ms": round(pipeline.processor_ms, 1),
            "the same and the gates a second": round(with_gates.rate, 1),
            "processor ms with gates": round(with_gates.processor_ms, 1),
        },
        **{
            name: {
                f"{clients} clients": service.said(clients, pipeline, with_gates)
                for clients in _CLIENTS
            }
            for name, service in services.items()
        },
    }


def _at_load(service: _Served) -> dict[str, Any]:
    """Requests come at a fixed rate, whatever the answers do."""
    alone = service.run(clients=1, seconds=_SECONDS).milliseconds(0.5) or 0.0
    tally = service.load(rate=_LOAD * service.best(), seconds=2 * _SECONDS)
    p99 = tally.milliseconds(0.99) or 0.0
    return {
        "requests a second": round(_LOAD * service.best(), 1),
        "p50_ms": tally.milliseconds(0.5),
        "p99_ms": p99,
        "p50_ms of one client": alone,
        "p99 in times of that": round(p99 / alone, 1),
        "statuses": tally.statuses,
    }


def _at_overload(service: _Served) -> dict[str, Any]:
    over = service.load(rate=_OVERLOAD * service.best(), seconds=1.5 * _SECONDS)
    calm = service.run(clients=1, seconds=_SECONDS)
    return {
        "requests a second": round(_OVERLOAD * service.best(), 1),
        "statuses": over.statuses,
        "connections that broke": len(over.unanswered),
        "verifications a second": round(over.rate(), 1),
        "p50_ms of 503": over.milliseconds(0.5, 503),
        "p99_ms of 503": over.milliseconds(0.99, 503),
        "p99_ms of 200": over.milliseconds(0.99),
        "afterwards, one client": {"p50_ms": calm.milliseconds(0.5), "statuses": calm.statuses},
    }


def _peer(pictures: list[bytes]) -> dict[str, Any] | None:
    python = os.environ.get("VISAVIS_PEER_PYTHON", sys.executable)
    looked = [python, "-c", "import face_recognition"]
    if subprocess.run(looked, check=False, capture_output=True).returncode:
        print("face_recognition is not installed there: the peer is not measured")
        return None
    command = (python, "-m", "benchmarks.peer_service")
    with _served(pictures[:_PEOPLE_OF_THE_PEER], command=command) as service:
        found = {
            clients: service.run(clients=clients, seconds=2 * _SECONDS) for clients in (1, 2, 8)
        }
    return {
        f"{clients} clients": {
            "a_second": round(tally.rate(), 2),
            "p50_ms": tally.milliseconds(0.5),
            "p99_ms": tally.milliseconds(0.99),
            "statuses": tally.statuses,
        }
        for clients, tally in found.items()
    }


@contextlib.contextmanager
def _served(
    pictures: Sequence[bytes],
    *,
    store: str | None = None,
    processes: int = 1,
    command: tuple[str, ...] | None = None,
) -> Iterator[_Served]:
    """Processes that serve, and somebody who is enrolled for each picture."""
    with (
        tempfile.TemporaryDirectory(prefix="visavis-bench-") as name,
        contextlib.ExitStack() as stack,
    ):
        home = Path(name)
        headers = initialise(home, store=store)
        environment = {**UPLOADS, "PYTHONPATH": f"{_ROOT / 'src'}:{_ROOT}"}
        if processes > 1:
            environment["VISAVIS_SERVICE__PROCESSES"] = "1"  # each; the cores are shared
        start = partial(Process, home, headers, environment, store=store)
        if command is not None:
            start = partial(start, command=command)
        started = [stack.enter_context(start()) for _ in range(processes)]
        with started[0].client() as client:
            people = [enrol(client, picture) for picture in pictures]
            asked = [ask(client, *pair) for pair in zip(people, pictures, strict=True)]
        yield _Served(started, asked, store or f"sqlite:///{home}/store.db", home)


@dataclass
class _Served:
    processes: list[Process]
    asked: list[bytes]
    store: str
    home: Path
    runs: dict[int, list[tuple[Tally, float, float]]] = field(default_factory=dict)
    tallies: list[Tally] = field(default_factory=list)

    def load(self, **how: float) -> Tally:
        addresses = [process.address for process in self.processes]
        self.tallies.append(load(addresses, self.asked, **how))  # type: ignore[arg-type]
        return self.tallies[-1]

    def run(self, *, clients: int, seconds: float) -> Tally:
        """As many clients, each as fast as it is answered."""
        worked, busy = self._processor(), _busy()
        tally = self.load(clients=clients, seconds=seconds)
        worked = self._processor() - worked
        others = (_busy() - busy - worked - tally.own_seconds) / tally.elapsed
        self.runs.setdefault(clients, []).append((tally, worked, others))
        return tally

    def best(self) -> float:
        """Verifications a second at most."""
        return max(tally.rate() for runs in self.runs.values() for tally, _, _ in runs)

    def said(self, clients: int, pipeline: Measured, with_gates: Measured) -> dict[str, Any]:
        tally, worked, others = max(self.runs[clients], key=lambda run: run[0].rate())
        done = len(tally.answers)
        return {
            "a_second": round(tally.rate(), 1),
            "share of JPEG to embedding": round(tally.rate() / pipeline.rate, 2),
            "share of that with gates": round(tally.rate() / with_gates.rate, 2),
            "p50_ms": tally.milliseconds(0.5),
            "p99_ms": tally.milliseconds(0.99),
            "statuses": tally.statuses,
            "processor ms of the service": round(1000 * worked / done, 1),
            "processor ms of the load": round(1000 * tally.own_seconds / done, 2),
            "cores that others took": round(others, 2),
        }

    def require_kept(self) -> dict[str, int]:
        """End it; every verification that was answered is in the log, and nothing is left open.

        Raises:
            SystemExit: something was lost.
        """
        for process in self.processes:
            process.end()
        answered = [
            bytes.fromhex(json.loads(answer.body)["leaf"])
            for tally in self.tallies
            for answer in tally.answers
            if answer.status == 200
        ]
        unanswered = sum(len(tally.unanswered) for tally in self.tallies)
        with Vault.open(self.store, keys=keys_in(self.home)) as vault:
            tend(vault)
            with vault.store.snapshot() as s:
                logged = set(map(bytes, s.connection.execute(sa.select(leaves.c.leaf)).scalars()))
                open_ = s.connection.scalar(sa.select(sa.func.count()).select_from(attempts))
        lost = len(set(answered) - logged) + len(answered) - len(set(answered))
        if lost or open_ or unanswered:
            raise SystemExit(f"{lost} answers lost, {open_} attempts open, {unanswered} unanswered")
        return {"answered with a decision": len(answered), "of these lost": lost}

    def _processor(self) -> float:
        return sum(process.processor_seconds() for process in self.processes)


def _busy() -> float:
    """Processor seconds of the whole machine until now."""
    user, nice, system, _, _, irq, soft, *_ = Path("/proc/stat").read_text().split()[1:9]
    return sum(map(int, (user, nice, system, irq, soft))) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
