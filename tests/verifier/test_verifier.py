from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image as PillowImage
from PIL import ImageEnhance

from tests.extractor import reference_vector
from tests.pictures import as_image, jpeg, portrait
from visavis import Image, Outcome, Verifier, hazmat
from visavis.errors import Error, InputInvalid, OperatingPointAbsent

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return Verifier.default()


def _altered(path: Path) -> Image:
    picture = portrait(path, scale=1.5).rotate(6, PillowImage.Resampling.BICUBIC)
    brighter = ImageEnhance.Brightness(picture).enhance(1.2)
    return Image.from_bytes(jpeg(brighter, quality=60))


def test_the_same_portrait_altered_is_a_match(verifier: Verifier, astronaut: Path) -> None:
    reference = as_image(portrait(astronaut))
    decision = verifier.compare(references=[reference], probes=[_altered(astronaut)])
    assert decision.outcome is Outcome.MATCH
    decision.require_match()
    assert decision.operating_point.established
    assert decision.operating_point.threshold <= hazmat.comparison_score(decision) <= 1
    assert len(decision.model) == 64


def test_two_people_are_a_non_match(verifier: Verifier, astronaut: Path, faces: Path) -> None:
    reference = as_image(portrait(astronaut))
    (other,) = (faces / "frll" / "001").glob("neutral_*_03.jpg")
    decision = verifier.compare(references=[reference], probes=[Image.open(other)])
    assert decision.outcome is Outcome.NON_MATCH


def test_neutral_and_smiling_of_ten_people(verifier: Verifier, faces: Path) -> None:
    people = sorted(path for path in (faces / "frll").iterdir() if path.is_dir())[:10]
    neutral = [Image.open(next(person.glob("neutral_*_03.jpg"))) for person in people]
    smiling = [Image.open(next(person.glob("smiling_*_08.jpg"))) for person in people]
    for i in range(10):
        mated = verifier.compare(references=[neutral[i]], probes=[smiling[i]])
        assert mated.outcome is Outcome.MATCH
        other = verifier.compare(references=[neutral[i]], probes=[smiling[(i + 1) % 10]])
        assert other.outcome is Outcome.NON_MATCH


def test_each_count_of_samples_has_its_own_threshold(verifier: Verifier, astronaut: Path) -> None:
    image, other = as_image(portrait(astronaut)), _altered(astronaut)
    one = verifier.compare(references=[image], probes=[other])
    two = verifier.compare(references=[image, other], probes=[other, image])
    assert (two.operating_point.reference_samples, two.operating_point.probe_samples) == (2, 2)
    assert one.operating_point.threshold != two.operating_point.threshold
    with pytest.raises(OperatingPointAbsent):
        verifier.compare(references=[image], probes=[image], fmr="3e-4")


def test_a_bad_picture_is_named(verifier: Verifier, astronaut: Path) -> None:
    good, tiny = _altered(astronaut), as_image(portrait(astronaut, scale=0.5))
    nobody = Image.from_pixels(np.zeros((60, 60, 3), np.uint8))
    for probes, code, named in (
        ([nobody], "face.none", "probes[0]"),
        ([good, tiny], "face.too_small", "probes[1]"),
    ):
        with pytest.raises(Error) as raised:
            verifier.compare(references=[good], probes=probes)
        assert (raised.value.code, raised.value.input) == (code, named)


def test_counts_of_samples_are_bounded(verifier: Verifier, astronaut: Path) -> None:
    image = as_image(portrait(astronaut))
    for references, probes in (([], [image]), ([image], []), ([image] * 6, [image])):
        with pytest.raises(InputInvalid):
            verifier.compare(references=references, probes=probes)


def test_a_picture_counts_once_on_its_side(verifier: Verifier, astronaut: Path) -> None:
    image, same = as_image(portrait(astronaut)), as_image(portrait(astronaut))
    for side, references, probes in (
        ("references[1]", [image, same], [image]),
        ("probes[1]", [image], [image, same]),
    ):
        with pytest.raises(InputInvalid) as raised:
            verifier.compare(references=references, probes=probes)
        assert raised.value.input == side
    verifier.compare(references=[image], probes=[same]).require_match()


def test_hazmat_gives_what_the_decision_rests_on(verifier: Verifier, astronaut: Path) -> None:
    first, second = as_image(portrait(astronaut)), _altered(astronaut)
    decision = verifier.compare(references=[first], probes=[second])
    score = float(reference_vector(verifier, first) @ hazmat.embed(second))
    assert score == pytest.approx(hazmat.comparison_score(decision), abs=1e-5)
    assert hazmat.embed(first).dtype == np.float32
