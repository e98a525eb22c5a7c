"""Nothing of a body, a picture, a claim or a credential is in any log, whatever goes wrong."""

from __future__ import annotations

import base64
import json
import logging
from typing import TYPE_CHECKING

import pytest
import structlog

from tests.service.desk import opened, settings_in, text
from visavis.service._log import FIELDS

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator
    from pathlib import Path

    from visavis.verifier import Verifier

_CANARY = "canary-4711"


def _lines(log: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_only_listed_fields_are_written(log: io.StringIO) -> None:
    structlog.get_logger().info("answered", status=200, claim=_CANARY, body=_CANARY)
    (line,) = _lines(log)
    assert set(line) == {"event", "status", "level", "timestamp"}
    assert not FIELDS & {"claim", "body", "path", "query", "headers", "picture", "detail"}


def test_of_other_libraries_it_says_who_and_not_what(log: io.StringIO) -> None:
    logging.getLogger("sqlalchemy").error("could not insert %s", _CANARY)
    try:
        int(_CANARY)
    except ValueError:
        logging.getLogger("asyncio").exception("Task failed: %s", _CANARY)
    assert _CANARY not in log.getvalue()
    assert [line["logger"] for line in _lines(log)] == ["sqlalchemy", "asyncio"]
    assert _lines(log)[1]["error"] == "ValueError"


def test_no_canary_is_in_the_log(  # noqa: PLR0917 - fixtures
    tmp_path: Path,
    verifier: Verifier,
    sample: bytes,
    probe: bytes,
    log: io.StringIO,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with opened(settings_in(tmp_path, body_seconds=0.5), verifier) as desk:
        enrolled = desk.enrol(sample)
        desk.verify(enrolled, probe, nonce=_CANARY, transaction={"payee": _CANARY})
        desk.verify(enrolled, probe, purpose=_CANARY, terminal=_CANARY)
        desk.verify(enrolled, _CANARY.encode())
        desk.verify(enrolled, probe, unknown=_CANARY)
        desk.verify({**enrolled, "claim": _CANARY}, probe)
        for path in (f"/{_CANARY}", f"/v1/enrolments/{_CANARY}", f"/healthz?{_CANARY}"):
            desk.ask("GET", path, scope="enrol", headers={"User-Agent": _CANARY})
        desk.client.get("/metrics", headers={"Authorization": f"Bearer {_CANARY}"})
        refused = desk.client.request(_CANARY.upper(), "/healthz")
        assert refused.status_code == 400
        _break(desk.service.verifier, _CANARY)
        failed = desk.verify(enrolled, probe)
        assert (failed.status_code, failed.json()["code"]) == (500, "service.failed")
        assert _CANARY not in failed.text
        keys = list(desk.keys.values())
    written = log.getvalue() + "".join(capfd.readouterr())
    canaries = [_CANARY, enrolled["claim"], *keys, enrolled["enrolment_id"]]
    canaries += [text(one)[:60] for one in (sample, probe)]
    canaries += [base64.b64encode(_CANARY.encode()).decode(), _CANARY.upper()]
    assert [one for one in canaries if one in written] == []
    answered = [line for line in _lines(log) if line["event"] == "answered"]
    assert len(answered) >= 11
    assert {line["route"] for line in answered} >= {"/v1/verifications", "none"}
    assert all(set(line) <= FIELDS for line in _lines(log))
    (failure,) = [line for line in _lines(log) if line["event"] == "failed"]
    assert failure["error"] == "RuntimeError"


def test_too_much_to_do_is_one_line(tmp_path: Path, verifier: Verifier, log: io.StringIO) -> None:
    """A second one, with the places in the code, cost more than the refusal itself."""
    with opened(settings_in(tmp_path), verifier) as desk:
        desk.service.faces._count(1_000)
        refused = desk.verify({"enrolment_id": "x", "claim": "x"})
        desk.service.faces._count(-1_000)
    assert (refused.status_code, refused.json()["code"]) == (503, "service.overloaded")
    said = [line for line in _lines(log) if line.get("request_id") == refused.json()["request_id"]]
    assert [(line["event"], line["code"]) for line in said] == [("answered", "service.overloaded")]


@pytest.fixture(autouse=True)
def mended(verifier: Verifier) -> Iterator[None]:
    chain = verifier._chain
    yield
    verifier._chain = chain


def _break(verifier: Verifier, message: str) -> None:
    class Broken:
        def __getattr__(self, name: str) -> object:
            raise RuntimeError(message)

    verifier._chain = Broken()  # type: ignore[assignment]
