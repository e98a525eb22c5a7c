"""Every route refuses every wrong credential, and tells institutions apart."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.service.desk import CONSENT, text
from visavis.credentials import Scope, issue_credential, revoke_credential
from visavis.records import add_institution
from visavis.sealing import FileKeyRing
from visavis.transparency import SignerKey

if TYPE_CHECKING:
    from tests.service.desk import Desk

_ID = "6f1d2c9e-6a3b-4c53-9a7e-0a4b8f1c2d3e"

# Every route that there is, with the scope it needs, or those of which it needs one; none for
# whoever asks.
ROUTES: dict[tuple[str, str], str | None] = {
    ("POST", "/v1/enrolments"): "enrol",
    ("GET", "/v1/enrolments/{enrolment_id}"): "enrol",
    ("DELETE", "/v1/enrolments/{enrolment_id}"): "forget",
    ("POST", "/v1/enrolments/{enrolment_id}/renewals"): "enrol",
    ("POST", "/v1/enrolments/{enrolment_id}/enablement"): "admin",
    ("POST", "/v1/verifications"): "verify",
    ("POST", "/v1/consents/{consent_id}/withdrawal"): "forget",
    ("POST", "/v1/comparisons"): "compare",
    ("POST", "/v1/sessions"): "enrol/verify/compare",
    ("GET", "/v1/sessions/{session_id}"): "enrol/verify/compare",
    ("GET", "/v1/log/checkpoint"): "audit",
    ("GET", "/v1/log/entries"): "audit",
    ("GET", "/v1/log/proof"): "audit",
    ("GET", "/metrics"): "admin",
    ("GET", "/ops"): "admin",
    ("GET", "/healthz"): None,
    ("GET", "/readyz"): None,
    ("GET", "/version"): None,
    ("GET", "/.well-known/jwks.json"): None,
}
_CLOSED = {route: scope for route, scope in ROUTES.items() if scope is not None}


def _call(desk: Desk, route: tuple[str, str], authorization: str | None) -> tuple[int, Any]:
    method, path = route
    headers = {} if authorization is None else {"Authorization": authorization}
    path = path.replace("{enrolment_id}", _ID).replace("{consent_id}", _ID)
    path = path.replace("{session_id}", _ID)
    answer = desk.client.request(method, path, headers=headers, content=b"{}")
    return answer.status_code, answer.json() if "json" in answer.headers["content-type"] else None


def test_these_are_all_routes(shared_desk: Desk) -> None:
    paths = shared_desk.client.get("/openapi.json").json()["paths"]
    described = {
        (method.upper(), path): operation
        for path, operations in paths.items()
        for method, operation in operations.items()
    }
    assert set(described) == set(ROUTES)
    assert {route for route, one in described.items() if one.get("security")} == set(_CLOSED)


@pytest.mark.parametrize("route", _CLOSED, ids=" ".join)
def test_a_wrong_credential_opens_nothing(shared_desk: Desk, route: tuple[str, str]) -> None:
    desk, (scope, *more) = shared_desk, _CLOSED[route].split("/")
    key = desk.key(scope)
    wrong = [
        None,
        "",
        "Bearer",
        "Bearer nonsense",
        f"Basic {key}",
        f"Bearer {key[:-1]}",
        f"Bearer {key.upper()}",
        f"Bearer {key}.e30.e30",
        "Bearer eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.e30.",
        f"Bearer {_expired(desk, scope)}",
        f"Bearer {_revoked(desk, scope)}",
    ]
    for authorization in wrong:
        status, content = _call(desk, route, authorization)
        assert (status, content["code"]) == (401, "credential.refused"), authorization
    others = [one for one in Scope if one not in (scope, *more)]
    status, content = _call(desk, route, f"Bearer {desk.key(*others)}")
    assert (status, content["code"]) == (403, "credential.scope_missing")


def _expired(desk: Desk, scope: str) -> str:
    past = datetime(2020, 1, 1, tzinfo=UTC)
    issued = issue_credential(
        desk.service.vaults.store, institution="default", scopes=[Scope(scope)], now=past
    )
    return issued.key.reveal()


def _revoked(desk: Desk, scope: str) -> str:
    store, now = desk.service.vaults.store, datetime.now(UTC)
    issued = issue_credential(store, institution="default", scopes=[Scope(scope)], now=now)
    revoke_credential(
        store,
        institution="default",
        credential_id=issued.credential.credential_id,
        now=now,
    )
    return issued.key.reveal()


@pytest.fixture
def two(desk: Desk) -> Desk:
    """With a second institution, ``other``, in the same store."""
    vault = desk.service.vaults.first
    signer = SignerKey.generate("visavis/other")
    assert isinstance(vault.key_ring, FileKeyRing)
    vault.key_ring.add_institution("other")
    with vault.store.transaction() as t:
        add_institution(t, "other", log_key=signer.verifier, on=vault.clock().date())
    return desk


def test_one_institution_has_nothing_of_another(two: Desk, sample: bytes, probe: bytes) -> None:
    enrolled = two.enrol(sample)
    path = f"/v1/enrolments/{enrolled['enrolment_id']}"
    withdrawal = f"/v1/consents/{enrolled['consent_id']}/withdrawal"
    for method, address, scope in (
        ("GET", path, "enrol"),
        ("DELETE", path, "forget"),
        ("POST", f"{path}/enablement", "admin"),
        ("POST", withdrawal, "forget"),
    ):
        answer = two.ask(method, address, scope=scope, institution="other")
        assert answer.status_code == 404, (method, address)
    refused = two.verify(enrolled, probe, institution="other")
    assert (refused.status_code, refused.json()["code"]) == (403, "verification.refused")
    leaf = two.verify(enrolled, probe).json()["leaf"]
    foreign = two.ask("GET", f"/v1/log/proof?leaf={leaf}", scope="audit", institution="other")
    assert foreign.status_code == 422
    listed = two.ask("GET", "/v1/log/entries", scope="audit", institution="other").json()
    assert listed["entries"] == []
    own = two.enrol(sample, institution="other")
    assert two.verify(own, probe, institution="other").json()["outcome"] == "match"
    assert two.verify(own, probe).status_code == 403


def test_another_holders_claim_is_no_claim_for_this_account(
    desk: Desk, sample: bytes, probe: bytes
) -> None:
    """Or anyone's claim and face could confirm anyone's payment."""
    mine, theirs = desk.enrol(sample), desk.enrol(sample)
    crossed = desk.verify(theirs | {"claim": mine["claim"]}, probe)
    unknown = desk.verify(mine | {"enrolment_id": str(uuid.uuid4())}, probe)
    desk.ask("DELETE", f"/v1/enrolments/{theirs['enrolment_id']}", scope="forget")
    forgotten = desk.verify(theirs, probe)
    alike = [
        {name: answer.json()[name] for name in ("status", "code", "detail")}
        for answer in (crossed, unknown, forgotten)
    ]
    assert alike[0]["code"] == "verification.refused"
    assert alike[0] == alike[1] == alike[2]
    other_purpose = desk.verify(mine, probe, purpose="boarding")
    assert other_purpose.json()["code"] == "verification.refused"


def test_a_caller_cannot_choose_the_institution(shared_desk: Desk, probe: bytes) -> None:
    body = {"consent": CONSENT, "samples": [text(probe)], "institution": "other"}
    answer = shared_desk.ask("POST", "/v1/enrolments", scope="enrol", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "input.invalid")
