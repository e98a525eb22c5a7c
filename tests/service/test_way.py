"""The whole way of a holder: enrol, verify, forget."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.service.desk import Desk


def test_from_enrolment_to_forgetting(desk: Desk, sample: bytes, probe: bytes) -> None:
    enrolled = desk.enrol(sample)
    answer = desk.verify(enrolled, probe, nonce="n-1", transaction={"amount": "12.50"})
    assert answer.status_code == 200, answer.text
    print(answer.json(), answer.headers)
    shown = desk.ask("GET", f"/v1/enrolments/{enrolled['enrolment_id']}", scope="enrol")
    print(shown.json())
    gone = desk.ask("DELETE", f"/v1/enrolments/{enrolled['enrolment_id']}", scope="forget")
    assert gone.status_code == 204
    again = desk.verify(enrolled, probe)
    assert again.status_code == 403, again.text
    for p in (
        "/healthz",
        "/readyz",
        "/version",
        "/.well-known/jwks.json",
        "/openapi.json",
        "/docs",
    ):
        r = desk.client.get(p)
        print(p, r.status_code, r.text[:200])
