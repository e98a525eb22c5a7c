"""Rotation of a million records: killed, resumed, in bounded memory. `make evidence`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from tests.records.house import TODAY, House, consent_of
from visavis.records import count_enrolments, list_keys, remove_key
from visavis.records._schema import consents, enrolments, records
from visavis.sealing import Claim, wrap_kek_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from visavis.records import Store

_TOGETHER = 1_000  # enrolments in one transaction
_ROOM = 32 * 1024  # KiB: reading the wraps of a million records would take ten times that


@pytest.mark.parametrize(
    "size",
    [2_000, pytest.param(1_000_000, marks=pytest.mark.evidence("rotation"))],
    ids="{:,}".format,
)
def test_rotation_is_killed_resumed_and_leaves_no_record_behind(
    store: Store, store_url: str, size: int, keep: Callable[[Mapping[str, Any]], None]
) -> None:
    house = House(store).furnish()
    started = time.monotonic()
    claims = [_load(house) for _ in range(0, size, _TOGETHER)]  # one of each thousand; others gone
    loaded = time.monotonic()
    house.table = house.table.with_epoch("default")
    with _Rotator(house, store_url) as killed:
        for done in killed:
            if done["rotated"] >= size // 2:
                break
    halfway = time.monotonic()
    assert 0 < _unrotated(house) < size
    with _Rotator(house, store_url) as resumed:
        *_, last = resumed
    finished = time.monotonic()
    assert (last["refused"], last["remaining"], _unrotated(house)) == (0, 0, 0)
    assert last["growth"] < _ROOM
    with store.transaction() as t:
        old, _ = list_keys(t, "default")
        remove_key(t, "default", old.kek_id)
        assert count_enrolments(t, "default") == size
    house.table = house.table.without_key("default", epoch=1)
    assert all(house.opens(claim) for claim in claims)
    keep(
        {
            "records": size,
            "rows a second": round(size / (finished - loaded)),
            "seconds, killed once halfway": round(finished - loaded, 1),
            "of these until killed": round(halfway - loaded, 1),
            "peak memory of the process, MiB": round(last["peak"] / 1024, 1),
            "of that grown while rotating, MiB": round(last["growth"] / 1024, 1),
            "left behind": last["remaining"],
            "opened afterwards": f"{len(claims)} of {len(claims)} kept claims",
            "seconds to make the records": round(loaded - started, 1),
        }
    )


@dataclass
class _Rotator:
    """The process; killed at the end, if it is still there."""

    house: House
    url: str

    def __enter__(self) -> Iterator[dict[str, int]]:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.records.rotator", self.url],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"VISAVIS_KEYRING": self.house.table.render().decode()},
            cwd=Path(__file__).parents[2],
        )
        assert self.process.stdout is not None
        return map(json.loads, self.process.stdout)

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()


def _load(house: House) -> Claim:
    """A thousand enrolments, in few statements; all claims but one are thrown away."""
    kek = house.key_ring.current("default")
    rows: dict[sa.Table, list[dict[str, object]]] = {enrolments: [], consents: [], records: []}
    for _ in range(_TOGETHER):
        claim, consent = Claim.generate(institution="default"), consent_of(uuid.uuid4())
        binding, sealed = house.sealed(
            claim, enrolment_id=consent.enrolment_id, consent_id=consent.consent_id, kek=kek
        )
        rows[enrolments].append(
            {
                "enrolment_id": consent.enrolment_id,
                "institution": "default",
                "state": "active",
                "enrolled_on": TODAY,
                "last_used_on": TODAY,
                "consecutive_failures": 0,
            }
        )
        rows[consents].append(
            {name: getattr(consent, name) for name in type(consent).__dataclass_fields__}
        )
        rows[records].append(
            {
                **{name: getattr(binding, name) for name in type(binding).__dataclass_fields__},
                "pending": False,
                "kek_id": wrap_kek_id(sealed.wrap),
                "version": 0,
                "wrap": sealed.wrap,
                "body": sealed.body,
            }
        )
    with house.store.transaction() as t:
        for table, values in rows.items():
            t.connection.execute(sa.insert(table), values)
    return claim


def _unrotated(house: House) -> int:
    current = house.key_ring.current("default").kek_id
    others = sa.select(sa.func.count()).where(records.c.kek_id != current)
    with house.store.snapshot() as s:
        count: int = s.connection.execute(others).scalar_one()
    return count
