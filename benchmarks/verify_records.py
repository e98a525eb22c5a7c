"""Verifications a second without picture work, beside bare durable commits on the same database.

A verification here is the use case itself but for finding and embedding faces: derive the locator,
find the record, count the attempt; open the record, compare with a probe; accept the attempt and
append the leaf; answer when that is on disk. A sequencer places the leaves meanwhile. A bare commit
is what an application does that writes one row of 100 bytes: BEGIN, INSERT, COMMIT, through the
same driver and in the same process. Both run in the same database, in turns, with the same number
of clients (threads).

A durable commit costs what a flush costs, and that is next to nothing on some disks and 1 to 4 ms
on others. So the same is measured again with a *simulated* flush time: on a ramdisk, with every
fsync and fdatasync made to take 1 ms and 4 ms longer (``_slow_flush.c``), for both sides alike and
for the PostgreSQL server, too. Each is run by itself with ``--simulated-flush MILLISECONDS``; 0
measures this disk as it is.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import sqlalchemy as sa

from benchmarks._evidence import write
from benchmarks._flush import measured_flush, slowed
from tests.postgresql import find_binaries, running
from tests.verifier.people import again, attempt, comparison, enrol
from visavis.receipts import Question
from visavis.verifier import Vault, tend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_CLIENTS = (1, 8, 32)
_SECONDS = 3.0
_ROUNDS = 3
_SEQUENCE_EVERY = 0.2  # seconds
_ROW = bytes(100)
_FLUSHES = (0, 1, 4)  # milliseconds added; the first is the disk as it is
_INSIDE = "VISAVIS_SIMULATED_FLUSH"  # set for the process whose flushes are slow


def main() -> None:
    """A line for each database and number of clients: ``docs/evidence/verify_records*.json``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.verify_records")
    parser.add_argument("--simulated-flush", type=int, choices=_FLUSHES)
    # Not the options of `python -m benchmarks`, which calls this, too.
    chosen = parser.parse_args(None if __name__ == "__main__" else []).simulated_flush
    inside = os.environ.get(_INSIDE)
    if inside is not None:
        _measure_all(f"verify_records_flush_{inside}ms", inside)
        return
    for milliseconds in _FLUSHES if chosen is None else (chosen,):
        print(f"-- {f'simulated flush: {milliseconds} ms' if milliseconds else 'as it is'}")
        if milliseconds:
            _measure_slowed(milliseconds)
        else:
            _measure_all("verify_records", None)


def _measure_slowed(milliseconds: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        environment = slowed(Path(name), milliseconds=milliseconds)
        if environment is None:
            print("no C compiler or no ramdisk here")
            return
        subprocess.run(
            [sys.executable, "-m", "benchmarks.verify_records"],
            env=environment | {_INSIDE: str(milliseconds)},
            check=True,
        )


def _measure_all(result: str, simulated: str | None) -> None:
    flush = measured_flush()
    print(f"a flush takes {flush:.2f} ms")
    results: dict[str, Any] = {
        "flush": f"simulated: {simulated} ms more, on a ramdisk" if simulated else "of this disk",
        "flush measured, milliseconds": round(flush, 3),
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        results |= _measure("SQLite", f"sqlite:///{folder}/store.db", folder)
        binaries = find_binaries()
        if binaries is None:
            print("PostgreSQL: no server here")
        else:
            with running(binaries, options="-c wal_sync_method=fdatasync") as server:
                results |= _measure("PostgreSQL", server.new_database(), folder)
    write(result, results)


def _measure(name: str, url: str, folder: Path) -> dict[str, dict[str, float]]:
    with Vault.create(url, keys=folder / name / "keyring.json") as vault:
        with vault.store.transaction() as t:
            kind = "BLOB" if url.startswith("sqlite") else "BYTEA"
            t.connection.execute(sa.text(f"CREATE TABLE bare (n {kind})"))
        return _compare(name, url, vault)


def _compare(name: str, url: str, vault: Vault) -> dict[str, dict[str, float]]:
    results = {}
    for clients in _CLIENTS:
        rounds = [(_bare(url, clients), _verify(vault, clients)) for _ in range(_ROUNDS)]
        bare, _ = max(one for one, _ in rounds)
        verify, processor = max(two for _, two in rounds)
        print(
            f"{name}, {clients:2} clients: {verify:6,.0f} verifications and {bare:6,.0f} bare"
            f" durable commits a second, best of {_ROUNDS} x {_SECONDS:.0f} s each:"
            f" {verify / bare:.2f}; {processor:.2f} ms of this process's processor time each",
            flush=True,
        )
        results[f"{name}, {clients} clients"] = {
            "verifications a second": round(verify),
            "bare durable commits a second": round(bare),
            "ratio": round(verify / bare, 2),
            "processor time of this process a verification, milliseconds": round(processor, 2),
        }
    return results


def _rate(clients: int, work: Callable[[int], Callable[[], None]]) -> tuple[float, float]:
    """Rounds of work a second, by so many threads together, and milliseconds of processor each.

    Each thread makes its work first.
    """
    counts = [0] * clients
    start, end = threading.Barrier(clients + 1), threading.Event()

    def run(number: int) -> None:
        once = work(number)
        start.wait()
        while not end.is_set():
            once()
            counts[number] += 1

    threads = [threading.Thread(target=run, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    start.wait()
    begun, used = time.perf_counter(), time.process_time()
    time.sleep(_SECONDS)
    end.set()
    for thread in threads:
        thread.join()
    done = sum(counts)
    rate = done / (time.perf_counter() - begun)
    return rate, (time.process_time() - used) * 1e3 / max(done, 1)


def _bare(url: str, clients: int) -> tuple[float, float]:
    with contextlib.ExitStack() as stack:

        def work(_: int) -> Callable[[], None]:
            if url.startswith("sqlite"):
                path = url.removeprefix("sqlite:///")
                lite = sqlite3.connect(
                    path, timeout=60, isolation_level=None, check_same_thread=False
                )
                stack.callback(lite.close)
                lite.execute("PRAGMA synchronous = FULL")
                return lambda: _commit_lite(lite)
            parsed = sa.make_url(url)
            post = psycopg.connect(
                f"host={parsed.query['host']} user={parsed.username} dbname={parsed.database}"
            )
            stack.callback(post.close)
            return lambda: _commit_post(post)

        return _rate(clients, work)


def _commit_lite(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO bare VALUES (?)", (_ROW,))
    connection.execute("COMMIT")


def _commit_post(connection: psycopg.Connection) -> None:
    connection.execute("INSERT INTO bare VALUES (%s)", (_ROW,))
    connection.commit()


def _verify(vault: Vault, clients: int) -> tuple[float, float]:
    holders = [enrol(vault) for _ in range(clients)]

    def work(number: int) -> Callable[[], None]:
        holder = holders[number]
        one = attempt(vault, holder.claim, question=Question())
        compared = comparison(again(holder.person))
        return lambda: one.decide(compared).require_match()

    with _sequencing(vault):
        return _rate(clients, work)


@contextlib.contextmanager
def _sequencing(vault: Vault) -> Iterator[None]:
    end = threading.Event()

    def run() -> None:
        while not end.wait(_SEQUENCE_EVERY):
            tend(vault)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


if __name__ == "__main__":
    main()
