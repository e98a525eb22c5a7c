"""One picture -> one sample: whose face, which gate, and what is the reason where there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image as PillowImage

from tests.face.embedding_network import network
from tests.face.own_pack import own_pack
from tests.pictures import jpeg, portrait
from visavis.evaluation.protocols import Acquisition
from visavis.face import Extractor
from visavis.imaging import Image
from visavis.models import find_pack
from visavis.verifier import ENROL_GATES, VERIFY_GATES

if TYPE_CHECKING:
    from pathlib import Path

_GATE = VERIFY_GATES.require
_LARGEST = Acquisition(pack="dlib", gate=_GATE)
_CENTRAL = Acquisition(pack="dlib", gate=_GATE, central=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, astronaut: Path) -> Path:
    """Her portrait alone; with a smaller one at the centre; nobody; and no picture."""
    root = tmp_path_factory.mktemp("pictures")
    (root / "one.jpg").write_bytes(jpeg(portrait(astronaut)))
    both = PillowImage.new("RGB", (1000, 400), (128, 128, 128))
    both.paste(portrait(astronaut, scale=1.3), (0, 0))
    both.paste(portrait(astronaut, scale=0.8).rotate(8, fillcolor=(128, 128, 128)), (395, 60))
    (root / "two.jpg").write_bytes(jpeg(both))
    (root / "nobody.jpg").write_bytes(jpeg(PillowImage.new("RGB", (200, 200), (90, 90, 90))))
    (root / "broken.jpg").write_bytes(b"no picture")
    return root


def test_the_embedding_is_that_of_the_product(folder: Path) -> None:
    extractor = Extractor.load(find_pack("dlib"))
    face = extractor.find(Image.open(folder / "one.jpg"))
    (probe,) = extractor.embed([face], mirror=True)
    (kept,) = extractor.embed([face], mirror=True, crops=7)
    for how in (_LARGEST, _CENTRAL):
        sample = how(folder / "one.jpg")
        assert np.array_equal(sample.vector, probe.vector)  # type: ignore[arg-type]
        assert np.array_equal(sample.reference, kept.vector)  # type: ignore[arg-type]
        assert (sample.failure, sample.gate) == ("", "")


_LIKE_SIDES = ("flip_at_verification = false", "flip_at_verification = true")
_UNLIKE_SIDES = (_LIKE_SIDES[0], f"{_LIKE_SIDES[0]}\ncrops_at_enrolment = 3")


@pytest.mark.parametrize("settings", [_LIKE_SIDES, _UNLIKE_SIDES])
def test_a_reference_is_embedded_as_at_enrolment(
    settings: tuple[str, str], folder: Path, tmp_path: Path
) -> None:
    pack = own_pack(tmp_path, embedder=network(), changes=(settings,))
    home = tmp_path / "home"
    extractor = Extractor.load(pack, home=home)
    face = extractor.find(Image.open(folder / "one.jpg"))
    role = pack.embedder
    (probe,) = extractor.embed([face], mirror=role.flip_at_verification)
    (kept,) = extractor.embed([face], mirror=True, crops=role.crops_at_enrolment)
    sample = Acquisition(pack="tiny", home=home)(folder / "one.jpg")
    assert np.array_equal(sample.vector, probe.vector)  # type: ignore[arg-type]
    if settings == _LIKE_SIDES:
        assert sample.reference is None
    else:
        assert np.array_equal(sample.reference, kept.vector)  # type: ignore[arg-type]


def test_the_largest_or_the_central_face(folder: Path) -> None:
    largest, central = _LARGEST(folder / "two.jpg"), _CENTRAL(folder / "two.jpg")
    assert largest.vector is not None
    assert central.vector is not None
    assert not np.array_equal(largest.vector, central.vector)
    assert (largest.failure, largest.gate) == ("", "face.several")
    assert (central.failure, central.gate) == ("", "face.several")


@pytest.mark.parametrize(
    ("name", "code"), [("nobody.jpg", "face.none"), ("broken.jpg", "image.unsupported")]
)
def test_no_sample_has_a_reason(folder: Path, name: str, code: str) -> None:
    sample = _LARGEST(folder / name)
    assert (sample.vector, sample.failure, sample.gate) == (None, code, code)


def test_pnm_is_read_and_the_gate_stands_beside(faces: Path) -> None:
    sample = _LARGEST(min(faces.glob("orl/s1/*.pgm")))
    assert sample.vector is not None
    assert (sample.failure, sample.gate) == ("", "")
    enrolling = replace(_LARGEST, gate=ENROL_GATES.require)
    assert enrolling(min(faces.glob("orl/s1/*.pgm"))).gate == "face.too_small"
