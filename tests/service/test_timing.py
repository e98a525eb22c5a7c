"""How long a refusal takes does not say why: unknown, forgotten, another's, withdrawn.

By the use case alone, where microseconds show, and over HTTP with its picture work, as a caller
sees it. The kinds take turns in random order within each block, so that whatever else happens on
the machine happens to all of them; what is compared are the differences within blocks. Only as
evidence: no test of `make test` depends on the time that something takes.
"""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest
from benchmarks._load import load
from scipy import stats

from tests.service.process import UPLOADS, Process, ask, initialise, keys_in
from tests.verifier import people
from visavis.errors import VerificationRefused
from visavis.sealing import Claim
from visavis.verifier import Vault, forget, withdraw_consent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from uuid import UUID

    from numpy.typing import NDArray

    from tests.postgresql import Server

_BLOCKS = 2_000
_WARM = 20  # blocks that are not counted
_DRAWS = 2_000
_KINDS = ("unknown", "forgotten", "another's", "withdrawn")
_ALIKE = ("forgotten", "another's")
"""What must not be told from unknown. A claim whose consent was withdrawn is its holder's all the
same: it is only measured. PostgreSQL locks its row, which takes 0.1 ms."""

_SURE = 0.001
"""Of the rank test. Two kinds are compared, three ways: one run of 170 would fail below it although
there is no difference."""


class _Asked(NamedTuple):
    claim: Claim
    enrolment_id: UUID


@pytest.mark.parametrize(
    "database",
    [pytest.param(name, marks=pytest.mark.evidence("timing")) for name in ("sqlite", "postgresql")],
)
def test_use_case(
    database: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    keep: Callable[[Mapping[str, Any]], None],
) -> None:
    store = f"sqlite:///{tmp_path}/store.db"
    if database == "postgresql":
        server: Server = request.getfixturevalue("server")
        store = server.new_database()
    with Vault.create(store, keys=keys_in(tmp_path)) as vault:
        asked, probe = _claims(vault), people.somebody()

        def refuse(kind: int) -> float:
            began = time.perf_counter()
            with pytest.raises(VerificationRefused):
                people.verify(
                    vault, asked[kind].claim, probe, enrolment_id=asked[kind].enrolment_id
                )
            return time.perf_counter() - began

        orders = _orders()
        blocks = [[refuse(kind) for kind in order] for order in orders]
    keep(_judge(blocks, orders, what="the use case, without picture work"))


@pytest.mark.evidence("timing_http")
def test_over_http(
    tmp_path: Path,
    probe: bytes,
    keep: Callable[[Mapping[str, Any]], None],
) -> None:
    headers = initialise(tmp_path)
    with Vault.open(f"sqlite:///{tmp_path}/store.db", keys=keys_in(tmp_path)) as vault:
        asked = _claims(vault)
    with Process(tmp_path, headers, UPLOADS) as process, process.client() as client:
        known = [
            ask(client, {"claim": one.claim.reveal(), "enrolment_id": str(one.enrolment_id)}, probe)
            for one in asked
        ]
        orders = _orders()
        requests = [known[kind] for order in orders for kind in order]
        tally = load([process.address], requests, clients=1, count=len(requests))
    assert tally.statuses == {403: len(requests)}
    times = [answer.seconds for answer in tally.answers]  # one client: in their order
    blocks = [times[at : at + len(_KINDS)] for at in range(0, len(times), len(_KINDS))]
    keep(_judge(blocks, orders, what="POST /v1/verifications, SQLite, one client"))


def _claims(vault: Vault) -> list[_Asked]:
    """A claim of each kind, with the enrolment_id that it is presented for."""
    forgotten, account, other, withdrawn = (people.enrol(vault) for _ in range(4))
    forget(vault, enrolment_id=forgotten.enrolment_id)
    withdraw_consent(vault, consent_id=withdrawn.enrolment.consent_id)
    return [
        _Asked(Claim.generate(institution=vault.institution), uuid.uuid4()),
        _Asked(forgotten.claim, forgotten.enrolment_id),
        _Asked(other.claim, account.enrolment_id),
        _Asked(withdrawn.claim, withdrawn.enrolment_id),
    ]


def _orders() -> list[list[int]]:
    """In each block every kind once."""
    draw = np.random.default_rng(2026)
    return [draw.permutation(len(_KINDS)).tolist() for _ in range(_WARM + _BLOCKS)]


def _judge(
    blocks: Sequence[Sequence[float]], orders: Sequence[Sequence[int]], *, what: str
) -> dict[str, Any]:
    """What was found, after the test that no kind is told from the unknown by its time."""
    times = np.empty((len(blocks), len(_KINDS)))
    np.put_along_axis(times, np.array(orders), np.array(blocks), axis=1)
    times = times[_WARM:] * 1e6
    found: dict[str, Any] = {
        "what": what,
        "requests of each kind": len(times),
        "microseconds": {
            kind: {
                f"{share:.0%}": round(float(np.quantile(times[:, at], share)), 1)
                for share in (0.05, 0.25, 0.5, 0.75, 0.95)
            }
            for at, kind in enumerate(_KINDS)
        },
        "against unknown": {},
    }
    for at, kind in enumerate(_KINDS[1:], start=1):
        low, high = _interval(times[:, 0], times[:, at])
        rank = float(stats.wilcoxon(times[:, at] - times[:, 0]).pvalue)
        found["against unknown"][kind] = {
            "difference of medians": round(float(_difference(times[:, 0], times[:, at])), 1),
            "95 % interval": [round(low, 1), round(high, 1)],
            "p of the signed-rank test": round(rank, 4),
        }
    least = min(found["against unknown"][kind]["p of the signed-rank test"] for kind in _ALIKE)
    assert least >= _SURE, found
    return found


def _difference(unknown: NDArray[np.float64], other: NDArray[np.float64]) -> np.float64:
    return np.median(other) - np.median(unknown)


def _interval(unknown: NDArray[np.float64], other: NDArray[np.float64]) -> tuple[float, float]:
    """A percentile bootstrap over blocks."""
    draw = np.random.default_rng(2026)
    drawn = (draw.integers(0, len(unknown), len(unknown)) for _ in range(_DRAWS))
    differences = [_difference(unknown[blocks], other[blocks]) for blocks in drawn]
    low, high = np.quantile(differences, [0.025, 0.975])
    return float(low), float(high)
