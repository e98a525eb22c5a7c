"""A process that is killed while it writes loses nothing that it was told is durable."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from visavis.records import find_enrolment, open_store, read_checkpoints, read_log, sequence_leaves
from visavis.records._schema import consents, enrolments, leaves, openings, records
from visavis.sealing import Claim
from visavis.transparency import Checkpoint, EventKind, Opening, check_log

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.records.house import House
    from visavis.records import Store

Said = dict[str, list[list[str]]]


@pytest.mark.parametrize("kills", [2, pytest.param(250, marks=pytest.mark.evidence("killed"))])
def test_nothing_durable_is_lost(
    house: House, store_url: str, kills: int, keep: Callable[[Mapping[str, Any]], None]
) -> None:
    everything: Said = defaultdict(list)
    for _ in range(kills):
        early = [house.enrol() for _ in range(10)]
        house.table = house.table.with_epoch("default")
        now: Said = defaultdict(list)
        for said in _run(house, store_url, seconds=random.uniform(0.1, 1.5)):  # noqa: S311 - no secret
            now[said[0]].append(said[1:])
            everything[said[0]].append(said[1:])
        with open_store(store_url) as store:
            _check_log(house, store, everything)
            _check_rows(store)
        _check_people(house, now)
        assert all(house.opens(person.claim) for person in early)
    _check_people(house, everything)
    assert len(everything["enrolled"]) > kills
    keep(
        {
            "kills": kills,
            "told that they were durable": {
                "enrolments": len(everything["enrolled"]),
                "attempts reserved": len(everything["reserved"]),
                "attempts settled": len(everything["accepted"]) + len(everything["rejected"]),
                "forgettings": len(everything["forgotten"]),
                "checkpoints": len(everything["checkpoint"]),
            },
            "rotations begun": kills,
            "of these lost or half written": 0,
        }
    )


def _run(house: House, url: str, *, seconds: float) -> list[list[str]]:
    environment = {
        **os.environ,
        "VISAVIS_KEYRING": house.table.render().decode(),
        "VISAVIS_TEST_LOG_KEY": house.signer.reveal(),
    }
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.records.writer", url],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=Path(__file__).parents[2],
    )
    with writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(seconds)
        assert writer.poll() is None, "it ended by itself"
        writer.kill()
        lines = [first, *writer.stdout.readlines()]
    return [line.split() for line in lines if line.endswith("\n")]


def _check_rows(store: Store) -> None:
    """Whole enrolments or none."""
    with store.snapshot() as s:
        ids = sorted(s.connection.execute(sa.select(enrolments.c.enrolment_id)).scalars())
        for table in (records, consents):
            found = s.connection.execute(sa.select(table.c.enrolment_id)).scalars()
            assert sorted(found) == ids
        events: dict[EventKind, list[UUID]] = defaultdict(list)
        for row in s.connection.execute(sa.select(openings.c.blinding, openings.c.event)):
            event = Opening(blinding=row.blinding, event=row.event).read()
            if event.enrolment_id is not None:
                events[event.kind].append(event.enrolment_id)
        assert sorted(events[EventKind.ENROLMENT_CREATED]) == ids
        assert not set(events[EventKind.ENROLMENT_FORGOTTEN]) & set(ids)


def _check_log(house: House, store: Store, said: Said) -> None:
    with store.transaction() as t:
        sequence_leaves(t, "default", signer=house.signer)
    verifier = house.signer.verifier
    published = [
        Checkpoint.open(bytes.fromhex(note), verifier=verifier) for (note,) in said["checkpoint"]
    ]
    with store.snapshot() as s:
        own = [Checkpoint.open(one, verifier=verifier) for one in read_checkpoints(s, "default")]
        check_log(read_log(s, "default"), own=own, external=published).require_intact()
        stored = {leaf.hex() for leaf in s.connection.execute(sa.select(leaves.c.leaf)).scalars()}
    assert {leaf for (leaf,) in said["leaf"]} <= stored


def _check_people(house: House, said: Said) -> None:
    forgotten = {one for (one,) in said["forgotten"]}
    unclear = {one for (one,) in said["forgetting"]} - forgotten
    reserved = Counter(one for (one,) in said["reserved"])
    for enrolment_id, text in said["enrolled"]:
        claim = Claim.parse(text)
        if enrolment_id in forgotten:
            assert not house.opens(claim)
        elif enrolment_id not in unclear:
            assert house.opens(claim)
            # The first attempt is to be accepted; the second counts from its reservation on.
            assert _failures(house.store, enrolment_id) >= reserved[enrolment_id] - 1


def _failures(store: Store, enrolment_id: str) -> int:
    with store.snapshot() as s:
        enrolment = find_enrolment(s, "default", UUID(enrolment_id))
    assert enrolment is not None
    return enrolment.consecutive_failures
