"""The gates that are shipped, on photographs that are altered on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import ImageFilter

from tests.extractor import extractor_of
from tests.pictures import as_image, portrait
from tests.quality.synthetic import frontal
from tests.verifier.people import CONSENT
from visavis import Image, Verifier
from visavis.errors import Error, QualityTooDark
from visavis.quality import assess
from visavis.verifier import ENROL_GATES, VERIFY_GATES, Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PIL import Image as PillowImage

    from visavis.quality import GateSet


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return Verifier.default()


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with Vault.create(f"sqlite:///{tmp_path}/store.db", keys=tmp_path / "keyring.json") as vault:
        yield vault


def _dark(picture: PillowImage.Image) -> PillowImage.Image:
    """A seventieth of the light, about six stops: the levels go with its 2.2th root."""
    return picture.point([round(level / 7) for level in range(256)] * 3)


def _blurred(picture: PillowImage.Image) -> PillowImage.Image:
    """By about a tenth of the distance between the eyes."""
    return picture.filter(ImageFilter.GaussianBlur(picture.width * 0.014))


def _cut_at_the_mouth(picture: PillowImage.Image) -> PillowImage.Image:
    return picture.crop((0, 0, picture.width, round(picture.height * 0.46)))


_ALTERED = [
    ("quality.blurred", _blurred),
    ("quality.cropped", _cut_at_the_mouth),
]


def test_her_portrait_passes(verifier: Verifier, astronaut: Path) -> None:
    face = extractor_of(verifier).find(as_image(portrait(astronaut, scale=1.5)))
    assert ENROL_GATES.refusals(face, assess(face)) == ()
    VERIFY_GATES.require(face)
    ENROL_GATES.require(face)


@pytest.mark.parametrize(("code", "alter"), _ALTERED)
def test_what_is_altered_is_refused_wherever_it_is_shown(
    code: str,
    alter: Callable[[PillowImage.Image], PillowImage.Image],
    verifier: Verifier,
    vault: Vault,
    astronaut: Path,
) -> None:
    portrait_ = portrait(astronaut, scale=2)
    good, bad = as_image(portrait_), as_image(alter(portrait_))
    with pytest.raises(Error) as raised:
        verifier.enrol(vault, samples=[good, bad], consent=CONSENT)
    assert (raised.value.code, raised.value.input) == (code, "samples[1]")
    claim = verifier.enrol(vault, samples=[good], consent=CONSENT).claim
    with pytest.raises(Error) as raised:
        verifier.verify(vault, claim=claim, probes=[bad], purpose="payment")
    assert (raised.value.code, raised.value.input) == (code, "probes[0]")
    with pytest.raises(Error) as raised:
        verifier.compare(references=[good], probes=[bad])
    assert (raised.value.code, raised.value.input) == (code, "probes[0]")


def test_a_dark_picture_may_be_verified_but_not_enrolled(
    verifier: Verifier, vault: Vault, astronaut: Path
) -> None:
    good = portrait(astronaut, scale=2)
    dark = as_image(_dark(good))
    with pytest.raises(QualityTooDark):
        verifier.enrol(vault, samples=[dark], consent=CONSENT)
    claim = verifier.enrol(vault, samples=[as_image(good)], consent=CONSENT).claim
    verifier.verify(vault, claim=claim, probes=[dark], purpose="payment").require_match()


@pytest.mark.parametrize("gates", [VERIFY_GATES, ENROL_GATES])
@pytest.mark.parametrize(
    ("level", "codes"),
    [
        (0, ["quality.too_dark", "quality.blurred"]),
        (128, ["quality.blurred"]),
        (255, ["quality.too_bright", "quality.blurred"]),
    ],
)
def test_a_face_of_one_colour(gates: GateSet, level: int, codes: list[str]) -> None:
    face = frontal(np.full((400, 400, 3), level, np.uint8), eyes=80)
    assert [error.code for error in gates.refusals(face, assess(face))] == codes


def test_who_may_enrol_may_be_verified() -> None:
    to_verify = {(gate.component, gate.error): gate for gate in VERIFY_GATES.gates}
    for strict in ENROL_GATES.gates:
        lenient = to_verify.pop((strict.component, strict.error))
        assert lenient.at_least <= strict.at_least
        assert lenient.at_most >= strict.at_most
    assert not to_verify
    assert VERIFY_GATES.eyes <= ENROL_GATES.eyes


def test_a_profile_is_refused_and_a_front_is_not(verifier: Verifier, faces: Path) -> None:
    people = sorted(path for path in (faces / "frll").iterdir() if path.is_dir())[:6]
    for person in people:
        front = extractor_of(verifier).find(Image.open(next(person.glob("neutral_*_03.jpg"))))
        assert ENROL_GATES.refusals(front, assess(front)) == ()
    codes = []
    for person in people:
        profile = extractor_of(verifier).find(
            Image.open(next(person.glob("neutral_left_profile_01.jpg")))
        )
        codes += [error.code for error in VERIFY_GATES.refusals(profile, assess(profile))]
    assert codes.count("quality.turned_away") >= 3
