"""Verifications a second without picture work, beside bare durable commits on the same database.

A verification here is the use case itself but for finding and embedding faces: derive the locator,
find the record, count the attempt; open the record, compare with a probe; accept the attempt and
append the leaf; answer when that is on disk. A sequencer places the leaves meanwhile. A bare commit
is what an application does that writes one row of 100 bytes: BEGIN, INSERT, COMMIT, through the
same driver and in the same process. Both run in the same database, in turns, with the same number
of clients (threads).
"""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import sqlalchemy as sa

from benchmarks._evidence import write
from tests.postgresql import find_binaries, running
from tests.verifier.people import again, enrol, verify
from visavis.verifier import Vault, tend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_CLIENTS = (1, 8, 32)
_SECONDS = 3.0
_ROUNDS = 3
_SEQUENCE_EVERY = 0.2  # seconds
_ROW = bytes(100)


def main() -> None:
    """A line for each database and number of clients: ``docs/evidence/verify_records.json``."""
    results: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        results |= _measure("SQLite", f"sqlite:///{folder}/store.db", folder)
        binaries = find_binaries()
        if binaries is None:
            print("PostgreSQL: no server here")
        else:
            with running(binaries, options="") as server:
                results |= _measure("PostgreSQL", server.new_database(), folder)
    write("verify_records", results)


def _measure(name: str, url: str, folder: Path) -> dict[str, dict[str, float]]:
    with Vault.create(url, keys=folder / name / "keyring.json") as vault:
        with vault.store.transaction() as t:
            kind = "BLOB" if url.startswith("sqlite") else "BYTEA"
            t.connection.execute(sa.text(f"CREATE TABLE bare (n {kind})"))
        return _compare(name, url, vault)


def _compare(name: str, url: str, vault: Vault) -> dict[str, dict[str, float]]:
    results = {}
    for clients in _CLIENTS:
        rates = [(_bare(url, clients), _verify(vault, clients)) for _ in range(_ROUNDS)]
        bare, verify = max(one for one, _ in rates), max(two for _, two in rates)
        print(
            f"{name}, {clients:2} clients: {verify:6,.0f} verifications and {bare:6,.0f} bare"
            f" durable commits a second, best of {_ROUNDS} x {_SECONDS:.0f} s each:"
            f" {verify / bare:.2f}",
            flush=True,
        )
        results[f"{name}, {clients} clients"] = {
            "verifications a second": round(verify),
            "bare durable commits a second": round(bare),
            "ratio": round(verify / bare, 2),
        }
    return results


def _rate(clients: int, work: Callable[[int], Callable[[], None]]) -> float:
    """Rounds of work a second, by so many threads together; each makes its own first."""
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
    begun = time.perf_counter()
    time.sleep(_SECONDS)
    end.set()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - begun)


def _bare(url: str, clients: int) -> float:
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


def _verify(vault: Vault, clients: int) -> float:
    holders = [enrol(vault) for _ in range(clients)]

    def work(number: int) -> Callable[[], None]:
        holder = holders[number]
        probe = again(holder.person)
        return lambda: verify(vault, holder.claim, probe).require_match()

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
