"""More than can be done is refused at once, and what was taken is done."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.service.desk import opened, settings_in
from visavis.errors import FaceNone, ServiceOverloaded
from visavis.service._inference import Workers
from visavis.service._metrics import Metrics

if TYPE_CHECKING:
    from pathlib import Path

    from tests.service.desk import Desk
    from visavis.verifier import Verifier


def _workers(*, threads: int = 1, waiting: int = 1) -> Workers:
    return Workers("faces", at_once=threads, waiting=waiting, metrics=Metrics())


def test_there_is_room_for_those_who_work_and_those_who_wait() -> None:
    async def run() -> None:
        workers, free = _workers(), threading.Event()
        taken = [asyncio.create_task(workers.run(free.wait)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(ServiceOverloaded) as refused:
            await workers.run(free.wait)
        assert refused.value.retry_after.total_seconds() >= 1
        free.set()
        assert await asyncio.gather(*taken) == [True, True]
        await asyncio.sleep(0.05)
        assert await workers.run(lambda: "room again") == "room again"
        await workers.close()

    asyncio.run(run())


def test_who_stops_waiting_takes_back_what_has_not_begun() -> None:
    async def run() -> None:
        workers, free, begun = _workers(), threading.Event(), []
        first = asyncio.create_task(workers.run(free.wait))
        await asyncio.sleep(0)
        second = asyncio.create_task(workers.run(lambda: begun.append(2)))
        await asyncio.sleep(0)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        free.set()
        assert await first
        assert await workers.run(lambda: 3) == 3
        assert begun == []
        await workers.close()

    asyncio.run(run())


def test_errors_come_through_and_leave_room() -> None:
    def fail() -> None:
        raise FaceNone("no face was found")

    async def run() -> None:
        workers = _workers()
        for _ in range(5):
            with pytest.raises(FaceNone):
                await workers.run(fail)
            await asyncio.sleep(0.01)
        await workers.close()

    asyncio.run(run())


def test_closing_finishes_what_was_taken() -> None:
    async def run() -> None:
        workers, done = _workers(waiting=3), []

        def work() -> None:
            time.sleep(0.02)
            done.append(1)

        taken = [asyncio.create_task(workers.run(work)) for _ in range(4)]
        await asyncio.sleep(0)
        await workers.close()
        await asyncio.gather(*taken)
        assert len(done) == 4

    asyncio.run(run())


@pytest.mark.parametrize(
    "path",
    [
        "/v1/verifications",
        "/v1/enrolments",
        "/v1/comparisons",
        "/v1/enrolments/6f1d2c9e-6a3b-4c53-9a7e-0a4b8f1c2d3e/renewals",
    ],
)
def test_what_there_is_no_room_for_is_refused_before_anything_else(
    shared_desk: Desk, path: str
) -> None:
    """Without a credential, and with a body that is none; as a problem like every other."""
    shared_desk.service.faces._count(1_000)
    answer = shared_desk.client.post(path, content=b"not read")
    shared_desk.service.faces._count(-1_000)
    assert (answer.status_code, answer.json()["code"]) == (503, "service.overloaded")
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert shared_desk.client.post(path, content=b"not read").status_code == 401


def test_whoever_is_on_the_way_is_counted(shared_desk: Desk) -> None:
    shared_desk.service.records._count(1_000)
    refused = shared_desk.client.post("/v1/verifications")
    shared_desk.service.records._count(-1_000)
    assert refused.status_code == 503


def test_an_overloaded_service_says_so_and_recovers(
    tmp_path: Path, verifier: Verifier, sample: bytes, probe: bytes
) -> None:
    with opened(settings_in(tmp_path, processes=1, waiting=1), verifier) as desk:
        enrolled = desk.enrol(sample)
        desk.verify(enrolled, probe)
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda _: desk.verify(enrolled, probe), range(40)))
        done = [answer for answer in answers if answer.status_code == 200]
        refused = [answer for answer in answers if answer.status_code != 200]
        assert done
        assert refused
        assert {answer.json()["outcome"] for answer in done} == {"match"}
        assert {answer.json()["code"] for answer in refused} == {"service.overloaded"}
        assert all(int(answer.headers["Retry-After"]) >= 1 for answer in refused)
        assert desk.verify(enrolled, probe).status_code == 200
