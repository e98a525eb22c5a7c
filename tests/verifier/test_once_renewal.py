"""A renewal with an Idempotency-Key: a fresh claim each time until one is used, on both stores."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.verifier.people import again, enrol, renew_with, somebody, verify
from visavis.errors import (
    Error,
    IdempotencyConflict,
    IdempotencyInProgress,
    IdempotencySpent,
    NonMatch,
    VerificationRefused,
)
from visavis.records import find_enrolment, read_openings
from visavis.transparency import EventKind
from visavis.verifier import Once, Vault, Verification, forget, tend, withdraw_consent
from visavis.verifier import _attempt as attempt_module

if TYPE_CHECKING:
    from tests.verifier.people import Clock, Holder
    from visavis.sealing import Claim

_CALLER = uuid.uuid4()


def _render(answer: Verification | Error | None) -> bytes:
    if isinstance(answer, Verification):
        with pytest.raises(NonMatch):  # a match has a claim, and is not kept
            answer.require_match()
        return b"non-match"
    return b"" if answer is None else answer.code.encode()


def _once(vault: Vault, *, key: str = "key-1", body: bytes = b"body") -> Once:
    assert vault.secret is not None
    return Once.of(vault.secret, credential_id=_CALLER, key=key, body=body, render=_render)


def _works(vault: Vault, holder: Holder, claim: Claim) -> bool:
    try:
        verify(vault, claim, again(holder.person), enrolment_id=holder.enrolment_id).require_match()
    except VerificationRefused:
        return False
    return True


def _count(vault: Vault, holder: Holder, kind: EventKind) -> int:
    with vault.store.snapshot() as s:
        openings = read_openings(s, vault.institution, holder.enrolment_id)
    return [opening.read().kind for _, opening in openings].count(kind)


def test_a_repeated_renewal_gets_a_fresh_claim_and_voids_the_one_before(vault: Vault) -> None:
    holder, once = enrol(vault), _once(vault)
    claims = []
    for _ in range(3):
        assert once.answered(vault) is None  # it is never answered from what is kept
        claims.append(renew_with(vault, holder.claim, holder.person, once=once).claim)
    assert _count(vault, holder, EventKind.ENROLMENT_RENEWAL_STARTED) == 3
    assert _works(vault, holder, holder.claim)  # until the new one's first use
    assert [_works(vault, holder, claim) for claim in claims] == [False, False, True]
    assert not _works(vault, holder, holder.claim)


def test_after_the_first_use_there_is_no_other_claim(vault: Vault) -> None:
    holder, once = enrol(vault), _once(vault)
    renewed = renew_with(vault, holder.claim, holder.person, once=once)
    verify(vault, renewed.claim, somebody())  # a non-match is no use
    assert once.answered(vault) is None
    assert _works(vault, holder, renewed.claim)
    for ask in (
        lambda: once.answered(vault),
        lambda: renew_with(vault, holder.claim, holder.person, once=once),
    ):
        with pytest.raises(IdempotencySpent):
            ask()
    assert _works(vault, holder, renewed.claim)


def test_a_late_repetition_does_not_void_the_claim_of_another_renewal(vault: Vault) -> None:
    holder, once = enrol(vault), _once(vault)
    renew_with(vault, holder.claim, holder.person, once=once)
    later = renew_with(vault, holder.claim, holder.person, once=_once(vault, key="key-2"))
    with pytest.raises(IdempotencySpent):
        renew_with(vault, holder.claim, holder.person, once=once)
    assert _works(vault, holder, later.claim)


def test_another_body_is_refused(vault: Vault) -> None:
    holder, other = enrol(vault), _once(vault, body=b"other")
    renew_with(vault, holder.claim, holder.person, once=_once(vault))
    for ask in (
        lambda: other.answered(vault),
        lambda: renew_with(vault, holder.claim, holder.person, once=other),
    ):
        with pytest.raises(IdempotencyConflict):
            ask()


def test_who_does_not_match_is_answered_alike_and_counted_once(vault: Vault) -> None:
    holder, once = enrol(vault), _once(vault)
    with pytest.raises(NonMatch):
        renew_with(vault, holder.claim, somebody(), once=once)
    assert once.answered(vault) == b"non-match"
    with pytest.raises(IdempotencyInProgress):  # who does not ask first is not tried twice
        renew_with(vault, holder.claim, holder.person, once=once)
    with vault.store.snapshot() as s:
        enrolment = find_enrolment(s, vault.institution, holder.enrolment_id)
    assert enrolment is not None
    assert enrolment.consecutive_failures == 1


def test_a_refusal_is_answered_alike(vault: Vault) -> None:
    holder, once = enrol(vault), _once(vault)
    withdraw_consent(vault, consent_id=holder.enrolment.consent_id)
    with pytest.raises(VerificationRefused):
        renew_with(vault, holder.claim, holder.person, once=once)
    assert once.answered(vault) == b"verification.refused"


def test_of_many_at_once_one_is_answered(vault: Vault) -> None:
    holder, once = enrol(vault), _once(vault)

    def ask(_: int) -> Claim | None:
        try:
            return renew_with(vault, holder.claim, holder.person, once=once).claim
        except IdempotencyInProgress:
            return None

    for _ in range(3):
        with ThreadPoolExecutor(8) as pool:
            given = [claim for claim in pool.map(ask, range(8)) if claim is not None]
        # One after the other, each gets a fresh one; the last of them is the one that holds.
        assert given
    assert [_works(vault, holder, claim) for claim in given].count(True) == 1


def test_a_repetition_that_was_cut_off_is_in_progress_and_then_free(
    vault: Vault, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder, once = enrol(vault), _once(vault)
    first = renew_with(vault, holder.claim, holder.person, once=once)
    clock.pass_(minutes=10)
    with monkeypatch.context() as broken:
        broken.setattr(attempt_module, "unseal", _power_cut)
        with pytest.raises(KeyboardInterrupt):
            renew_with(vault, holder.claim, holder.person, once=once)
    with pytest.raises(IdempotencyInProgress):
        once.answered(vault)
    clock.pass_(minutes=6)
    tend(vault)  # sweeps the attempt up
    second = renew_with(vault, holder.claim, holder.person, once=once)
    assert not _works(vault, holder, first.claim)
    assert _works(vault, holder, second.claim)


def test_forgetting_spends_it(vault: Vault) -> None:
    holder, once = enrol(vault), _once(vault)
    renew_with(vault, holder.claim, holder.person, once=once)
    forget(vault, enrolment_id=holder.enrolment_id)
    with pytest.raises(IdempotencySpent):
        once.answered(vault)


def _power_cut(*_: object, **__: object) -> bytes:
    raise KeyboardInterrupt
