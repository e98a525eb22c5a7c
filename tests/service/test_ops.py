"""The operator's page: numbers, and nothing of anybody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.service.desk import opened, settings_in
from visavis.records import count_waiting
from visavis.service._metrics import Metrics
from visavis.service._ops import Kept, ops_page

if TYPE_CHECKING:
    from pathlib import Path

    from tests.service.desk import Desk
    from visavis.verifier import Verifier


def _rows(html: str) -> set[tuple[str, ...]]:
    rows = re.findall(r"<tr>(.*?)</tr>", html)
    return {tuple(re.findall(r"<td>(.*?)</td>", row)) for row in rows}


def test_it_counts(
    tmp_path: Path, verifier: Verifier, sample: bytes, probe: bytes, stranger: bytes
) -> None:
    with opened(settings_in(tmp_path), verifier) as desk:
        enrolled = desk.enrol(sample)
        verified = desk.verify(enrolled, probe).json()
        desk.verify(enrolled, stranger)
        desk.verify(enrolled, probe, purpose="boarding")
        answer = desk.ask("GET", "/ops", scope="admin")
        with desk.service.vaults.store.snapshot() as s:
            waiting = count_waiting(s, "default")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    rows = _rows(answer.text)
    assert ("enrolments", "1") in rows
    assert ("leaves without their place yet", str(waiting)) in rows
    assert waiting >= 4
    assert ("attended", "match", "1") in rows
    assert ("attended", "non-match", "1") in rows
    assert ("verification.refused", "1") in rows
    (route,) = [row for row in rows if row and row[0] == "/v1/verifications"]
    assert route[1:3] == ("3", "0")
    for secret in (*enrolled.values(), verified["leaf"], verified["receipt"]):
        assert secret not in answer.text


def test_it_runs_and_loads_nothing(shared_desk: Desk) -> None:
    answer = shared_desk.ask("GET", "/ops", scope="admin")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src ")
    assert "script-src" not in answer.headers["content-security-policy"]
    assert not re.search(r"<script|<form|href=|src=|\bon\w+=", answer.text)
    assert answer.headers["cache-control"] == "no-store"


def test_what_it_shows_is_escaped() -> None:
    metrics = Metrics()
    metrics.problem("<script>")
    kept = Kept(
        institution="<b>",
        enrolments=0,
        leaves=0,
        leaves_waiting=0,
        webhooks_waiting=0,
        webhooks_given_up=0,
    )
    page = bytes(ops_page(metrics, kept).body).decode()
    assert "<b>" not in page
    assert "<script>" not in page


def test_how_fast_it_was() -> None:
    metrics = Metrics()
    for seconds in [0.02] * 97 + [0.3, 0.3, 60.0]:
        metrics.answered(method="GET", route="/r", status=200, seconds=seconds)
    metrics.answered(method="GET", route="/r", status=503, seconds=0.02)
    kept = Kept(
        institution="i",
        enrolments=0,
        leaves=0,
        leaves_waiting=0,
        webhooks_waiting=0,
        webhooks_given_up=0,
    )
    page = bytes(ops_page(metrics, kept).body).decode()
    assert ("/r", "101", "1", "0.025", "0.025", "0.5") in _rows(page)
