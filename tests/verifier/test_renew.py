"""Renewal: a new claim for the same reference, or for a new one, on both databases."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from tests.verifier.people import (
    PACK,
    again,
    attempt,
    comparison,
    enrol,
    nobodys_id,
    renew_with,
    somebody,
    verify,
)
from visavis.comparison import ATTENDED
from visavis.errors import (
    EnrolmentDelayed,
    EnrolmentNeedsRenewal,
    InputInvalid,
    NonMatch,
    VerificationRefused,
)
from visavis.models import embedding_digest
from visavis.records import find_record
from visavis.transparency import EventKind, Opening
from visavis.verifier import Vault, forget, withdraw_consent
from visavis.verifier._re_enrol import NewReference, strictest_point
from visavis.verifier._upkeep import model_digests

if TYPE_CHECKING:
    from visavis.face import Embedding
    from visavis.models import OperatingPoint
    from visavis.sealing import Claim
    from visavis.transparency import Event


def _events(vault: Vault, kind: EventKind) -> list[Event]:
    with vault.store.snapshot() as s:
        rows = s.connection.execute(sa.text("SELECT blinding, event FROM openings")).all()
    events = [Opening(blinding=bytes(row.blinding), event=bytes(row.event)).read() for row in rows]
    return [event for event in events if event.kind is kind]


def _record_digest(vault: Vault, claim: Claim) -> bytes:
    with vault.store.snapshot() as s:
        record = find_record(s, "default", claim.locator(institution="default"))
    assert record is not None
    return record.sealed.digest


def _count(vault: Vault, table: str) -> int | None:
    with vault.store.snapshot() as s:
        count: int | None = s.connection.scalar(sa.text(f"SELECT count(*) FROM {table}"))  # noqa: S608
    return count


def test_the_old_claim_lives_until_the_new_ones_first_use(vault: Vault) -> None:
    holder = enrol(vault)
    new = renew_with(vault, holder.claim, again(holder.person))
    assert new.enrolment_id == holder.enrolment_id
    assert new.consent_id == holder.enrolment.consent_id
    assert new.claim.reveal() != holder.claim.reveal()
    for claim in (holder.claim, holder.claim, new.claim, new.claim):
        verify(vault, claim, again(holder.person), enrolment_id=new.enrolment_id).require_match()
    with pytest.raises(VerificationRefused):
        verify(vault, holder.claim, holder.person)
    assert _count(vault, "records") == 1


def test_a_renewal_is_in_the_log_with_the_new_records_hash(vault: Vault) -> None:
    holder = enrol(vault)
    new = renew_with(vault, holder.claim, holder.person)
    digest = _record_digest(vault, new.claim)
    assert digest != _record_digest(vault, holder.claim)
    (started,) = _events(vault, EventKind.ENROLMENT_RENEWAL_STARTED)
    assert (started.enrolment_id, started.record_digest) == (holder.enrolment_id, digest)
    assert _events(vault, EventKind.ENROLMENT_RENEWED) == []
    for _ in range(2):
        verify(vault, new.claim, holder.person).require_match()
    (renewed,) = _events(vault, EventKind.ENROLMENT_RENEWED)
    assert (renewed.enrolment_id, renewed.record_digest) == (holder.enrolment_id, digest)


def test_a_non_match_is_no_first_use(vault: Vault) -> None:
    holder = enrol(vault)
    new = renew_with(vault, holder.claim, holder.person)
    verify(vault, new.claim, somebody())
    verify(vault, holder.claim, holder.person).require_match()


def test_the_next_renewal_takes_the_place_of_one_that_was_not_used(vault: Vault) -> None:
    holder = enrol(vault)
    first = renew_with(vault, holder.claim, holder.person)
    second = renew_with(vault, holder.claim, holder.person)
    with pytest.raises(VerificationRefused):
        verify(vault, first.claim, holder.person)
    verify(vault, second.claim, holder.person).require_match()
    third = renew_with(vault, second.claim, holder.person)
    fourth = renew_with(vault, third.claim, holder.person)  # the third's first use
    with pytest.raises(VerificationRefused):
        verify(vault, second.claim, holder.person)
    verify(vault, fourth.claim, holder.person).require_match()


def test_whoever_copied_a_claim_cannot_renew_it(vault: Vault) -> None:
    holder = enrol(vault)
    waiting = renew_with(vault, holder.claim, holder.person)
    for _ in range(5):
        with pytest.raises(NonMatch):
            renew_with(vault, holder.claim, somebody())
    with pytest.raises(EnrolmentDelayed):
        renew_with(vault, holder.claim, somebody())
    assert len(_events(vault, EventKind.ENROLMENT_RENEWAL_STARTED)) == 1
    decided = _events(vault, EventKind.VERIFICATION_DECIDED)
    assert [event.purpose for event in decided] == ["renewal"] * 6
    assert _record_digest(vault, waiting.claim)


def test_without_any_consent_nothing_is_renewed(vault: Vault) -> None:
    holder = enrol(vault)
    withdraw_consent(vault, consent_id=holder.enrolment.consent_id)
    with pytest.raises(VerificationRefused):
        renew_with(vault, holder.claim, holder.person)
    assert _count(vault, "records") == 1


def test_forgetting_takes_both_records(vault: Vault) -> None:
    holder = enrol(vault)
    new = renew_with(vault, holder.claim, holder.person)
    forget(vault, claim=new.claim)
    for claim in (holder.claim, new.claim):
        with pytest.raises(VerificationRefused):
            verify(vault, claim, holder.person)
    assert _count(vault, "records") == 0


def test_a_renewal_that_is_replaced_while_it_is_used(vault: Vault) -> None:
    holder = enrol(vault)
    first = renew_with(vault, holder.claim, holder.person)

    def meanwhile(**counts: int) -> OperatingPoint:
        renew_with(vault, holder.claim, holder.person)
        return ATTENDED.point(PACK.cells, **counts)

    slow = replace(comparison(holder.person), point=meanwhile)
    with pytest.raises(VerificationRefused):
        attempt(vault, first.claim).decide(slow)
    verify(vault, holder.claim, holder.person).require_match()
    assert _count(vault, "records") == 2


# A pack whose embeddings cannot be compared with those of the other.
NEXT = replace(PACK, embedder=replace(PACK.embedder, flip_at_verification=False))


def _new_reference(person: Embedding) -> NewReference:
    return NewReference(pack=NEXT, embeddings=[person, again(person)])


def test_a_new_reference_takes_the_place_of_one_that_it_matches(vault: Vault) -> None:
    holder = enrol(vault)
    (old,) = model_digests(vault, enrolment_id=holder.enrolment_id)
    strict = replace(comparison(), probes=([again(holder.person)], [again(holder.person)]))
    renewing = attempt(vault, holder.claim, purpose=None)
    new = _new_reference(holder.person).replace_by_face(renewing, strict)
    verify(vault, holder.claim, holder.person).require_match()
    with pytest.raises(EnrolmentNeedsRenewal):
        verify(vault, holder.claim, holder.person, pack=NEXT)
    verify(vault, new.claim, holder.person, pack=NEXT).require_match()
    (present,) = model_digests(vault, enrolment_id=holder.enrolment_id)
    assert (old.hex(), present.hex()) == (embedding_digest(PACK), embedding_digest(NEXT))
    assert (new.enrolment_id, new.consent_id) == (holder.enrolment_id, holder.enrolment.consent_id)
    (event,) = _events(vault, EventKind.ENROLMENT_RE_ENROLLED)
    assert (event.reason, event.record_digest) == (
        "continuity.face",
        _record_digest(vault, new.claim),
    )


def test_each_new_sample_must_match_by_itself(vault: Vault) -> None:
    holder = enrol(vault)
    for probes in ([holder.person, somebody()], [somebody(), holder.person]):
        strict = replace(comparison(), probes=tuple([probe] for probe in probes))
        renewing = attempt(vault, holder.claim, purpose=None)
        with pytest.raises(NonMatch):
            _new_reference(holder.person).replace_by_face(renewing, strict)
    assert _count(vault, "records") == 1


def test_staff_answers_for_what_cannot_be_compared(vault: Vault) -> None:
    holder, changed = enrol(vault), somebody()
    new = _new_reference(changed).replace_attended(
        vault, claim=holder.claim, enrolment_id=holder.enrolment_id
    )
    verify(vault, new.claim, changed, pack=NEXT).require_match()
    with pytest.raises(VerificationRefused):
        verify(vault, holder.claim, holder.person)
    (event,) = _events(vault, EventKind.ENROLMENT_RE_ENROLLED)
    assert (event.reason, event.profile) == ("continuity.attended", "attended")


def test_what_can_be_compared_must_match(vault: Vault) -> None:
    holder = enrol(vault)
    same_pack = NewReference(pack=PACK, embeddings=[somebody()] * 2)
    with pytest.raises(InputInvalid):
        same_pack.replace_attended(vault, claim=holder.claim, enrolment_id=holder.enrolment_id)
    assert _count(vault, "records") == 1


def test_staff_needs_the_claim_the_account_and_a_consent(vault: Vault) -> None:
    holder, other = enrol(vault), enrol(vault)
    forgotten = enrol(vault)
    forget(vault, claim=forgotten.claim)
    without = enrol(vault)
    withdraw_consent(vault, consent_id=without.enrolment.consent_id)
    new = _new_reference(somebody())
    for claim, enrolment_id in (
        (holder.claim, other.enrolment_id),
        (holder.claim, nobodys_id()),
        (forgotten.claim, forgotten.enrolment_id),
        (without.claim, without.enrolment_id),
    ):
        with pytest.raises(VerificationRefused):
            new.replace_attended(vault, claim=claim, enrolment_id=enrolment_id)
    assert _count(vault, "records") == 3
    assert len(_events(vault, EventKind.VERIFICATION_DENIED)) == 4


def test_the_strictest_point_is_that_of_the_lowest_rate() -> None:
    cells = {(c.reference_samples, c.probe_samples, c.fmr): c for c in PACK.cells}
    lowest = min(rate for r, p, rate in cells if (r, p) == (2, 1))
    point = strictest_point(PACK.cells, reference_samples=2, probe_samples=1)
    assert point == cells[2, 1, lowest]
    stricter = replace(point, fmr=lowest / 10, threshold=0.97)
    card = (*PACK.cells, stricter)
    assert strictest_point(card, reference_samples=2, probe_samples=1) == stricter
