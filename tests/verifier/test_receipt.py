"""A verification is answered with a receipt, once its leaf is stored."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.verifier.people import Clock, again, enrol, somebody, verify
from visavis import Outcome, Verifier
from visavis.errors import KeyringPermissions, ReceiptTypeWrong, VerificationRefused
from visavis.receipts import Question, check_receipt
from visavis.transparency import EventKind, Opening
from visavis.verifier import Vault
from visavis.verifier._beside import make_missing_keys, receipt_keys_path, server_secret_path

if TYPE_CHECKING:
    from pathlib import Path

    from visavis.receipts import Receipt

_QUESTION = Question(audience="shop", nonce="n-1", transaction={"amount": "12.50"})


def _check(
    vault: Vault, clock: Clock, text: str | None, *, expected: Outcome = Outcome.MATCH
) -> Receipt:
    assert vault.receipts is not None
    assert text is not None
    return check_receipt(
        text,
        keys=vault.receipts.keys.jwks(),
        issuer="visavis/default",
        audience="shop",
        nonce="n-1",
        transaction={"amount": "12.50"},
        now=clock(),
        expected=expected,
    )


def test_a_match_and_a_non_match_have_receipts(vault: Vault, clock: Clock) -> None:
    holder = enrol(vault, samples=2)
    matched = verify(vault, holder.claim, again(holder.person), question=_QUESTION)
    said = _check(vault, clock, matched.receipt).statement
    assert said.enrolment_id == holder.enrolment_id
    assert (said.purpose, said.profile, said.liveness) == ("payment", "attended", "none")
    assert said.channel == "attended"
    assert (said.point.reference_samples, said.point.probe_samples) == (2, 1)
    assert said.leaf == matched.leaf
    clock.pass_(hours=1)
    other = verify(vault, holder.claim, somebody(), question=_QUESTION)
    with pytest.raises(ReceiptTypeWrong):
        _check(vault, clock, other.receipt)
    receipt = _check(vault, clock, other.receipt, expected=Outcome.NON_MATCH)
    assert receipt.expires_at == clock() + timedelta(minutes=5)
    assert matched.receipt is not None
    assert matched.receipt not in repr(matched)


def test_the_leaf_is_stored_when_the_receipt_is_signed(vault: Vault) -> None:
    holder = enrol(vault)
    leaf = verify(vault, holder.claim, again(holder.person)).leaf
    with vault.store.snapshot() as s:
        row = s.connection.exec_driver_sql("SELECT leaf, blinding, event FROM openings").all()
    (event,) = (
        Opening(blinding=one.blinding, event=one.event).read() for one in row if one.leaf == leaf
    )
    assert event.kind is EventKind.VERIFICATION_DECIDED


def test_a_refusal_has_none(vault: Vault) -> None:
    holder = enrol(vault)
    with pytest.raises(VerificationRefused) as caught:
        verify(vault, holder.claim, again(holder.person), purpose="boarding")
    assert "eyJ" not in str(vars(caught.value))


def test_without_keys_there_is_no_receipt(vault: Vault) -> None:
    holder = enrol(vault)
    vault.receipts = None
    assert verify(vault, holder.claim, again(holder.person)).receipt is None


def test_a_vault_finds_its_keys_again_and_refuses_loose_ones(url: str, tmp_path: Path) -> None:
    keys = tmp_path / "keys" / "keyring.json"
    with Vault.create(url, keys=keys) as made, Vault.open(url, keys=keys) as again_opened:
        assert made.receipts is not None
        assert again_opened.receipts is not None
        assert made.receipts.keys.jwks() == again_opened.receipts.keys.jwks()
        assert made.secret == again_opened.secret
    assert make_missing_keys(keys) == ()
    for path in (receipt_keys_path(keys), server_secret_path(keys)):
        path.chmod(0o640)
        with pytest.raises(KeyringPermissions):
            Vault.open(url, keys=keys)
        path.unlink()
        Vault.open(url, keys=keys).close()
    assert make_missing_keys(keys) == (receipt_keys_path(keys), server_secret_path(keys))


def test_a_question_is_refused_before_anything_is_counted(vault: Vault) -> None:
    holder = enrol(vault)
    verifier = object.__new__(Verifier)  # without a model: it must not come that far
    with pytest.raises(Exception, match="transaction"):
        verifier.verify(
            vault,
            claim=holder.claim,
            probes=[object()],  # type: ignore[list-item]
            purpose="payment",
            transaction={"a": "x" * 20_000},
        )
