"""Enrol, verify, forget: what is answered, counted and logged, on both databases."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from tests.records.statements import noted
from tests.verifier.people import (
    CONSENT,
    PACK,
    Clock,
    Holder,
    again,
    enrol,
    nobodys_id,
    somebody,
    verify,
)
from visavis import Outcome, hazmat
from visavis.comparison import ATTENDED, SP800_63A_4, SP800_63B_4
from visavis.errors import (
    ConsentUnknown,
    EnrolmentDelayed,
    EnrolmentDisabled,
    EnrolmentNeedsRenewal,
    EnrolmentUnknown,
    Error,
    InputInvalid,
    NonMatch,
    OperatingPointAbsent,
    ProfileUnsatisfied,
    TerminalDelayed,
    VerificationRefused,
)
from visavis.records import find_enrolment
from visavis.records._schema import openings
from visavis.sealing import Claim, unseal
from visavis.transparency import EventKind, Opening
from visavis.verifier import Vault, enable, forget, withdraw_consent

if TYPE_CHECKING:
    from pathlib import Path

    from visavis.transparency import Event


def _failures(vault: Vault, holder: Holder) -> int:
    with vault.store.snapshot() as s:
        enrolment = find_enrolment(s, vault.institution, holder.enrolment_id)
    assert enrolment is not None
    return enrolment.consecutive_failures


def _events(vault: Vault) -> list[Event]:
    """In no order: that of the leaves is random."""
    with vault.store.snapshot() as s:
        rows = s.connection.execute(sa.text("SELECT blinding, event FROM openings")).all()
    return [Opening(blinding=bytes(row.blinding), event=bytes(row.event)).read() for row in rows]


def _kinds(vault: Vault) -> list[str]:
    return sorted(event.kind for event in _events(vault))


def _reasons(vault: Vault) -> list[str | None]:
    return [event.reason for event in _events(vault) if event.kind == "verification.denied"]


def _fail(vault: Vault, holder: Holder) -> None:
    assert verify(vault, holder.claim, somebody()).outcome is Outcome.NON_MATCH


def test_the_whole_way(vault: Vault) -> None:
    holder = enrol(vault)
    verification = verify(
        vault, holder.claim, again(holder.person), enrolment_id=holder.enrolment_id
    )
    verification.require_match()
    assert verification.decision.operating_point.fmr == ATTENDED.fmr
    forget(vault, enrolment_id=holder.enrolment_id)
    with pytest.raises(VerificationRefused):
        verify(vault, holder.claim, again(holder.person))
    assert _kinds(vault) == ["enrolment.forgotten", "verification.denied"]
    with pytest.raises(EnrolmentUnknown):
        forget(vault, enrolment_id=holder.enrolment_id)


def test_a_match_is_logged_with_the_pack_and_without_a_score(vault: Vault) -> None:
    holder = enrol(vault)
    verification = verify(vault, holder.claim, again(holder.person))
    assert verification.decision._score is None
    with pytest.raises(InputInvalid):
        hazmat.comparison_score(verification.decision)
    (decided,) = (e for e in _events(vault) if e.kind is EventKind.VERIFICATION_DECIDED)
    assert (decided.outcome, decided.purpose, decided.profile) == ("match", "payment", "attended")
    assert decided.enrolment_id == holder.enrolment_id
    assert decided.model_digest == bytes.fromhex(verification.decision.model)


def test_a_verification_says_whose_it_is_and_what_leaf(vault: Vault) -> None:
    holder = enrol(vault)
    for person, outcome in ((holder.person, "match"), (somebody(), "non_match")):
        verification = verify(vault, holder.claim, person)
        assert verification.enrolment_id == holder.enrolment_id
        assert (verification.purpose, verification.profile) == ("payment", "attended")
        with vault.store.snapshot() as s:
            row = s.connection.execute(
                sa.select(openings.c.blinding, openings.c.event).where(
                    openings.c.leaf == verification.leaf
                )
            ).one()
        opening = Opening(blinding=row.blinding, event=row.event)
        assert opening.leaf == verification.leaf
        assert opening.read().outcome == outcome


def test_a_verification_is_not_taken_for_a_match(vault: Vault) -> None:
    verification = verify(vault, enrol(vault).claim, somebody())
    with pytest.raises(TypeError):
        bool(verification)
    with pytest.raises(NonMatch):
        verification.require_match()


def test_another_person_is_a_non_match_and_counts(vault: Vault) -> None:
    holder = enrol(vault)
    for failures in (1, 2):
        _fail(vault, holder)
        assert _failures(vault, holder) == failures
    verify(vault, holder.claim, again(holder.person)).require_match()
    assert _failures(vault, holder) == 0


def test_each_count_of_samples_has_its_own_point(vault: Vault) -> None:
    holder = enrol(vault, samples=3)
    verification = verify(vault, holder.claim, again(holder.person), again(holder.person))
    verification.require_match()
    point = verification.decision.operating_point
    assert (point.reference_samples, point.probe_samples) == (3, 2)


def test_a_count_without_a_point_is_refused_and_counts(vault: Vault) -> None:
    holder = enrol(vault)
    with pytest.raises(OperatingPointAbsent):
        verify(vault, holder.claim, *[holder.person] * 4)
    assert _failures(vault, holder) == 1
    assert _reasons(vault) == ["operating_point.absent"]


def test_of_a_hundred_wrong_attempts_at_once_five_are_compared(vault: Vault) -> None:
    holder = enrol(vault)
    start = threading.Barrier(100)

    def attempt(_: int) -> str:
        start.wait()
        try:
            return verify(vault, holder.claim, somebody()).outcome
        except EnrolmentDelayed as error:
            return error.code

    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(attempt, range(100)))
    assert answers.count("non-match") == 5
    assert answers.count("enrolment.delayed") == 95
    assert _kinds(vault).count("verification.decided") == 5
    assert _kinds(vault).count("verification.denied") == 95


def test_delays_grow_and_end_in_disabling(vault: Vault, clock: Clock) -> None:
    holder = enrol(vault)
    for _ in range(5):
        _fail(vault, holder)
    for seconds in (30, 60, 120):
        with pytest.raises(EnrolmentDelayed) as delayed:
            verify(vault, holder.claim, again(holder.person))
        assert delayed.value.retry_after == timedelta(seconds=seconds)
        clock.pass_(seconds=seconds)
        _fail(vault, holder)
    for _ in range(42):
        clock.pass_(hours=1)
        _fail(vault, holder)
    clock.pass_(hours=1)
    with pytest.raises(EnrolmentDisabled):
        verify(vault, holder.claim, again(holder.person))
    assert _kinds(vault).count("enrolment.disabled") == 1
    enable(vault, enrolment_id=holder.enrolment_id)
    verify(vault, holder.claim, again(holder.person)).require_match()
    assert _kinds(vault).count("enrolment.enabled") == 1
    with pytest.raises(EnrolmentUnknown):
        enable(vault, enrolment_id=nobodys_id())


def test_a_terminal_waits_for_tomorrow(vault: Vault, clock: Clock) -> None:
    strict, holder = replace(ATTENDED, terminal=2), enrol(vault)
    verify(vault, holder.claim, somebody(), profile=strict, terminal="till-1")
    stranger = Claim.generate(institution="default")
    with pytest.raises(VerificationRefused):
        verify(vault, stranger, somebody(), profile=strict, terminal="till-1")
    with pytest.raises(TerminalDelayed) as delayed:
        verify(vault, holder.claim, holder.person, profile=strict, terminal="till-1")
    assert delayed.value.retry_after == timedelta(hours=12)
    verify(vault, holder.claim, holder.person, profile=strict, terminal="till-2").require_match()
    clock.pass_(hours=12)
    verify(vault, holder.claim, holder.person, profile=strict, terminal="till-1").require_match()


def _strangers(vault: Vault) -> dict[str, tuple[Claim, dict[str, Any]]]:
    """Claims that nothing may be said about, and what they are presented with."""
    forgotten, other = enrol(vault), enrol(vault)
    forget(vault, claim=forgotten.claim)
    return {
        "unknown": (Claim.generate(institution="default"), {}),
        "forgotten": (forgotten.claim, {}),
        "foreign": (Claim.generate(institution="other-bank"), {}),
        "of another enrolment": (other.claim, {"enrolment_id": nobodys_id()}),
    }


def test_strangers_are_refused_alike(vault: Vault) -> None:
    seen = {}
    for name, (claim, more) in _strangers(vault).items():
        with noted(vault.store) as statements, pytest.raises(VerificationRefused) as refused:
            verify(vault, claim, somebody(), **more)
        seen[name] = (str(refused.value), refused.value.__cause__, tuple(statements))
    assert len(set(seen.values())) == 1, seen
    assert len(seen["unknown"][2]) >= 5
    assert _reasons(vault) == ["verification.refused"] * 4


def test_expecting_another_enrolment_does_not_count_against_the_holder(vault: Vault) -> None:
    holder = enrol(vault)
    with pytest.raises(VerificationRefused):
        verify(vault, holder.claim, holder.person, enrolment_id=nobodys_id())
    assert _failures(vault, holder) == 0


def test_only_for_the_purpose_that_was_consented_to(vault: Vault) -> None:
    holder = enrol(vault)
    with pytest.raises(VerificationRefused):
        verify(vault, holder.claim, holder.person, purpose="boarding")
    assert _reasons(vault) == ["consent.missing"]
    with pytest.raises(InputInvalid):
        verify(vault, holder.claim, holder.person, purpose="not a word")
    assert _failures(vault, holder) == 0


def test_not_after_the_consent_was_withdrawn(vault: Vault) -> None:
    holder = enrol(vault)
    verify(vault, holder.claim, holder.person).require_match()
    withdraw_consent(vault, consent_id=holder.enrolment.consent_id)
    with pytest.raises(VerificationRefused):
        verify(vault, holder.claim, holder.person)
    with pytest.raises(ConsentUnknown):
        withdraw_consent(vault, consent_id=holder.enrolment.consent_id)
    assert _kinds(vault).count("consent.withdrawn") == 1


def test_not_after_the_consent_expired(vault: Vault, clock: Clock) -> None:
    holder = enrol(vault, consent=replace(CONSENT, expires_on=date(2026, 11, 24)))
    clock.pass_(days=1)
    verify(vault, holder.claim, holder.person).require_match()
    clock.pass_(days=1)
    with pytest.raises(VerificationRefused):
        verify(vault, holder.claim, holder.person)


@pytest.mark.parametrize("profile", [SP800_63B_4, SP800_63A_4])
def test_a_profile_without_its_evidence_is_not_satisfied(vault: Vault, profile: Any) -> None:  # noqa: ANN401
    holder = enrol(vault)
    with pytest.raises(ProfileUnsatisfied):
        verify(vault, holder.claim, holder.person, profile=profile)


def test_a_recalibrated_card_leaves_enrolments_as_they_are(vault: Vault) -> None:
    holder = enrol(vault)
    cells = tuple(replace(cell, threshold=cell.threshold + 0.001) for cell in PACK.cells)
    verify(vault, holder.claim, holder.person, pack=replace(PACK, cells=cells)).require_match()


def test_another_network_asks_for_renewal(vault: Vault) -> None:
    holder = enrol(vault)
    other = replace(PACK, embedder=replace(PACK.embedder, flip_at_verification=False))
    with pytest.raises(EnrolmentNeedsRenewal):
        verify(vault, holder.claim, holder.person, pack=other)


def test_no_two_of_store_keys_and_claim_open_anything(
    vault: Vault, tmp_path: Path, clock: Clock
) -> None:
    holder = enrol(vault)
    other_claim = Claim.generate(institution="default")
    with Vault.create(f"sqlite:///{tmp_path}/other.db", keys=tmp_path / "other.json") as other:
        other.clock = clock
        other_keys = Vault(store=vault.store, key_ring=other.key_ring, clock=clock)
        other_store = Vault(store=other.store, key_ring=vault.key_ring, clock=clock)
        for place, claim in (
            (vault, other_claim),
            (other_keys, holder.claim),
            (other_store, holder.claim),
        ):
            with pytest.raises(VerificationRefused):
                verify(place, claim, holder.person)
    verify(vault, holder.claim, holder.person).require_match()


@pytest.mark.parametrize("column", ["wrap", "body"])
def test_an_altered_record_is_refused_and_counts(vault: Vault, column: str) -> None:
    holder = enrol(vault)
    with vault.store.transaction() as t:
        old = bytes(t.connection.scalar(sa.text(f"SELECT {column} FROM records")))  # noqa: S608
        new = old[:-1] + bytes([old[-1] ^ 1])
        t.connection.execute(sa.text(f"UPDATE records SET {column} = :new"), {"new": new})  # noqa: S608
    with pytest.raises(VerificationRefused):
        verify(vault, holder.claim, holder.person)
    assert _failures(vault, holder) == 1
    assert _reasons(vault) == ["sealing.refused"]


def test_without_its_leaf_there_is_no_answer(vault: Vault) -> None:
    holder = enrol(vault)
    verify(vault, holder.claim, holder.person).require_match()
    with vault.store.transaction() as t:
        if t.connection.dialect.name == "sqlite":
            no_more = (
                "CREATE TRIGGER full BEFORE INSERT ON leaves"
                " BEGIN SELECT RAISE(ABORT, 'no more'); END"
            )
        else:
            no_more = "ALTER TABLE leaves ADD CONSTRAINT no_more CHECK (false) NOT VALID"
        t.connection.execute(sa.text(no_more))
    for person in (holder.person, somebody()):
        with pytest.raises(Error) as raised:
            verify(vault, holder.claim, person)
        assert raised.value.code.startswith("store.")
    assert _failures(vault, holder) == 2
    with pytest.raises(Error):
        enrol(vault)
    with vault.store.snapshot() as s:
        assert s.connection.scalar(sa.text("SELECT count(*) FROM enrolments")) == 1


def test_forgotten_while_being_compared(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    holder = enrol(vault)

    def slowly(*arguments: Any, **named: Any) -> bytes:  # noqa: ANN401 - passed on as they are
        forget(vault, enrolment_id=holder.enrolment_id)
        return unseal(*arguments, **named)

    monkeypatch.setattr("visavis.verifier._attempt.unseal", slowly)
    with pytest.raises(VerificationRefused):
        verify(vault, holder.claim, holder.person)


def test_forget_takes_one_of_claim_and_id(vault: Vault) -> None:
    holder = enrol(vault)
    for both in ({}, {"claim": holder.claim, "enrolment_id": holder.enrolment_id}):
        with pytest.raises(InputInvalid):
            forget(vault, **both)  # type: ignore[arg-type]
    with pytest.raises(EnrolmentUnknown):
        forget(vault, claim=Claim.generate(institution="default"))
    verify(vault, holder.claim, holder.person).require_match()
