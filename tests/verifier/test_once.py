"""A request with an Idempotency-Key is done once, and answered alike, whatever breaks."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING

import pytest

from tests.verifier.people import CONSENT, PACK, Clock, Holder, again, enrol, somebody, verify
from visavis.errors import (
    EnrolmentDelayed,
    EnrolmentUnknown,
    Error,
    IdempotencyConflict,
    IdempotencyInProgress,
    IdempotencySpent,
    InputInvalid,
    StoreUnwritable,
    VerificationRefused,
)
from visavis.records import count_enrolments, find_enrolment, read_events
from visavis.transparency import EventKind
from visavis.verifier import Once, Vault, Verification, forget, tend, withdraw_consent
from visavis.verifier import _attempt as attempt_module
from visavis.verifier._enrol import store_enrolment

if TYPE_CHECKING:
    from visavis.face import Embedding
    from visavis.verifier import Enrolment

_CALLER = uuid.uuid4()


def _render(answer: Verification | Error | None) -> bytes:
    if isinstance(answer, Verification):
        content = {"outcome": answer.outcome.value, "receipt": answer.receipt}
    else:
        content = {"error": None if answer is None else answer.code}
    return json.dumps(content).encode()


def _once(
    vault: Vault, *, key: str = "key-1", body: bytes = b"body", caller: uuid.UUID = _CALLER
) -> Once:
    assert vault.secret is not None
    return Once.of(vault.secret, credential_id=caller, key=key, body=body, render=_render)


def _kinds(vault: Vault, holder: Holder) -> list[EventKind]:
    with vault.store.snapshot() as s:
        return sorted(event.kind for event in read_events(s, holder.enrolment_id))


def _failures(vault: Vault, holder: Holder) -> int:
    with vault.store.snapshot() as s:
        enrolment = find_enrolment(s, vault.institution, holder.enrolment_id)
    assert enrolment is not None
    return enrolment.consecutive_failures


def test_a_verification_is_one_attempt(vault: Vault) -> None:
    holder = enrol(vault)
    once = _once(vault)
    assert once.answered(vault) is None
    verification = verify(vault, holder.claim, somebody(), once=once)
    answer = once.answered(vault)
    assert answer == _render(verification)
    assert verification.receipt is not None
    assert verification.receipt.encode() in answer
    with pytest.raises(IdempotencyInProgress):  # who does not ask first is not verified twice
        verify(vault, holder.claim, somebody(), once=once)
    for ask in (
        lambda: _once(vault, body=b"other").answered(vault),
        lambda: verify(vault, holder.claim, somebody(), once=_once(vault, body=b"other")),
    ):
        with pytest.raises(IdempotencyConflict):
            ask()
    assert _failures(vault, holder) == 1
    assert _kinds(vault, holder).count(EventKind.VERIFICATION_DECIDED) == 1


def test_keys_are_each_callers_own(vault: Vault) -> None:
    holder = enrol(vault)
    verify(vault, holder.claim, again(holder.person), once=_once(vault))
    assert _once(vault, caller=uuid.uuid4(), body=b"other").answered(vault) is None
    assert _once(vault, key="key-2", body=b"other").answered(vault) is None
    for key in ("", "x" * 256, "a\nb", "\u00e9"):
        with pytest.raises(InputInvalid):
            _once(vault, key=key)


def test_a_refusal_is_answered_alike(vault: Vault) -> None:
    holder, once = enrol(vault), _once(vault)
    with pytest.raises(VerificationRefused):
        verify(vault, holder.claim, again(holder.person), purpose="boarding", once=once)
    assert once.answered(vault) == b'{"error": "verification.refused"}'
    stranger = _once(vault, key="key-2")
    with pytest.raises(VerificationRefused):
        verify(vault, holder.claim, again(holder.person), enrolment_id=uuid.uuid4(), once=stranger)
    assert stranger.answered(vault) == b'{"error": "verification.refused"}'


def test_what_was_not_begun_may_be_tried_again(vault: Vault, clock: Clock) -> None:
    holder, once = enrol(vault), _once(vault)
    for _ in range(5):
        verify(vault, holder.claim, somebody())
    with pytest.raises(EnrolmentDelayed):
        verify(vault, holder.claim, again(holder.person), once=once)
    assert once.answered(vault) is None
    clock.pass_(minutes=1)
    verify(vault, holder.claim, again(holder.person), once=once).require_match()
    assert once.answered(vault) is not None


def test_what_was_cut_off_is_in_progress_and_then_free(
    vault: Vault, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder, once = enrol(vault), _once(vault)
    with monkeypatch.context() as broken:
        broken.setattr(attempt_module, "unseal", _power_cut)
        with pytest.raises(KeyboardInterrupt):
            verify(vault, holder.claim, again(holder.person), once=once)
    for ask in (
        lambda: once.answered(vault),
        lambda: verify(vault, holder.claim, again(holder.person), once=once),
    ):
        with pytest.raises(IdempotencyInProgress):
            ask()
    clock.pass_(minutes=6)
    assert once.answered(vault) is None
    verify(vault, holder.claim, again(holder.person), once=once).require_match()
    assert once.answered(vault) is not None


def test_answer_and_outcome_are_stored_together(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder, once = enrol(vault), _once(vault)
    with monkeypatch.context() as broken:
        broken.setattr(Once, "finish", _disk_full)
        with pytest.raises(StoreUnwritable):
            verify(vault, holder.claim, again(holder.person), once=once)
    assert EventKind.VERIFICATION_DECIDED not in _kinds(vault, holder)
    assert _failures(vault, holder) == 1


def _power_cut(*_: object, **__: object) -> bytes:
    raise KeyboardInterrupt


def _disk_full(*_: object) -> None:
    raise StoreUnwritable("the disk is full")


def _enrol(vault: Vault, person: Embedding, once: Once) -> Enrolment:
    return store_enrolment(vault, [person], pack=PACK, consent=CONSENT, once=once)


def test_a_repeated_enrolment_gets_a_fresh_claim(vault: Vault) -> None:
    person, once = somebody(), _once(vault)
    first = _enrol(vault, person, once)
    assert once.answered(vault) is None  # it is never answered from what is kept
    second, third = _enrol(vault, person, once), _enrol(vault, person, once)
    assert len({first.enrolment_id, second.enrolment_id, third.enrolment_id}) == 1
    assert len({first.consent_id, second.consent_id, third.consent_id}) == 1
    assert len({one.claim.reveal() for one in (first, second, third)}) == 3
    with pytest.raises(IdempotencyConflict):
        _enrol(vault, person, _once(vault, body=b"other"))
    for void in (first, second):
        with pytest.raises(VerificationRefused):
            verify(vault, void.claim, again(person))
    verify(vault, third.claim, again(person), enrolment_id=first.enrolment_id).require_match()
    with vault.store.snapshot() as s:
        assert count_enrolments(s, "default") == 1
    kinds = _kinds(vault, Holder(person, third))
    assert kinds.count(EventKind.ENROLMENT_REISSUED) == 2


@pytest.mark.parametrize("probe", ["same", "other", "withdrawn"])
def test_a_claim_that_was_used_is_not_replaced(vault: Vault, probe: str) -> None:
    person, once = somebody(), _once(vault)
    enrolment = _enrol(vault, person, once)
    if probe == "withdrawn":
        withdraw_consent(vault, consent_id=enrolment.consent_id)
    else:
        verify(vault, enrolment.claim, again(person) if probe == "same" else somebody())
    with pytest.raises(IdempotencySpent):
        _enrol(vault, person, once)
    if probe == "same":
        verify(vault, enrolment.claim, again(person)).require_match()


def test_a_late_repetition_does_not_enrol_the_forgotten(vault: Vault) -> None:
    person, once = somebody(), _once(vault)
    enrolment = _enrol(vault, person, once)
    forget(vault, enrolment_id=enrolment.enrolment_id)
    with pytest.raises(IdempotencySpent):
        _enrol(vault, person, once)
    with vault.store.snapshot() as s:
        assert count_enrolments(s, "default") == 0


def test_forgetting_is_answered_alike(vault: Vault) -> None:
    holder, once = enrol(vault), _once(vault)
    forget(vault, enrolment_id=holder.enrolment_id, once=once)
    assert once.answered(vault) == b'{"error": null}'
    other = _once(vault, key="key-2")
    with pytest.raises(EnrolmentUnknown):
        forget(vault, enrolment_id=holder.enrolment_id, once=other)
    assert other.answered(vault) is None  # nothing was changed, and nothing is kept


def test_forgetting_erases_answers_about_the_holder(vault: Vault) -> None:
    holder, once = enrol(vault), _once(vault)
    verify(vault, holder.claim, again(holder.person), once=once)
    forget(vault, enrolment_id=holder.enrolment_id)
    with pytest.raises(IdempotencySpent):
        once.answered(vault)


def test_after_a_day_answers_are_erased(vault: Vault, clock: Clock) -> None:
    holder = enrol(vault)
    verify(vault, holder.claim, again(holder.person), once=_once(vault))
    assert tend(vault).answers == 0
    clock.pass_(hours=24, seconds=1)
    assert tend(vault).answers == 1
    assert _once(vault).answered(vault) is None
