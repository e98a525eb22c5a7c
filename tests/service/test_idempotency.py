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
