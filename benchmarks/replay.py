"""How large a log's copy is, and how long a restored store takes to be told from it.

500 people are enrolled and the store is backed up, as the runbook does it. Then 100,000 leaves are
written: 250 people are forgotten, 250 disabled, 500 consents withdrawn, the rest are verifications.
The store is restored from the backup, and replayed.
"""

from __future__ import annotations

import tempfile
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from benchmarks._evidence import write
from tests.postgresql import find_binaries, running
from tests.verifier.house import House
from tests.verifier.people import enrol
from visavis.records import append_leaf, disable_enrolment
from visavis.records._schema import leaves, openings
from visavis.transparency import Event, EventKind, Opening
from visavis.verifier import copy_log, forget, withdraw_consent

if TYPE_CHECKING:
    from tests.verifier.people import Holder
    from visavis.records import Transaction
    from visavis.verifier import Vault

_PEOPLE = 500
_LEAVES = 100_000
_AT_ONCE = 10_000
_ROUNDS = 3


def main() -> None:
    """A line for each database: ``docs/evidence/replay.json``."""
    results = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        results["SQLite"] = _measure("SQLite", House(f"sqlite:///{folder}/store.db", folder))
        binaries = find_binaries()
        if binaries is None:
            print("PostgreSQL: no server here")
        else:
            (folder / "second").mkdir()
            with running(binaries, options="") as server:
                house = House(server.new_database(), folder / "second")
                results["PostgreSQL"] = _measure("PostgreSQL", house)
    write("replay", results)


def _measure(name: str, house: House) -> dict[str, object]:
    house.create()
    with house.opened() as vault:
        holders = [enrol(vault) for _ in range(_PEOPLE)]
    house.signed()
    house.back_up()
    with house.opened() as vault:
        _live(vault, holders)
    house.signed()
    copy = house.copies / "default"
    size = sum(path.stat().st_size for path in copy.iterdir())
    told = sum(path.stat().st_size for path in copy.glob("told.*"))
    with house.opened() as vault:
        start = time.perf_counter()
        copied = copy_log(vault.store, "default", to=house.folder / "anew")
        to_copy = time.perf_counter() - start
    to_replay = []
    for _ in range(_ROUNDS):
        house.restore()
        start = time.perf_counter()
        done = house.replay()
        to_replay.append(time.perf_counter() - start)
        if (done.forgotten, done.disabled) != (_PEOPLE // 2, _PEOPLE // 2):
            raise RuntimeError("not everything was done again")
    result = {
        "leaves in the copy": copied.size,
        "openings in the copy": copied.told,
        "bytes of the copy": size,
        "bytes of an opening, mean": round(told / copied.told),
        "seconds to copy it from the beginning": round(to_copy, 2),
        "leaves replayed": done.leaves,
        "seconds to replay": [round(one, 2) for one in sorted(to_replay)],
    }
    print(f"{name}: {result}")
    return result


def _live(vault: Vault, holders: list[Holder]) -> None:
    half = len(holders) // 2
    for holder in holders:
        withdraw_consent(vault, consent_id=holder.enrolment.consent_id)
    with vault.store.transaction() as t:
        for holder in holders[:half]:
            disable_enrolment(t, "default", holder.enrolment_id)
            append_leaf(t, _event(EventKind.ENROLMENT_DISABLED, holder), on=vault.clock().date())
    for holder in holders[half:]:
        forget(vault, enrolment_id=holder.enrolment_id)
    verifications = _LEAVES - len(holders) - 2 * half
    for start in range(0, verifications, _AT_ONCE):
        with vault.store.transaction() as t:
            _verify(t, vault, holders[:half], count=min(_AT_ONCE, verifications - start))


def _verify(t: Transaction, vault: Vault, holders: list[Holder], *, count: int) -> None:
    """Leaves of verifications, many at once: comparing would take an hour and is not measured."""
    rows = []
    for number in range(count):
        holder = holders[number % len(holders)]
        opening = Opening.of(_event(EventKind.VERIFICATION_DECIDED, holder))
        rows.append(
            {
                "leaf": opening.leaf,
                "institution": "default",
                "blinding": opening.blinding,
                "event": opening.event,
                "enrolment_id": holder.enrolment_id,
                "written_on": vault.clock().date(),
            }
        )
    t.connection.execute(
        sa.insert(leaves), [{name: row[name] for name in ("leaf", "institution")} for row in rows]
    )
    t.connection.execute(
        sa.insert(openings),
        [{name: row[name] for name in row if name != "institution"} for row in rows],
    )


def _event(kind: EventKind, holder: Holder) -> Event:
    decided = kind is EventKind.VERIFICATION_DECIDED
    return Event(
        kind=kind,
        institution="default",
        enrolment_id=holder.enrolment_id,
        attempt_id=uuid.uuid4() if decided else None,
        outcome="match" if decided else None,
        purpose="payment" if decided else None,
        profile="attended" if decided else None,
        model_digest=bytes(32) if decided else None,
    )


if __name__ == "__main__":
    main()
