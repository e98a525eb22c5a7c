"""Verifications a second over HTTP, against the bare pipeline in the same run, and overload.

A service of its own process, on SQLite, with probes of 640 x 480 pixels as JPEG files; each client
is a thread with one connection. The bare pipeline is the same pictures through as many threads as
the service has cores, without HTTP, store and receipts. Rounds of both alternate.
"""

from __future__ import annotations

import base64
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2

from benchmarks._evidence import write
from benchmarks._pictures import frll_crops
from visavis.credentials import Scope, issue_credential
from visavis.face import Extractor
from visavis.imaging import Image
from visavis.models import find_pack
from visavis.verifier import Vault

_CLIENTS = (1, 2, 8, 32)
_SECONDS = float(os.environ.get("VISAVIS_BENCHMARK_SECONDS", "8"))
_ROUNDS = 3
_PICTURES = 30
_OVERLOAD = 10  # times what the service can do at once
_TIMEOUT = 60.0


@dataclass
class Tally:
    """What clients saw.

    Attributes:
        seconds: how long each answered request took.
        refused: how long each other answer took.
        statuses: how many answers of each status.
        elapsed: from the first request to the last answer.
    """

    seconds: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    elapsed: float = 0.0

    @property
    def rate(self) -> float:
        """Verifications a second."""
        return len(self.seconds) / self.elapsed

    def percentile(self, share: float, *, refused: bool = False) -> float | None:
        """In milliseconds; None where there was no such answer."""
        times = sorted(self.refused if refused else self.seconds)
        if not times:
            return None
        return round(times[min(len(times) - 1, int(share * len(times)))] * 1000, 1)


def main() -> None:
    """Measures, prints and writes ``docs/evidence/service.json``."""
    pictures = frll_crops(_PICTURES)
    with tempfile.TemporaryDirectory(prefix="visavis-bench-") as folder:
        served = _Served(Path(folder), pictures)
        try:
            results = _measure(served, pictures)
        finally:
            served.end()
    for name, value in results.items():
        print(f"{name}: {value}")
    write("service", results)


def _measure(served: _Served, pictures: list[bytes]) -> dict[str, Any]:
    cores = len(os.sched_getaffinity(0))
    extractor = Extractor.load(find_pack("dlib"))
    sys.setswitchinterval(0.0005)  # as the service does
    served.ask(clients=2, seconds=2)
    bare: list[tuple[float, float]] = []
    tallies = {clients: Tally() for clients in _CLIENTS}
    rates: dict[int, list[float]] = {clients: [] for clients in _CLIENTS}
    for _ in range(_ROUNDS):
        bare.append(_bare(extractor, pictures, threads=cores))
        for clients in _CLIENTS:
            tally = served.ask(clients=clients, seconds=_SECONDS)
            rates[clients].append(tally.rate)
            tallies[clients].seconds += tally.seconds
            tallies[clients].statuses += tally.statuses
    best = max(rate for rate, _ in bare)
    results: dict[str, Any] = {
        "probes": f"{len(pictures)} FRLL frontal pictures cropped to 640 x 480, JPEG quality 90",
        "store": "SQLite, synchronous=FULL, in a temporary folder",
        "bare_pipeline_a_second": round(best, 1),
        "bare_latency_ms": round(statistics.median(latency for _, latency in bare) * 1000, 1),
        "clients": {
            clients: {
                "a_second": round(max(rates[clients]), 1),
                "share_of_bare": round(max(rates[clients]) / best, 2),
                "p50_ms": tally.percentile(0.5),
                "p99_ms": tally.percentile(0.99),
                "statuses": dict(tally.statuses),
            }
            for clients, tally in tallies.items()
        },
    }
    results["p99_at_70_percent_load_ms"] = _at_load(served, 0.7 * max(rates[8])).percentile(0.99)
    over = served.ask(clients=_OVERLOAD * served.room, seconds=_SECONDS)
    calm = served.ask(clients=1, seconds=2)
    results["overload"] = {
        "clients": _OVERLOAD * served.room,
        "statuses": dict(over.statuses),
        "a_second": round(over.rate, 1),
        "p99_of_503_ms": over.percentile(0.99, refused=True),
        "p50_afterwards_ms": calm.percentile(0.5),
        "statuses_afterwards": dict(calm.statuses),
    }
    results["seconds_a_million_verifications"] = round(1e6 / max(map(max, rates.values())))
    return results


def _bare(extractor: Extractor, pictures: list[bytes], *, threads: int) -> tuple[float, float]:
    """Pictures a second of all threads together, and seconds of one picture by itself."""

    def work() -> None:
        for data in pictures:
            extractor.embed([extractor.find(Image.from_bytes(data))], mirror=True)

    began = time.perf_counter()
    work()
    alone = (time.perf_counter() - began) / len(pictures)
    workers = [threading.Thread(target=work) for _ in range(threads)]
    began = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return threads * len(pictures) / (time.perf_counter() - began), alone


def _at_load(served: _Served, rate: float) -> Tally:
    """Requests at a fixed rate, whatever the answers do: 8 clients in turn."""
    return served.ask(clients=8, seconds=_SECONDS, pause=8 / rate)


class _Served:
    """A service in a process of its own, and somebody who is enrolled for each picture."""

    room = 3 + 3 * 16  # threads and waiting requests, with two cores and the default settings

    def __init__(self, home: Path, pictures: list[bytes]) -> None:
        with Vault.create(f"sqlite:///{home}/store.db", keys=home / "keys/keyring.json") as vault:
            issued = issue_credential(
                vault.store, institution="default", scopes=[*Scope], now=datetime.now(UTC)
            )
        environment = {
            "VISAVIS_SERVICE__UPLOADS": "1000",
            "VISAVIS_SERVICE__CLAIM_IN_ANSWER": "true",
            "VISAVIS_SERVICE__RATE": "10000000/minute",
            "VISAVIS_SERVICE__ENROLMENT_RATE": "10000/minute",
        }
        self._process = subprocess.Popen(
            [str(Path(sys.executable).with_name("visavis")), "serve", "--port=0", f"--home={home}"],
            env=os.environ | environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._headers = {"Authorization": f"Bearer {issued.key.reveal()}"}
        self._url = self._where()
        threading.Thread(target=self._drain, daemon=True).start()
        with self._client() as client:
            self._bodies = [self._enrol(client, picture) for picture in pictures]

    def ask(self, *, clients: int, seconds: float, pause: float = 0.0) -> Tally:
        """So many clients for so long, each as fast as it is answered, or once a ``pause``."""
        tally, ready = Tally(), threading.Barrier(clients + 1)
        arguments = (tally, ready, seconds, pause)
        workers = [
            threading.Thread(target=self._client_work, args=(*arguments, number))
            for number in range(clients)
        ]
        for worker in workers:
            worker.start()
        ready.wait()
        began = time.perf_counter()
        for worker in workers:
            worker.join()
        tally.elapsed = time.perf_counter() - began
        return tally

    def end(self) -> None:
        """Stop it."""
        self._process.terminate()
        self._process.wait(timeout=60)

    def _client_work(
        self, tally: Tally, ready: threading.Barrier, seconds: float, pause: float, number: int
    ) -> None:
        with self._client() as client:
            ready.wait()
            until = time.perf_counter() + seconds
            due = time.perf_counter() + pause * number / 8
            while (began := time.perf_counter()) < until:
                if pause and began < due:
                    time.sleep(due - began)
                    began = due
                due += pause
                body = self._bodies[number % len(self._bodies)]
                answer = client.post("/v1/verifications", content=body, headers=_JSON)
                taken = time.perf_counter() - began
                tally.statuses[answer.status_code] += 1
                if answer.status_code == 200:
                    tally.seconds.append(taken)
                else:
                    tally.refused.append(taken)
                    time.sleep(0.1)  # a client that heeds Retry-After would wait longer
                number += 1

    def _enrol(self, client: httpx2.Client, picture: bytes) -> bytes:
        text = base64.b64encode(picture).decode()
        consent = {"purpose": "payment", "wording": "I agree.", "language": "en"}
        answer = client.post("/v1/enrolments", json={"consent": consent, "samples": [text]})
        enrolled = answer.raise_for_status().json()
        asked = {name: enrolled[name] for name in ("enrolment_id", "claim")}
        return json.dumps({**asked, "purpose": "payment", "probes": [text]}).encode()

    def _client(self) -> httpx2.Client:
        return httpx2.Client(
            base_url=self._url,
            headers=self._headers,
            timeout=_TIMEOUT,
            verify=False,
        )

    def _where(self) -> str:
        for line in self._process.stderr or ():
            content = json.loads(line)
            if content["event"] == "listening":
                return str(content["url"])
        raise SystemExit("the service did not start")

    def _drain(self) -> None:
        for _ in self._process.stderr or ():
            pass


_JSON = {"Content-Type": "application/json"}


if __name__ == "__main__":
    main()
