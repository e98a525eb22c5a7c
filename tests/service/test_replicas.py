"""Two processes on one PostgreSQL: attempts, idempotency and the log hold, also when one is killed.

`kill -9` in the middle of a load: what was answered is in the log, once; what was not is asked
again at the other process, which goes on.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from benchmarks._load import Tally, load

from tests.service.process import PATIENT, UPLOADS, Process, ask, enrol, initialise, keys_in
from visavis.comparison import ATTENDED
from visavis.records import read_checkpoints, read_log
from visavis.records._schema import attempts, openings
from visavis.service._idempotency import HEADER
from visavis.transparency import Checkpoint, Event, EventKind, Opening, check_log
from visavis.verifier import Vault, tend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    import httpx2

    from tests.postgresql import Server

_CLIENTS = 2  # of each process
_EACH = 20  # requests to each process, of which the second is killed halfway
_PEOPLE = 8
_PER_ACCOUNT = 12  # wrong faces at once; many more than attempts are free
_TIMES = 4  # that a request with one key comes at once
_LONGER_THAN_ANY_ATTEMPT = timedelta(hours=1)


@pytest.fixture
def pair(tmp_path: Path, server: Server) -> Iterator[Pair]:
    store = server.new_database()
    headers = initialise(tmp_path, store=store)
    environment = {**UPLOADS, **PATIENT, "VISAVIS_SERVICE__PROCESSES": "1"}
    start = partial(Process, tmp_path, headers, environment, store=store)
    with (
        ExitStack() as stack,
        start() as first,
        first.client() as client,
        Vault.open(store, keys=keys_in(tmp_path)) as vault,
    ):
        yield Pair(lambda: stack.enter_context(start()), first, client, vault)


@pytest.mark.parametrize(
    ("size", "kills"), [(1, 1), pytest.param(10, 20, marks=pytest.mark.evidence("replicas"))]
)
def test_two_replicas_on_one_store(  # noqa: PLR0917 - fixtures
    pair: Pair,
    sample: bytes,
    probe: bytes,
    stranger: bytes,
    size: int,
    kills: int,
    keep: Callable[[Mapping[str, Any]], None],
) -> None:
    people = [enrol(pair.client, sample) for _ in range(_PEOPLE)]
    wrong = _attempts_are_counted_once(pair, sample, stranger, accounts=size)
    leaves = _a_key_is_done_once(pair, people, probe, keys=5 * size)
    killed = [_one_is_killed(pair, people, probe, turn=number) for number in range(kills)]
    leaves += [leaf for one in killed for leaf in one.leaves]
    again, abandoned = sum(one.again for one in killed), sum(one.abandoned for one in killed)
    events = _check_log(pair.vault)
    decided = [event for event in events if event.kind is EventKind.VERIFICATION_DECIDED]
    reasons = Counter(event.reason for event in events if event.reason is not None)
    assert len(leaves) == len(set(leaves))
    assert len(decided) == len(leaves) + wrong
    assert reasons["attempt.abandoned"] == abandoned
    keep(
        {
            f"accounts with {_PER_ACCOUNT} wrong faces at once": size,
            "of these faces compared": wrong,
            f"keys that came {_TIMES} times at once": 5 * size,
            "kills": kills,
            "requests meanwhile": kills * 2 * _EACH,
            "asked again at the other and answered": again,
            "reserved by the killed one, closed as abandoned": abandoned,
            "events decided": len(decided),
            "events lost": 0,
            "events doubled": 0,
        }
    )


def _attempts_are_counted_once(pair: Pair, sample: bytes, stranger: bytes, *, accounts: int) -> int:
    """However many wrong faces come at once, so many are compared as are free, and no more."""
    for _ in range(accounts):
        account = enrol(pair.client, sample)
        question = ask(pair.client, account, stranger)
        first, second = pair.load([question], [question], count=_PER_ACCOUNT // 2)
        codes = Counter(
            json.loads(answer.body).get("code", "compared")
            for answer in (*first.answers, *second.answers)
        )
        assert codes == {
            "compared": ATTENDED.free,
            "enrolment.delayed": _PER_ACCOUNT - ATTENDED.free,
        }
    return accounts * ATTENDED.free


def _a_key_is_done_once(
    pair: Pair, people: Sequence[dict[str, str]], probe: bytes, *, keys: int
) -> list[str]:
    """The same request at both at once is one event, and both answer it alike from then on."""
    leaves = []
    for number in range(keys):
        question = ask(pair.client, people[number % _PEOPLE], probe, **{HEADER: f"once-{number}"})
        tallies = pair.load([question], [question], count=_TIMES // 2)
        for process in pair.both:
            tallies += (load([process.address], [question], clients=1, count=1),)
        answers = [answer for tally in tallies for answer in tally.answers]
        (leaf,) = {_leaf(answer.body) for answer in answers if answer.status == 200}
        others = {json.loads(one.body)["code"] for one in answers if one.status != 200}
        assert others <= {"idempotency.in_progress"}
        assert all(tally.statuses == {200: 1} for tally in tallies[2:])
        leaves.append(leaf)
    return leaves


def _one_is_killed(
    pair: Pair, people: Sequence[dict[str, str]], probe: bytes, *, turn: int
) -> _Killed:
    questions = [
        ask(pair.client, people[number % _PEOPLE], probe, **{HEADER: f"killed-{turn}-{number}"})
        for number in range(2 * _EACH)
    ]
    mine, others = questions[:_EACH], questions[_EACH:]
    killer = threading.Thread(target=pair.second.kill)

    def kill_in_the_middle(done: int) -> None:
        if done == _EACH // 2:
            killer.start()

    first, second = pair.load(mine, others, count=_EACH, told=kill_in_the_middle)
    killer.join()
    pair.start_second()
    assert first.statuses == {200: _EACH}
    assert second.unanswered
    assert set(second.statuses) == {200}
    answered = {one.number: _leaf(one.body) for one in second.answers}
    missing = [number for number in range(_EACH) if number not in answered]
    again = load([pair.first.address], [others[n] for n in missing], clients=1, count=len(missing))
    found = [_leaf(answer.body) for answer in again.answers if answer.status == 200]
    begun = [json.loads(one.body)["code"] for one in again.answers if one.status != 200]
    assert begun == ["idempotency.in_progress"] * len(begun)
    assert len(begun) <= _CLIENTS
    leaves = [*(_leaf(answer.body) for answer in first.answers), *answered.values(), *found]
    return _Killed(leaves, again=len(found), abandoned=_abandoned(pair.vault, expected=len(begun)))


def _abandoned(vault: Vault, *, expected: int) -> int:
    """Close what the killed process had reserved, as any process does after a while."""
    clock, later = vault.clock, vault.clock() + _LONGER_THAN_ANY_ATTEMPT
    vault.clock = lambda: later
    closed = tend(vault).abandoned
    vault.clock = clock
    with vault.store.snapshot() as s:
        assert s.connection.scalar(sa.select(sa.func.count()).select_from(attempts)) == 0
    assert closed == expected
    return closed


def _check_log(vault: Vault) -> list[Event]:
    """The log adds up; every event that is kept."""
    assert vault.signer is not None
    tend(vault)
    with vault.store.snapshot() as s:
        own = [
            Checkpoint.open(one, verifier=vault.signer.verifier)
            for one in read_checkpoints(s, "default")
        ]
        check_log(read_log(s, "default"), own=own).require_intact()
        rows = s.connection.execute(sa.select(openings.c.blinding, openings.c.event))
        return [Opening(blinding=row.blinding, event=row.event).read() for row in rows]


def _leaf(body: bytes) -> str:
    return str(json.loads(body)["leaf"])


@dataclass(frozen=True)
class _Killed:
    leaves: list[str]
    again: int
    abandoned: int


class Pair:
    """Two processes that know nothing of each other, on one store."""

    def __init__(
        self, start: Callable[[], Process], first: Process, client: httpx2.Client, vault: Vault
    ) -> None:
        self._start = start
        self.first, self.second = first, start()
        self.client = client
        self.vault = vault

    def start_second(self) -> None:
        """In place of one that ended."""
        self.second = self._start()

    @property
    def both(self) -> tuple[Process, Process]:
        return self.first, self.second

    def load(
        self,
        mine: Sequence[bytes],
        others: Sequence[bytes],
        *,
        count: int,
        told: Callable[[int], None] = lambda _: None,
    ) -> tuple[Tally, ...]:
        """So many requests to each, at the same time; the second one's progress is told."""

        def run(process: Process, requests: Sequence[bytes]) -> Tally:
            tell = told if process is self.second else lambda _: None
            return load([process.address], requests, clients=_CLIENTS, count=count, told=tell)

        with ThreadPoolExecutor(2) as pool:
            return tuple(pool.map(run, self.both, (mine, others)))
