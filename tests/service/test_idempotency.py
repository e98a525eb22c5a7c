"""A request that is made again is done once, and answered alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from uuid import UUID

from tests.service.desk import CONSENT, parts
from visavis.records import count_enrolments, find_enrolment
from visavis.service._idempotency import HEADER, REPLAYED

if TYPE_CHECKING:
    import httpx2

    from tests.service.desk import Desk


def test_a_verification_again_is_the_same_answer(
    desk: Desk, sample: bytes, stranger: bytes
) -> None:
    enrolled, key = desk.enrol(sample), {HEADER: "payment-1"}
    first = desk.verify(enrolled, stranger, headers=key)
    for _ in range(7):  # more than the attempts that are free
        again = desk.verify(enrolled, stranger, headers=key)
        assert (again.status_code, again.json()) == (200, first.json())
        assert again.headers[REPLAYED] == "true"
    assert REPLAYED not in first.headers
    assert desk.verify(enrolled, stranger).json()["leaf"] != first.json()["leaf"]


def test_a_refusal_again_is_the_same_answer(desk: Desk, sample: bytes, probe: bytes) -> None:
    enrolled, key = desk.enrol(sample), {HEADER: "payment-1"}
    first = desk.verify(enrolled, probe, purpose="boarding", headers=key)
    again = desk.verify(enrolled, probe, purpose="boarding", headers=key)
    assert first.json()["code"] == again.json()["code"] == "verification.refused"
    assert (again.status_code, again.headers[REPLAYED]) == (403, "true")
    assert again.headers["content-type"] == first.headers["content-type"]


def test_multipart_again_has_another_boundary(desk: Desk, sample: bytes, probe: bytes) -> None:
    enrolled = desk.enrol(sample)
    fields = {**enrolled, "purpose": "payment"}
    del fields["consent_id"]

    def verify() -> httpx2.Response:
        return desk.ask(
            "POST",
            "/v1/verifications",
            scope="verify",
            files=parts(fields, probes=probe),
            headers={HEADER: "k"},
        )

    first, again = verify(), verify()
    assert first.request.headers["content-type"] != again.request.headers["content-type"]
    assert first.json()["leaf"] == again.json()["leaf"]


def test_another_body_is_refused(desk: Desk, sample: bytes, probe: bytes) -> None:
    enrolled, key = desk.enrol(sample), {HEADER: "k"}
    desk.verify(enrolled, probe, headers=key)
    for other in (
        desk.verify(enrolled, probe, headers=key, nonce="another"),
        desk.verify(enrolled, sample, headers=key),
    ):
        assert (other.status_code, other.json()["code"]) == (422, "idempotency.conflict")


def test_the_key_of_another_credential_is_another_key(
    desk: Desk, sample: bytes, probe: bytes
) -> None:
    enrolled = desk.enrol(sample)
    first = desk.verify(enrolled, probe, headers={HEADER: "k"})
    other = {HEADER: "k", "Authorization": f"Bearer {desk.key('verify', 'audit')}"}
    again = desk.verify(enrolled, probe, headers=other)
    assert again.json()["leaf"] != first.json()["leaf"]


def test_a_key_is_a_word(shared_desk: Desk, sample: bytes, probe: bytes) -> None:
    enrolled = shared_desk.enrol(sample)
    for key in ("", "x" * 256):
        answer = shared_desk.verify(enrolled, probe, headers={HEADER: key})
        assert (answer.status_code, answer.json()["code"]) == (422, "input.invalid")


def test_an_enrolment_again_is_the_same_enrolment_with_a_fresh_claim(
    desk: Desk, sample: bytes, probe: bytes
) -> None:
    """Whoever lost the answer has no claim, and nothing here can give that one again."""
    lost = desk.enrol(sample, headers={HEADER: "new-1"})
    again = desk.enrol(sample, headers={HEADER: "new-1"})
    assert again["enrolment_id"] == lost["enrolment_id"]
    assert again["claim"] != lost["claim"]
    vault = desk.service.vaults.first
    with vault.store.snapshot() as s:
        assert count_enrolments(s, "default") == 1
    assert desk.verify(lost, probe).json()["code"] == "verification.refused"
    assert desk.verify(again, probe).json()["outcome"] == "match"
    spent = desk.ask(
        "POST",
        "/v1/enrolments",
        scope="enrol",
        files=parts({"consent": CONSENT}, samples=sample),
        headers={HEADER: "new-1"},
    )
    assert (spent.status_code, spent.json()["code"]) == (409, "idempotency.spent")


def test_forgetting_again_is_done_once(desk: Desk, sample: bytes) -> None:
    enrolled = desk.enrol(sample)
    path, key = f"/v1/enrolments/{enrolled['enrolment_id']}", {HEADER: "bye"}
    for _ in range(2):
        gone = desk.ask("DELETE", path, scope="forget", headers=key)
        assert (gone.status_code, gone.content) == (204, b"")


def test_the_same_request_at_the_same_time_is_one_attempt(
    desk: Desk, sample: bytes, stranger: bytes
) -> None:
    enrolled, key = desk.enrol(sample), {HEADER: "k"}
    desk.key("verify")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: desk.verify(enrolled, stranger, headers=key), range(8)))
    done = {answer.json()["leaf"] for answer in answers if answer.status_code == 200}
    waiting = {answer.json()["code"] for answer in answers if answer.status_code != 200}
    assert len(done) == 1
    assert waiting <= {"idempotency.in_progress"}
    vault = desk.service.vaults.first
    with vault.store.snapshot() as s:
        found = find_enrolment(s, "default", UUID(enrolled["enrolment_id"]))
    assert found is not None
    assert found.consecutive_failures == 1


def test_a_renewal_again_is_a_fresh_claim_until_one_was_used(
    desk: Desk, sample: bytes, probe: bytes
) -> None:
    enrolled = desk.enrol(sample)
    first, again = (_renew(desk, enrolled, probe) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert REPLAYED not in again.headers  # it was done again
    other = _renew(desk, enrolled, sample)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency.conflict")
    assert desk.verify(enrolled | first.json(), probe).json()["code"] == "verification.refused"
    assert desk.verify(enrolled | again.json(), probe).json()["outcome"] == "match"
    spent = _renew(desk, enrolled, probe)
    assert (spent.status_code, spent.json()["code"]) == (409, "idempotency.spent")


def test_who_may_not_renew_is_answered_alike(desk: Desk, sample: bytes, stranger: bytes) -> None:
    enrolled = desk.enrol(sample)
    first, again = (_renew(desk, enrolled, stranger) for _ in range(2))
    for answer in (first, again):
        assert (answer.status_code, answer.json()["code"]) == (403, "decision.non_match")
    assert again.headers[REPLAYED] == "true"
    assert _failures(desk, enrolled) == 1


def test_what_answers_nothing_is_done_once(desk: Desk, sample: bytes, stranger: bytes) -> None:
    enrolled = desk.enrol(sample)
    enablement = f"/v1/enrolments/{enrolled['enrolment_id']}/enablement"
    withdrawal = f"/v1/consents/{enrolled['consent_id']}/withdrawal"
    desk.verify(enrolled, stranger)
    assert desk.ask("POST", enablement, scope="admin", headers={HEADER: "k"}).status_code == 204
    desk.verify(enrolled, stranger)
    replayed = desk.ask("POST", enablement, scope="admin", headers={HEADER: "k"})
    assert (replayed.status_code, replayed.headers[REPLAYED]) == (204, "true")
    assert _failures(desk, enrolled) == 1
    for _ in range(2):
        answer = desk.ask("POST", withdrawal, scope="forget", headers={HEADER: "w"})
        assert answer.status_code == 204
    assert desk.ask("POST", withdrawal, scope="forget").json()["code"] == "consent.unknown"


def test_the_key_is_heeded_where_the_description_says(shared_desk: Desk) -> None:
    paths = shared_desk.client.get("/openapi.json").json()["paths"]
    heeding = {
        f"{method} {path}"
        for path, operations in paths.items()
        for method, operation in operations.items()
        if any(one["name"] == HEADER for one in operation.get("parameters", ()))
    }
    assert heeding == {
        "post /v1/enrolments",
        "delete /v1/enrolments/{enrolment_id}",
        "post /v1/enrolments/{enrolment_id}/renewals",
        "post /v1/enrolments/{enrolment_id}/enablement",
        "post /v1/verifications",
        "post /v1/consents/{consent_id}/withdrawal",
    }


def _renew(desk: Desk, enrolled: dict[str, str], probe: bytes) -> httpx2.Response:
    return desk.ask(
        "POST",
        f"/v1/enrolments/{enrolled['enrolment_id']}/renewals",
        scope="enrol",
        files=parts({"claim": enrolled["claim"]}, probes=probe),
        headers={HEADER: "new-card"},
    )


def _failures(desk: Desk, enrolled: dict[str, str]) -> int:
    with desk.service.vaults.store.snapshot() as s:
        found = find_enrolment(s, "default", UUID(enrolled["enrolment_id"]))
    assert found is not None
    return found.consecutive_failures
