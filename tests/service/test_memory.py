"""A process that serves does not grow, however much it was asked."""

from __future__ import annotations

import time
from collections import Counter
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

import pytest
from benchmarks._load import load

from tests.service.process import PATIENT, UPLOADS, Process, ask, enrol, initialise

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_CLIENTS = 4
_PEOPLE = 8  # so that no more attempts are open at once for one of them than are free
_PIECES = 20
_MEBIBYTE = 2**20


@pytest.mark.parametrize(
    ("requests", "most"),
    [
        # Few requests show only what stays of each of them, such as a picture: 0.9 MiB opened.
        (120, 0.2),
        pytest.param(24_000, 0.05, marks=pytest.mark.evidence("memory")),
    ],
)
def test_resident_memory_is_flat(  # noqa: PLR0917 - fixtures
    tmp_path: Path,
    sample: bytes,
    probe: bytes,
    stranger: bytes,
    requests: int,
    most: float,
    keep: Callable[[Mapping[str, Any]], None],
) -> None:
    """Matches, a non-match and a picture that is none now and then; the first tenth warms up."""
    piece = requests // _PIECES
    with Process(tmp_path, initialise(tmp_path), {**UPLOADS, **PATIENT}) as process:
        with process.client() as client:
            people = [enrol(client, sample) for _ in range(_PEOPLE)]
            matches = [ask(client, one, probe) for one in people]
            others = [ask(client, people[0], one) for one in (stranger, probe[:1000])]
        course: list[int] = []
        cut = 0  # where a run was paused, a kept connection may have ended meanwhile
        statuses: Counter[int] = Counter()
        began, worked = time.monotonic(), process.processor_seconds()
        for _ in range(_PIECES):
            mix = list(islice(cycle(matches), piece - len(others))) + others
            tally = load([process.address], mix, clients=_CLIENTS, count=piece)
            cut += len(tally.unanswered)
            statuses.update(tally.statuses)
            course.append(process.resident())
        seconds, worked = time.monotonic() - began, process.processor_seconds() - worked
    warm = course[1:]
    growth = max(warm) / warm[0] - 1
    assert set(statuses) == {200, 422}
    assert statuses.total() == _PIECES * piece - cut
    assert cut <= requests // 1000
    assert growth <= most, course
    keep(
        {
            "requests": requests,
            "clients": _CLIENTS,
            "answers by status": dict(statuses),
            "connections that a pause of the run ended": cut,
            "seconds": round(seconds),
            "processor seconds of the service": round(worked),
            "resident MiB after each twentieth": [round(one / _MEBIBYTE, 1) for one in course],
            "growth after the first tenth, at most": round(growth, 4),
        }
    )
