"""Enrolment and verification with photographs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from tests.pictures import as_image, portrait
from tests.verifier.people import CONSENT, PACK, nobodys_id
from visavis import Image, Outcome, Verifier
from visavis.errors import (
    EnrolmentNeedsRenewal,
    EnrolmentUnknown,
    Error,
    InputInvalid,
    NonMatch,
    SamplesDisagree,
    VerificationRefused,
)
from visavis.verifier import GivenConsent, Vault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return Verifier.default()


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with Vault.create(f"sqlite:///{tmp_path}/store.db", keys=tmp_path / "keyring.json") as vault:
        yield vault


def _nothing_kept(vault: Vault) -> bool:
    with vault.store.snapshot() as s:
        return not s.connection.execute(sa.text("SELECT leaf FROM leaves")).all()


def test_the_whole_way_of_one_portrait(verifier: Verifier, vault: Vault, astronaut: Path) -> None:
    samples = [as_image(portrait(astronaut, scale=scale)) for scale in (1.5, 1.8)]
    probe = as_image(portrait(astronaut).rotate(5))
    enrolment = verifier.enrol(vault, samples=samples, consent=CONSENT)
    answer = verifier.verify(vault, claim=enrolment.claim, probes=[probe], purpose="payment")
    answer.require_match()
    assert answer.decision.operating_point.reference_samples == 2
    assert answer.decision._score is None
    verifier.forget(vault, claim=enrolment.claim)
    with pytest.raises(VerificationRefused):
        verifier.verify(vault, claim=enrolment.claim, probes=[probe], purpose="payment")


def test_each_enrolled_person_and_their_neighbour(
    verifier: Verifier, vault: Vault, faces: Path
) -> None:
    people = sorted(path for path in (faces / "frll").iterdir() if path.is_dir())[:3]
    smiling = [Image.open(next(person.glob("smiling_*_08.jpg"))) for person in people]
    for position, person in enumerate(people):
        neutral = Image.open(next(person.glob("neutral_*_03.jpg")))
        claim = verifier.enrol(vault, samples=[neutral], consent=CONSENT).claim
        for probe, outcome in (
            (smiling[position], Outcome.MATCH),
            (smiling[position - 1], Outcome.NON_MATCH),
        ):
            answer = verifier.verify(vault, claim=claim, probes=[probe], purpose="payment")
            assert answer.outcome is outcome


def test_a_claim_is_renewed_with_the_face(
    verifier: Verifier, vault: Vault, astronaut: Path, faces: Path
) -> None:
    old = verifier.enrol(vault, samples=[as_image(portrait(astronaut, scale=2))], consent=CONSENT)
    (other,) = (faces / "frll" / "001").glob("neutral_*_03.jpg")
    with pytest.raises(NonMatch):
        verifier.renew(vault, claim=old.claim, probes=[Image.open(other)])
    probe = as_image(portrait(astronaut))
    new = verifier.renew(vault, claim=old.claim, probes=[probe], enrolment_id=old.enrolment_id)
    verifier.verify(vault, claim=new.claim, probes=[probe], purpose="payment").require_match()
    with pytest.raises(VerificationRefused):
        verifier.verify(vault, claim=old.claim, probes=[probe], purpose="payment")


def test_after_another_pack_new_samples_are_compared_by_the_previous_one(
    verifier: Verifier, vault: Vault, astronaut: Path, faces: Path
) -> None:
    pack = replace(PACK, embedder=replace(PACK.embedder, flip_at_verification=False))
    upgraded = Verifier.of_pack(pack)
    first, second, third = (as_image(portrait(astronaut, scale=s)) for s in (1.5, 1.8, 2))
    old = verifier.enrol(vault, samples=[third], consent=CONSENT)
    assert not verifier.needs_renewal(vault, claim=old.claim)
    assert upgraded.needs_renewal(vault, claim=old.claim)
    assert upgraded.needs_renewal(vault, enrolment_id=old.enrolment_id)
    with pytest.raises(EnrolmentNeedsRenewal):
        upgraded.re_enrol(vault, claim=old.claim, samples=[first, second])
    others = [Image.open(path) for path in (faces / "frll" / "001").glob("*_0[38].jpg")]
    with pytest.raises(NonMatch):
        upgraded.re_enrol(vault, claim=old.claim, samples=others, previous=verifier)
    new = upgraded.re_enrol(vault, claim=old.claim, samples=[first, second], previous=verifier)
    assert not upgraded.needs_renewal(vault, enrolment_id=old.enrolment_id)
    upgraded.verify(vault, claim=new.claim, probes=[third], purpose="payment").require_match()
    with pytest.raises(VerificationRefused):
        verifier.verify(vault, claim=old.claim, probes=[third], purpose="payment")
    again = upgraded.re_enrol(vault, claim=new.claim, samples=[second, third], previous=verifier)
    with pytest.raises(InputInvalid):
        upgraded.re_enrol_attended(
            vault, claim=again.claim, samples=others, enrolment_id=new.enrolment_id
        )
    verifier.re_enrol_attended(
        vault, claim=again.claim, samples=others, enrolment_id=new.enrolment_id
    )
    with pytest.raises(InputInvalid):
        upgraded.re_enrol(vault, claim=again.claim, samples=[first])
    with pytest.raises(EnrolmentUnknown):
        upgraded.needs_renewal(vault, enrolment_id=nobodys_id())


def test_samples_of_two_people_disagree(
    verifier: Verifier, vault: Vault, astronaut: Path, faces: Path
) -> None:
    (other,) = (faces / "frll" / "001").glob("neutral_*_03.jpg")
    first, second = (as_image(portrait(astronaut, scale=scale)) for scale in (1.5, 1.8))
    with pytest.raises(SamplesDisagree) as raised:
        verifier.enrol(vault, samples=[first, second, Image.open(other)], consent=CONSENT)
    assert raised.value.input == "samples[2]"
    assert _nothing_kept(vault)


def test_a_face_too_small_to_enrol_may_be_verified(
    verifier: Verifier, vault: Vault, astronaut: Path
) -> None:
    small = as_image(portrait(astronaut))  # 43 pixels between the eyes
    with pytest.raises(Error, match=r"^face.too_small: .* at least 60") as raised:
        verifier.enrol(vault, samples=[small], consent=CONSENT)
    assert raised.value.input == "samples[0]"
    assert _nothing_kept(vault)


def test_the_same_picture_twice_is_one_sample(
    verifier: Verifier, vault: Vault, astronaut: Path
) -> None:
    first, second, other = (as_image(portrait(astronaut, scale=scale)) for scale in (2, 2, 1.5))
    with pytest.raises(InputInvalid, match="the same picture") as raised:
        verifier.enrol(vault, samples=[first, other, second], consent=CONSENT)
    assert raised.value.input == "samples[2]"
    claim = verifier.enrol(vault, samples=[first, other], consent=CONSENT).claim
    with pytest.raises(InputInvalid, match="the same picture") as raised:
        verifier.verify(vault, claim=claim, probes=[first, second], purpose="payment")
    assert raised.value.input == "probes[1]"


def test_bad_input_changes_nothing(verifier: Verifier, vault: Vault, astronaut: Path) -> None:
    image = as_image(portrait(astronaut, scale=1.5))
    for samples, purpose, language in (
        ([], "payment", "en"),
        ([image] * 6, "payment", "en"),
        ([image], "two words", "en"),
        ([image], "payment", "English please"),
    ):
        consent = GivenConsent.to_words("I agree", purpose=purpose, language=language)
        with pytest.raises(InputInvalid):
            verifier.enrol(vault, samples=samples, consent=consent)
    assert _nothing_kept(vault)


def test_a_consent_is_its_words_digest() -> None:
    assert CONSENT.wording_digest.hex() == (
        "99955b75e054416577b88fcec811270c93bff6f1bc421f01e3da7c1b18ec61e3"
    )
