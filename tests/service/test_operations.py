"""What an operator and a browser see."""

from __future__ import annotations

import contextlib
import re
import socket
import uuid
from typing import TYPE_CHECKING

import pytest

from tests.service.desk import opened, settings_in
from visavis import __version__
from visavis.errors import StoreUnreachable
from visavis.records import add_institution
from visavis.service._server import bind
from visavis.service._upkeep import one_round
from visavis.transparency import SignerKey

if TYPE_CHECKING:
    from pathlib import Path

    from tests.service.desk import Desk
    from visavis.verifier import Verifier


def test_health_version_and_keys_need_no_credential(shared_desk: Desk) -> None:
    client = shared_desk.client
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}
    assert client.get("/version").json() == {"version": __version__}
    keys = client.get("/.well-known/jwks.json").json()["keys"]
    assert [key["alg"] for key in keys] == ["ES256", "ES256"]
    assert all("d" not in key for key in keys)


def test_not_ready_without_its_store(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable() -> None:
        raise StoreUnreachable("the database does not answer")

    monkeypatch.setattr(desk.service.vaults.store, "snapshot", unreachable)
    answer = desk.client.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "store.unreachable")
    assert desk.client.get("/healthz").status_code == 200


def test_not_ready_when_it_ends(desk: Desk) -> None:
    desk.service.draining = True
    answer = desk.client.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "service.overloaded")


def test_metrics_count_and_name_nobody(desk: Desk, sample: bytes, probe: bytes) -> None:
    enrolled = desk.enrol(sample)
    desk.verify(enrolled, probe)
    desk.verify(enrolled, probe, purpose="boarding")
    desk.client.request("PROPFIND", "/healthz")  # the parser lets nothing stranger in
    one_round(desk.service)
    page = desk.ask("GET", "/metrics", scope="admin").text
    assert 'visavis_outcomes_total{outcome="match",profile="attended"} 1.0' in page
    assert 'visavis_problems_total{code="verification.refused"} 1.0' in page
    assert 'visavis_answers_total{method="POST",route="/v1/verifications",status="403"} 1.0' in page
    assert 'method="other"' in page
    assert "PROPFIND" not in page
    assert enrolled["enrolment_id"] not in page


def test_every_answer_has_the_headers_that_bind_browsers(shared_desk: Desk) -> None:
    for path in ("/healthz", "/nothing", "/v1/log/entries", "/docs", "/openapi.json"):
        headers = shared_desk.client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert "server" not in headers


def test_the_page_of_the_routes_is_complete_by_itself(shared_desk: Desk) -> None:
    answer = shared_desk.client.get("/docs")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<script" not in answer.text
    links = re.findall(r'(?:href|src)="([^"]*)"', answer.text)
    assert links == ["/openapi.json"]
    for path in shared_desk.client.get("/openapi.json").json()["paths"]:
        assert path in answer.text


def test_the_description_is_of_openapi_3_1_with_examples(shared_desk: Desk) -> None:
    spec = shared_desk.client.get("/openapi.json").json()
    assert spec["openapi"].startswith("3.1")
    schemas = spec["components"]["schemas"]
    assert schemas["VerificationRequest"]["examples"]
    for operations in spec["paths"].values():
        for operation in operations.values():
            assert operation["summary"]
            assert "application/problem+json" in operation["responses"]["default"]["content"]
    assert not re.search(r"\bscore\b", str(schemas["VerificationAnswer"]["properties"]))


@pytest.mark.parametrize(
    ("setting", "method", "path", "scope"),
    [
        ("rate", "GET", "/v1/log/entries", "audit"),
        ("forgetting_rate", "DELETE", f"/v1/enrolments/{uuid.uuid4()}", "forget"),
    ],
)
def test_a_credential_is_used_at_a_decent_rate(  # noqa: PLR0917 - cases
    tmp_path: Path, verifier: Verifier, setting: str, method: str, path: str, scope: str
) -> None:
    with opened(settings_in(tmp_path, **{setting: "3/minute"}), verifier) as desk:
        for _ in range(3):
            assert desk.ask(method, path, scope=scope).status_code != 429
        answer = desk.ask(method, path, scope=scope)
        assert (answer.status_code, answer.json()["code"]) == (429, "rate.exceeded")
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        if setting == "rate":  # each credential by itself
            assert desk.ask("GET", "/metrics", scope="admin").status_code == 200


def test_upkeep_of_one_institution_does_not_wait_for_another(desk: Desk, sample: bytes) -> None:
    desk.enrol(sample)
    vault = desk.service.vaults.first
    stranger = SignerKey.generate("visavis/another")
    with vault.store.transaction() as t:  # without keys here, and first in the alphabet
        add_institution(t, "another", log_key=stranger.verifier, on=vault.clock().date())
    one_round(desk.service)
    page = desk.ask("GET", "/metrics", scope="admin").text
    assert 'visavis_upkeep_total{result="failed"} 1.0' in page
    assert desk.ask("GET", "/v1/log/checkpoint", scope="audit").status_code == 200


def test_answers_are_not_held_back_for_an_acknowledgement(tmp_path: Path) -> None:
    """Without it every answer on a kept connection takes 40 ms longer."""
    with contextlib.closing(bind(settings_in(tmp_path).service)) as listening:
        with socket.create_connection(listening.getsockname()[:2]):
            taken, _ = listening.accept()
        with taken:
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
