"""Both clients, against a real service."""

from __future__ import annotations

import asyncio
import io
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PIL import Image as PillowImage

from tests.client.between import losing
from visavis.client import AsyncClient, Client, Consent, Verified
from visavis.comparison import Outcome
from visavis.credentials import Scope
from visavis.errors import (
    ConsentUnknown,
    CredentialRefused,
    EnrolmentDelayed,
    EnrolmentUnknown,
    FaceNone,
    IdempotencyConflict,
    ImageEmpty,
    InputInvalid,
    NonMatch,
    ReceiptAudienceWrong,
    ReceiptKeyUnknown,
    ReceiptTransactionWrong,
    VerificationRefused,
)
from visavis.records import find_enrolment
from visavis.sealing import Claim
from visavis.service._upkeep import one_round
from visavis.transparency import Checkpoint
from visavis.verifier import log_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.service.desk import Desk

CONSENT = Consent(purpose="payment", wording="I agree.", language="en")
PAYMENT = {"amount": "12.50", "payee": "Harbour Books"}


@pytest.fixture
def client(shared_desk: Desk) -> Iterator[Client]:
    with Client(_url(shared_desk), key=shared_desk.master_key()) as client:
        yield client


def _url(shared_desk: Desk) -> str:
    return str(shared_desk.client.base_url)


def test_the_whole_way(client: Client, shared_desk: Desk, sample: bytes, probe: bytes) -> None:
    client.require_ready()
    enrolled = client.enrol(samples=[sample], consent=CONSENT)
    assert client.show(enrolled.enrolment_id).state == "active"
    verified = client.verify(
        enrolment_id=enrolled.enrolment_id,
        claim=enrolled.claim,
        probes=[probe],
        purpose="payment",
        transaction=PAYMENT,
        nonce="n-1",
        audience="shop",
    )
    verified.require_match()
    assert (verified.purpose, verified.profile, verified.repeated) == ("payment", "attended", False)
    assert verified.receipt is not None
    with Client(_url(shared_desk)) as shop:  # which has no credential
        said = shop.check_receipt(
            verified.receipt, audience="shop", nonce="n-1", transaction=PAYMENT
        )
        assert said.statement.enrolment_id == enrolled.enrolment_id
        assert said.statement.leaf == verified.leaf
        with pytest.raises(ReceiptAudienceWrong):
            shop.check_receipt(verified.receipt, audience="x", nonce="n-1", transaction=PAYMENT)
        with pytest.raises(ReceiptTransactionWrong):
            shop.check_receipt(
                verified.receipt,
                audience="shop",
                nonce="n-1",
                transaction=PAYMENT | {"amount": "99.50"},
            )
    new = client.renew(
        enrolment_id=enrolled.enrolment_id, claim=enrolled.claim, probes=[probe], terminal="till-1"
    )
    assert new.reveal() != enrolled.claim.reveal()
    client.enable(enrolled.enrolment_id)
    client.withdraw_consent(enrolled.consent_id)
    with pytest.raises(ConsentUnknown):
        client.withdraw_consent(enrolled.consent_id)
    client.forget(enrolled.enrolment_id)
    with pytest.raises(EnrolmentUnknown):
        client.show(enrolled.enrolment_id)


def test_a_non_match_is_a_result(client: Client, sample: bytes, stranger: bytes) -> None:
    enrolled = client.enrol(samples=[sample], consent=CONSENT)
    verified = client.verify(
        enrolment_id=enrolled.enrolment_id,
        claim=enrolled.claim,
        probes=[stranger],
        purpose="payment",
    )
    assert verified.outcome is Outcome.NON_MATCH
    with pytest.raises(NonMatch):
        verified.require_match()
    with pytest.raises(TypeError):
        bool(verified)
    assert enrolled.claim.reveal() not in repr(enrolled)
    assert enrolled.claim.reveal() not in repr(verified)


def test_the_log(client: Client, shared_desk: Desk, sample: bytes, probe: bytes) -> None:
    enrolled = client.enrol(samples=[sample], consent=CONSENT)
    one_round(shared_desk.service)
    before = client.checkpoint()
    verified = client.verify(
        enrolment_id=enrolled.enrolment_id, claim=enrolled.claim, probes=[probe], purpose="payment"
    )
    one_round(shared_desk.service)
    entries = client.log_entries()
    assert [entry.index for entry in entries] == list(range(len(entries)))
    (place,) = [entry.index for entry in entries if entry.leaf == verified.leaf]
    assert client.log_entries(start=place, limit=1)[0].leaf == verified.leaf
    vault = shared_desk.service.vaults.first
    with vault.store.snapshot() as s:
        key = log_key(s, "default")
    old, new = (
        Checkpoint.open(note, verifier=key)
        for note in (before, client.prove_inclusion(verified.leaf).checkpoint)
    )
    assert client.prove_inclusion(verified.leaf).index == place
    grown = client.prove_extension(since=old.size)
    assert (grown.since, Checkpoint.open(grown.checkpoint, verifier=key)) == (old.size, new)


def test_problems_are_the_librarys_own_errors(
    client: Client, shared_desk: Desk, sample: bytes, stranger: bytes, probe: bytes
) -> None:
    with Client(_url(shared_desk), key="visk_nobody") as nobody, pytest.raises(CredentialRefused):
        nobody.show(uuid.uuid4())
    with pytest.raises(ImageEmpty) as caught:
        client.enrol(samples=[sample, b""], consent=CONSENT)
    assert caught.value.input == "samples[1]"
    assert caught.value.__notes__[0].startswith("request ")
    enrolled = client.enrol(samples=[sample], consent=CONSENT)
    with pytest.raises(VerificationRefused):
        client.verify(
            enrolment_id=uuid.uuid4(), claim=enrolled.claim, probes=[probe], purpose="payment"
        )

    def attempt() -> Verified:
        return client.verify(
            enrolment_id=enrolled.enrolment_id,
            claim=enrolled.claim,
            probes=[stranger],
            purpose="payment",
        )

    for _ in range(5):
        assert attempt().outcome is Outcome.NON_MATCH
    with pytest.raises(EnrolmentDelayed) as delayed:
        attempt()
    assert 1 <= delayed.value.retry_after.total_seconds() <= 60


def test_what_is_no_input_goes_nowhere(shared_desk: Desk, probe: bytes) -> None:
    claim = Claim.generate(institution="default")
    for url in ("http://bank.example", "ftp://127.0.0.1", "https://user:word@bank.example"):
        with pytest.raises(InputInvalid):
            Client(url)
    for key in ("", "a b", "ü", "a\r\nX: y"):
        with pytest.raises(InputInvalid):
            Client(_url(shared_desk), key=key)
        with Client(_url(shared_desk)) as client, pytest.raises(InputInvalid):
            client.forget(uuid.uuid4(), idempotency_key=key)
    for transaction in ({"amount": float("nan")}, {"amount": object()}):
        with Client(_url(shared_desk)) as client, pytest.raises(InputInvalid):
            client.verify(
                enrolment_id=uuid.uuid4(),
                claim=claim,
                probes=[probe],
                purpose="payment",
                transaction=transaction,
            )


def test_an_answer_that_was_lost_is_asked_for_again_and_counted_once(
    client: Client, shared_desk: Desk, sample: bytes, stranger: bytes
) -> None:
    enrolled = client.enrol(samples=[sample], consent=CONSENT)
    to = shared_desk.client.base_url
    with (
        losing((to.host, to.port or 80), answers=2) as line,
        Client(line.url, key=shared_desk.master_key()) as far,
    ):
        verified = far.verify(
            enrolment_id=enrolled.enrolment_id,
            claim=enrolled.claim,
            probes=[stranger],
            purpose="payment",
        )
    assert len(line.requests) == 3
    assert verified.repeated
    with shared_desk.service.vaults.store.snapshot() as s:
        found = find_enrolment(s, "default", enrolled.enrolment_id)
    assert found is not None
    assert found.consecutive_failures == 1


def test_an_enrolment_whose_answer_was_lost_is_one_enrolment(
    client: Client, shared_desk: Desk, sample: bytes, probe: bytes
) -> None:
    to = shared_desk.client.base_url
    with (
        losing((to.host, to.port or 80), answers=1) as line,
        Client(line.url, key=shared_desk.master_key()) as far,
    ):
        enrolled = far.enrol(samples=[sample], consent=CONSENT)
    assert len(line.requests) == 2
    client.verify(
        enrolment_id=enrolled.enrolment_id, claim=enrolled.claim, probes=[probe], purpose="payment"
    ).require_match()


def test_a_key_of_ones_own(client: Client, sample: bytes) -> None:
    enrolled = client.enrol(samples=[sample], consent=CONSENT, idempotency_key="new-1")
    again = client.enrol(samples=[sample], consent=CONSENT, idempotency_key="new-1")
    assert again.enrolment_id == enrolled.enrolment_id
    with pytest.raises(IdempotencyConflict):
        client.enrol(
            samples=[sample],
            consent=replace(CONSENT, wording="I agree, too."),
            idempotency_key="new-1",
        )


def test_keys_that_are_rotated(
    client: Client, shared_desk: Desk, sample: bytes, probe: bytes
) -> None:
    """The next key is known before it signs; one that nobody knows is fetched once a minute."""
    enrolled = client.enrol(samples=[sample], consent=CONSENT)

    def receipt() -> str:
        verified = client.verify(
            enrolment_id=enrolled.enrolment_id,
            claim=enrolled.claim,
            probes=[probe],
            purpose="payment",
        )
        assert verified.receipt is not None
        return verified.receipt

    def check(text: str) -> None:
        client.check_receipt(text, audience="visavis/default", nonce=None, transaction=None)

    vault = shared_desk.service.vaults.first
    check(receipt())
    assert vault.receipts is not None
    vault.receipts.keys.rotate(now=vault.clock())
    check(receipt())
    vault.receipts.keys.rotate(now=vault.clock())
    with pytest.raises(ReceiptKeyUnknown):
        check(receipt())
    client._keys._fetched -= 61
    check(receipt())


def test_the_awaited_client_does_the_same(shared_desk: Desk, sample: bytes, probe: bytes) -> None:
    async def way() -> None:
        async with AsyncClient(_url(shared_desk), key=shared_desk.key(*Scope)) as client:
            await client.require_ready()
            enrolled = await client.enrol(samples=[sample], consent=CONSENT)
            verified = await client.verify(
                enrolment_id=enrolled.enrolment_id,
                claim=enrolled.claim,
                probes=[probe],
                purpose="payment",
                nonce="n",
            )
            verified.require_match()
            assert verified.receipt is not None
            for _ in range(2):
                await client.check_receipt(
                    verified.receipt, audience="visavis/default", nonce="n", transaction=None
                )
            claim = await client.renew(
                enrolment_id=enrolled.enrolment_id, claim=enrolled.claim, probes=[probe]
            )
            assert claim.issued_by("default")
            await client.enable(enrolled.enrolment_id)
            await asyncio.to_thread(one_round, shared_desk.service)
            assert (await client.checkpoint()).startswith(b"visavis/default\n")
            assert (await client.prove_inclusion(verified.leaf)).hashes
            assert (await client.prove_extension(since=1)).since == 1
            assert await client.log_entries()
            await client.withdraw_consent(enrolled.consent_id)
            await client.forget(enrolled.enrolment_id)
            with pytest.raises(EnrolmentUnknown):
                await client.show(enrolled.enrolment_id)
            assert await client.version()

    asyncio.run(way())


def test_a_picture_without_a_face(client: Client) -> None:
    out = io.BytesIO()
    PillowImage.new("RGB", (320, 320), "grey").save(out, "PNG")
    with pytest.raises(FaceNone):
        client.enrol(samples=[out.getvalue()], consent=CONSENT)
