"""The gates that are shipped, on photographs that are altered on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image as PillowImage
from PIL import ImageEnhance, ImageFilter

from tests.pictures import as_image, portrait
from tests.verifier.people import CONSENT
from visavis import Image, Verifier
from visavis.errors import Error
from visavis.quality import assess
from visavis.verifier import ENROL_GATES, VERIFY_GATES, Vault

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


def _half_dark(picture: PillowImage.Image) -> PillowImage.Image:
    pixels = np.array(picture)
    eyes = pixels.shape[1] * 127 // 300
    pixels[:, eyes:] //= 6
    return PillowImage.fromarray(pixels)


def _altered(name: str, picture: PillowImage.Image) -> PillowImage.Image:
    side = picture.width
    match name:
        case "quality.too_dark":
            return ImageEnhance.Brightness(picture).enhance(0.05)
        case "quality.too_bright":
            return picture.point([min(255, 6 * level) for level in range(256)] * 3)
        case "quality.uneven_light":
            return _half_dark(picture)
        case "quality.blurred":
            return picture.filter(ImageFilter.GaussianBlur(side * 0.02))
        case "quality.cropped":
            return picture.crop((0, 0, side, side * 150 // 300))
        case _:
            pytest.fail(name)


def test_her_portrait_passes(verifier: Verifier, astronaut: Path) -> None:
    face = verifier._extractor.find(as_image(portrait(astronaut, scale=1.5)))
    assert ENROL_GATES.refusals(face, assess(face)) == ()
    VERIFY_GATES.require(face)
    ENROL_GATES.require(face)


@pytest.mark.parametrize(
    "code",
    [
        "quality.too_dark",
        "quality.too_bright",
        "quality.blurred",
        "quality.cropped",
    ],
)
def test_what_is_altered_is_refused(
    code: str, verifier: Verifier, vault: Vault, astronaut: Path
) -> None:
    good = portrait(astronaut, scale=1.5)
    bad = as_image(_altered(code, good))
    with pytest.raises(Error) as raised:
        verifier.enrol(vault, samples=[as_image(good), bad], consent=CONSENT)
    assert (raised.value.code, raised.value.input) == (code, "samples[1]")
    claim = verifier.enrol(vault, samples=[as_image(good)], consent=CONSENT).claim
    with pytest.raises(Error) as raised:
        verifier.verify(vault, claim=claim, probes=[bad], purpose="payment")
    assert (raised.value.code, raised.value.input) == (code, "probes[0]")
    with pytest.raises(Error) as raised:
        verifier.compare(references=[as_image(good)], probes=[bad])
    assert (raised.value.code, raised.value.input) == (code, "probes[0]")


def test_a_profile_is_refused_and_a_front_is_not(verifier: Verifier, faces: Path) -> None:
    people = sorted(path for path in (faces / "frll").iterdir() if path.is_dir())[:6]
    for person in people:
        front = verifier._extractor.find(Image.open(next(person.glob("neutral_*_03.jpg"))))
        assert ENROL_GATES.refusals(front, assess(front)) == ()
    codes = []
    for person in people:
        profile = verifier._extractor.find(
            Image.open(next(person.glob("neutral_left_profile_01.jpg")))
        )
        codes += [error.code for error in VERIFY_GATES.refusals(profile, assess(profile))]
    assert codes.count("quality.turned_away") >= 3
