"""Verifications a second without picture work, beside bare durable commits on the same database.

A verification here is all that is not picture work: derive the locator, find the record, reserve an
attempt and commit; open the record; look up the consent, accept the attempt, append the leaf and
commit. A sequencer places the leaves meanwhile. A bare commit inserts one row of 100 bytes with the
driver alone. Both run in the same database, in turns, with the same number of clients (threads).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import tempfile
import threading
import time
from typing import TYPE_CHECKING

import psycopg
import sqlalchemy as sa

from benchmarks._evidence import write
from tests.postgresql import find_binaries, running
from tests.records.house import LIMITS, TODAY, House, Person
from visavis.records import (
    Reserved,
    Settlement,
    accept_attempt,
    append_leaf,
    complete_renewal,
    create_store,
    find_consent,
    find_record,
    reserve_attempt,
    sequence_leaves,
)
from visavis.sealing import DEFAULT_CAPACITY, KeyRing, unseal
from visavis.transparency import Event, EventKind

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
    with tempfile.TemporaryDirectory() as folder:
        results |= _measure("SQLite", f"sqlite:///{folder}/store.db")
    binaries = find_binaries()
    if binaries is None:
        print("PostgreSQL: no server here")
    else:
        with running(binaries, options="") as server:
            results |= _measure("PostgreSQL", server.new_database())
    write("verify_records", results)


def _measure(name: str, url: str) -> dict[str, dict[str, float]]:
    with create_store(url) as store:
        with store.transaction() as t:
            kind = "BLOB" if url.startswith("sqlite") else "BYTEA"
            t.connection.execute(sa.text(f"CREATE TABLE bare (n {kind})"))
        return _compare(name, url, House(store).furnish())


def _compare(name: str, url: str, house: House) -> dict[str, dict[str, float]]:
    results = {}
    for clients in _CLIENTS:
        rates = [(_bare(url, clients), _verify(house, clients)) for _ in range(_ROUNDS)]
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
                f"host={parsed.query['host']} user={parsed.username} dbname={parsed.database}",
                autocommit=True,
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


def _verify(house: House, clients: int) -> float:
    key_ring = house.key_ring
    people = [house.enrol(capacity=DEFAULT_CAPACITY) for _ in range(clients)]
    with _sequencing(house):
        return _rate(clients, lambda number: lambda: verify(house, key_ring, people[number]))


def verify(house: House, key_ring: KeyRing, person: Person) -> None:
    """One verification."""
    now = dt.datetime.now(dt.UTC)
    locator = person.claim.locator(institution="default")
    with house.store.transaction() as t:
        record = find_record(t, "default", locator)
        reserved = reserve_attempt(
            t, "default", person.enrolment_id, limits=LIMITS, now=now, terminal=None
        )
    if record is None or not isinstance(reserved, Reserved):
        raise SystemExit(f"not let through: {reserved}")
    unseal(record.sealed, claim=person.claim, key_ring=key_ring, binding=record.binding)
    with house.store.transaction() as t:
        consent = find_consent(t, person.enrolment_id, purpose="payment", on=TODAY)
        settled = accept_attempt(t, reserved, limits=LIMITS, now=now)
        if consent is None or settled is not Settlement.ACCEPTED:
            raise SystemExit("not accepted")
        complete_renewal(t, record)
        event = Event(
            kind=EventKind.VERIFICATION_DECIDED,
            institution="default",
            enrolment_id=person.enrolment_id,
            attempt_id=reserved.attempt_id,
            consent_id=consent.consent_id,
            outcome="match",
            purpose="payment",
        )
        append_leaf(t, event, on=TODAY)


@contextlib.contextmanager
def _sequencing(house: House) -> Iterator[None]:
    end = threading.Event()

    def run() -> None:
        while not end.wait(_SEQUENCE_EVERY):
            with house.store.transaction() as t:
                sequence_leaves(t, "default", signer=house.signer)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


if __name__ == "__main__":
    main()
