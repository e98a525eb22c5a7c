"""The whole way of a holder, over HTTP, on both databases."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests.service.desk import CONSENT, opened, parts, settings_in, text
from visavis.comparison import Outcome
from visavis.receipts import check_receipt
from visavis.service._upkeep import one_round
from visavis.transparency import (
    Checkpoint,
    VerifierKey,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.postgresql import Server
    from tests.service.desk import Desk
    from visavis.verifier import Verifier

TRANSACTION = {"amount": "12.50", "currency": "EUR", "payee": "Harbour Books"}


@pytest.fixture(params=["sqlite", "postgresql"])
def counter(request: pytest.FixtureRequest, tmp_path: Path, verifier: Verifier) -> Iterator[Desk]:
    store = None
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("server")
        store = server.new_database()
    with opened(settings_in(tmp_path, store=store), verifier) as desk:
        yield desk


def test_enrol_verify_renew_forget(
    counter: Desk, sample: bytes, probe: bytes, stranger: bytes
) -> None:
    enrolled = counter.enrol(sample)
    assert set(enrolled) == {"claim", "enrolment_id", "consent_id"}
    path = f"/v1/enrolments/{enrolled['enrolment_id']}"

    matched = counter.verify(enrolled, probe, nonce="n-1", transaction=TRANSACTION)
    assert matched.status_code == 200
    assert set(matched.json()) == {
        "outcome", "reason", "enrolment_id", "purpose", "profile", "leaf", "receipt"
    }  # fmt: skip
    assert (matched.json()["outcome"], matched.json()["reason"]) == ("match", None)
    vault = counter.service.vaults.first
    receipt = check_receipt(
        matched.json()["receipt"],
        keys=counter.client.get("/.well-known/jwks.json").json(),
        issuer="visavis/default",
        audience="visavis/default",
        nonce="n-1",
        transaction=TRANSACTION,
        now=vault.clock(),
    )
    assert receipt.statement.leaf.hex() == matched.json()["leaf"]
    assert str(receipt.statement.enrolment_id) == enrolled["enrolment_id"]

    other = counter.verify(enrolled, stranger)
    assert other.status_code == 200
    assert (other.json()["outcome"], other.json()["reason"]) == (
        Outcome.NON_MATCH.value, "comparison",
    )  # fmt: skip

    renewed = counter.ask(
        "POST",
        f"{path}/renewals",
        scope="enrol",
        files=parts({"claim": enrolled["claim"]}, probes=probe),
    )
    assert renewed.status_code == 201, renewed.text
    fresh = enrolled | renewed.json()
    assert fresh["claim"] != enrolled["claim"]
    assert counter.verify(enrolled, probe).json()["outcome"] == "match"
    assert counter.verify(fresh, probe).json()["outcome"] == "match"
    assert counter.verify(enrolled, probe).json()["code"] == "verification.refused"

    shown = counter.ask("GET", path, scope="enrol").json()
    assert set(shown) == {"enrolment_id", "state", "enrolled_on", "last_used_on"}
    assert shown["state"] == "active"

    withdrawal = f"/v1/consents/{enrolled['consent_id']}/withdrawal"
    assert counter.ask("POST", withdrawal, scope="forget").status_code == 204
    assert counter.verify(fresh, probe).json()["code"] == "verification.refused"
    assert counter.ask("POST", withdrawal, scope="forget").json()["code"] == "consent.unknown"

    assert counter.ask("DELETE", path, scope="forget").status_code == 204
    for answer in (
        counter.ask("DELETE", path, scope="forget"),
        counter.ask("GET", path, scope="enrol"),
        counter.ask("POST", f"{path}/enablement", scope="admin"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "enrolment.unknown")
    assert counter.verify(fresh, probe).json()["code"] == "verification.refused"


def test_a_locked_enrolment_is_enabled_by_staff(
    desk: Desk, sample: bytes, stranger: bytes, probe: bytes
) -> None:
    enrolled = desk.enrol(sample)
    for _ in range(5):
        assert desk.verify(enrolled, stranger).status_code == 200
    delayed = desk.verify(enrolled, probe)
    assert (delayed.status_code, delayed.json()["code"]) == (429, "enrolment.delayed")
    assert 1 <= int(delayed.headers["Retry-After"]) <= 30
    path = f"/v1/enrolments/{enrolled['enrolment_id']}/enablement"
    assert desk.ask("POST", path, scope="admin").status_code == 204
    assert desk.verify(enrolled, probe).json()["outcome"] == "match"


def test_the_log_proves_what_a_receipt_says(desk: Desk, sample: bytes, probe: bytes) -> None:
    enrolled = desk.enrol(sample)
    none_yet = desk.ask("GET", "/v1/log/checkpoint", scope="audit")
    assert none_yet.status_code == 404
    one_round(desk.service)
    before = desk.ask("GET", "/v1/log/checkpoint", scope="audit").content
    leaf = bytes.fromhex(desk.verify(enrolled, probe).json()["leaf"])
    one_round(desk.service)

    vault = desk.service.vaults.first
    assert vault.signer is not None
    key: VerifierKey = vault.signer.verifier
    found = desk.ask("GET", f"/v1/log/proof?leaf={leaf.hex()}", scope="audit").json()
    checkpoint = Checkpoint.open(found["checkpoint"].encode(), verifier=key)
    verify_inclusion(
        leaf_hash(leaf),
        index=found["index"],
        size=checkpoint.size,
        proof=[bytes.fromhex(one) for one in found["proof"]],
        root=checkpoint.root,
    )
    old = Checkpoint.open(before, verifier=key)
    grown = desk.ask("GET", f"/v1/log/proof?since={old.size}", scope="audit").json()
    verify_consistency(
        old_size=old.size,
        old_root=old.root,
        new_size=checkpoint.size,
        new_root=checkpoint.root,
        proof=[bytes.fromhex(one) for one in grown["proof"]],
    )
    listed = desk.ask("GET", "/v1/log/entries?start=1&limit=2", scope="audit").json()
    assert [entry["index"] for entry in listed["entries"]] == [1, 2]
    assert listed["next"] == 3
    last = desk.ask("GET", f"/v1/log/entries?start={checkpoint.size - 1}", scope="audit").json()
    assert (len(last["entries"]), last["next"]) == (1, None)
    for wrong in ("", f"?leaf={leaf.hex()}&since=0", f"?leaf={'0' * 64}", "?since=999999"):
        assert desk.ask("GET", f"/v1/log/proof{wrong}", scope="audit").status_code == 422


def test_multipart_and_json_are_the_same(desk: Desk, sample: bytes, probe: bytes) -> None:
    enrolled = desk.ask(
        "POST", "/v1/enrolments", scope="enrol", files=parts({"consent": CONSENT}, samples=sample)
    ).json()
    fields = {name: enrolled[name] for name in ("enrolment_id", "claim")}
    answer = desk.ask(
        "POST",
        "/v1/verifications",
        scope="verify",
        files=parts({**fields, "purpose": "payment"}, probes=probe),
    )
    assert answer.json()["outcome"] == "match"


def test_what_the_settings_do_not_allow_is_refused(
    tmp_path: Path, verifier: Verifier, sample: bytes
) -> None:
    body = {"consent": CONSENT, "samples": [""]}
    for off in ({"uploads": 0}, {"claim_in_answer": False}):
        folder = tmp_path / str(uuid.uuid4())
        folder.mkdir()
        with opened(settings_in(folder, **off), verifier) as desk:
            answer = desk.ask("POST", "/v1/enrolments", scope="enrol", json=body)
            assert (answer.status_code, answer.json()["code"]) == (403, "setting.off")
            assert next(iter(off)) in answer.json()["detail"]
    with opened(settings_in(tmp_path, uploads=1), verifier) as desk:
        desk.enrol(sample)
        again = desk.ask(
            "POST",
            "/v1/enrolments",
            scope="enrol",
            files=parts({"consent": CONSENT}, samples=sample),
        )
        assert (again.status_code, again.json()["code"]) == (429, "rate.exceeded")


def test_probes_of_a_comparison_are_not_sent(shared_desk: Desk, probe: bytes) -> None:
    session_id = "6f1d2c9e-6a3b-4c53-9a7e-0a4b8f1c2d3e"
    ways: tuple[dict[str, Any], ...] = (
        {"files": parts({"session_id": session_id}, references=probe, probes=probe)},
        {
            "json": {
                "session_id": session_id,
                "references": [text(probe)],
                "probes": [text(probe)],
            }
        },
    )
    for way in ways:
        answer = shared_desk.ask("POST", "/v1/comparisons", scope="compare", **way)
        assert (answer.status_code, answer.json()["code"]) == (403, "setting.off")
    without = shared_desk.ask(
        "POST", "/v1/comparisons", scope="compare", files=parts({}, references=probe)
    )
    assert (without.status_code, without.json()["code"]) == (422, "input.invalid")
