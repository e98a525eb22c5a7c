"""Enrolment and verification with photographs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from tests.pictures import as_image, portrait
from tests.verifier.people import CONSENT
from visavis import Image, Outcome, Verifier
from visavis.errors import Error, InputInvalid, SamplesDisagree, VerificationRefused
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


def test_samples_of_two_people_disagree(
    verifier: Verifier, vault: Vault, astronaut: Path, faces: Path
) -> None:
    (other,) = (faces / "frll" / "001").glob("neutral_*_03.jpg")
    first = as_image(portrait(astronaut, scale=1.5))
    with pytest.raises(SamplesDisagree) as raised:
        verifier.enrol(vault, samples=[first, first, Image.open(other)], consent=CONSENT)
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
