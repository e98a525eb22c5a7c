"""The frames of one capture, wherever a sample is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.extractor import reference_vector
from tests.pictures import as_image, portrait
from tests.verifier.people import CONSENT
from visavis import Image, Outcome, Verifier, hazmat
from visavis.comparison import ATTENDED
from visavis.errors import FaceNone, FramesDisagree, InputInvalid
from visavis.verifier import MAX_FRAMES, Sample, Vault, begin_verification

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NOBODY = Image.from_pixels(np.zeros((60, 60, 3), np.uint8))


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return Verifier.default()


@pytest.fixture(scope="module")
def frames(astronaut: Path) -> tuple[Image, ...]:
    return tuple(as_image(portrait(astronaut, scale=2).rotate(angle)) for angle in (0, 3, -4))


@pytest.fixture(scope="module")
def other(faces: Path) -> Image:
    (path,) = (faces / "frll" / "001").glob("neutral_*_03.jpg")
    return Image.open(path)


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with Vault.create(f"sqlite:///{tmp_path}/store.db", keys=tmp_path / "keyring.json") as vault:
        yield vault


def test_frames_count_as_one_sample(verifier: Verifier, frames: tuple[Image, ...]) -> None:
    reference, *rest = frames
    decision = verifier.compare(references=[reference], probes=[Sample(tuple(rest))])
    point = decision.operating_point
    assert (point.reference_samples, point.probe_samples) == (1, 1)
    mean = np.mean([hazmat.embed(frame) for frame in rest], axis=0)
    score = float(reference_vector(verifier, reference) @ mean) / float(np.linalg.norm(mean))
    assert hazmat.comparison_score(decision) == pytest.approx(score, abs=1e-5)


def test_a_sample_of_one_frame_is_a_picture(verifier: Verifier, frames: tuple[Image, ...]) -> None:
    scores = [
        hazmat.comparison_score(verifier.compare(references=[frames[0]], probes=[probe]))
        for probe in (frames[1], Sample((frames[1],)))
    ]
    assert scores[0] == scores[1]


def test_a_frame_that_cannot_be_used_is_left_out(
    verifier: Verifier, frames: tuple[Image, ...]
) -> None:
    scores = [
        hazmat.comparison_score(verifier.compare(references=[frames[0]], probes=[Sample(probe)]))
        for probe in (frames[1:], (_NOBODY, *frames[1:]))
    ]
    assert scores[0] == scores[1]


def test_a_sample_without_a_usable_frame_is_named(
    verifier: Verifier, frames: tuple[Image, ...]
) -> None:
    nobody = Sample((_NOBODY, Image.from_pixels(np.ones((60, 60, 3), np.uint8))))
    with pytest.raises(FaceNone) as raised:
        verifier.compare(references=[frames[0]], probes=[Sample(frames[1:]), nobody])
    assert raised.value.input == "probes[1]"


def test_a_bystanders_frame_is_left_out(
    verifier: Verifier, frames: tuple[Image, ...], other: Image
) -> None:
    plain = verifier.compare(references=[frames[0]], probes=[Sample(frames[1:])])
    mixed = verifier.compare(references=[frames[0]], probes=[Sample((*frames[1:], other))])
    assert hazmat.comparison_score(mixed) == pytest.approx(hazmat.comparison_score(plain), abs=1e-6)


def test_frames_of_two_people_enrol_nobody(
    verifier: Verifier, vault: Vault, frames: tuple[Image, ...], other: Image
) -> None:
    with pytest.raises(FramesDisagree) as raised:
        verifier.enrol(vault, samples=[Sample((frames[0], other))], consent=CONSENT)
    assert raised.value.input == "samples[0]"


def test_a_picture_in_two_samples_is_refused(verifier: Verifier, frames: tuple[Image, ...]) -> None:
    with pytest.raises(InputInvalid) as raised:
        verifier.compare(
            references=[frames[0]], probes=[Sample(frames[:2]), Sample((frames[2], frames[1]))]
        )
    assert raised.value.input == "probes[1]"


def test_enrolled_and_verified_with_captures(
    verifier: Verifier, vault: Vault, frames: tuple[Image, ...], astronaut: Path
) -> None:
    enrolment = verifier.enrol(vault, samples=[Sample(frames)], consent=CONSENT)
    probe = Sample(tuple(as_image(portrait(astronaut, scale=1.7).rotate(a)) for a in (1, 6)))
    begun = begin_verification(
        verifier,
        vault,
        claim=enrolment.claim,
        purpose="payment",
        enrolment_id=enrolment.enrolment_id,
        profile=ATTENDED,
    )
    at_once = verifier.verify(vault, claim=enrolment.claim, probes=[probe], purpose="payment")
    for answer in (begun.decide([probe]), at_once):
        assert answer.outcome is Outcome.MATCH
        point = answer.decision.operating_point
        assert (point.reference_samples, point.probe_samples) == (1, 1)


def test_a_sample_has_some_frames_and_shows_none() -> None:
    for count in (0, MAX_FRAMES + 1):
        with pytest.raises(InputInvalid):
            Sample((_NOBODY,) * count)
    assert repr(Sample((_NOBODY,))) == "Sample()"
