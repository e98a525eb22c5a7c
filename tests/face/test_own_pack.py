"""A pack of a person's own, from its manifest to a decision."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from onnx import TensorProto
from PIL import Image as PillowImage
from PIL import ImageEnhance

from tests.face.embedding_network import DIMENSION, expected, network
from tests.face.own_pack import RED_SPOTTER, own_pack
from tests.models.pack_factory import CELL
from visavis import hazmat
from visavis.comparison import Outcome
from visavis.errors import FaceNone, ModelCorrupt, ModelDigestMismatch, ModelMissing
from visavis.face import Extractor
from visavis.imaging import Image
from visavis.models import find_pack, locate
from visavis.verifier import Verifier

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from visavis.models import Manifest


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def _cells(**thresholds: float) -> str:
    """One cell of one sample a side for each FMR."""
    plain = CELL.replace("probe_samples = 2", "probe_samples = 1")
    return "".join(
        plain.replace('"1e-3"', f'"{fmr.replace("_", "-")}"').replace("0.9375", str(threshold))
        for fmr, threshold in thresholds.items()
    )


def _load(pack: Manifest, folder: Path, cache: Path) -> Extractor:
    return Extractor.load(pack, home=folder / "home", cache=cache)


def test_it_decides(astronaut: Path, tmp_path: Path, cache: Path) -> None:
    cells = _cells(**{"1e_2": 0.5, "1e_3": 1.0})
    pack = own_pack(tmp_path, embedder=network(batch="n"), cells=cells)
    verifier = Verifier.of_pack(pack, home=tmp_path / "home", cache=cache)
    picture = PillowImage.open(astronaut).convert("RGB")
    altered = ImageEnhance.Contrast(picture.rotate(4)).enhance(0.7)
    probe = Image.from_pixels(np.asarray(altered))
    lax, strict = (
        verifier.compare(references=[Image.open(astronaut)], probes=[probe], fmr=fmr)
        for fmr in ("1e-2", "1e-3")
    )
    assert lax.outcome is Outcome.MATCH
    assert strict.outcome is Outcome.NON_MATCH
    assert 0.5 < hazmat.comparison_score(strict) < 1.0
    assert strict.operating_point.data_set == "made up"


def test_the_points_are_in_the_templates_order(
    astronaut: Path, tmp_path: Path, cache: Path
) -> None:
    extractor = _load(own_pack(tmp_path, embedder=network()), tmp_path, cache)
    face = extractor.find(Image.open(astronaut))
    left, right, nose, mouth_left, mouth_right = face.landmarks
    assert left[0] < nose[0] < right[0]
    assert mouth_left[0] < mouth_right[0]
    assert max(left[1], right[1]) < nose[1] < min(mouth_left[1], mouth_right[1])
    assert face.chip.shape == (112, 112, 3)
    assert face.eye_distance == pytest.approx(43.5, abs=1)


@pytest.mark.parametrize("order", ["BGR", "RGB"])
@pytest.mark.parametrize("batch", [1, "n"])
def test_the_network_is_fed_as_the_manifest_says(
    order: str, batch: int | str, tmp_path: Path, cache: Path
) -> None:
    changes = (
        ('"BGR"', f'"{order}"'),
        ("mean = [127.5, 127.5, 127.5]", "mean = [10, 100, 200.5]"),
        ("scale = [0.0078125, 0.0078125, 0.0078125]", "scale = [0.01, 0.02, 0.5]"),
    )
    pack = own_pack(tmp_path, embedder=network(batch=batch), detector=RED_SPOTTER, changes=changes)
    embedder = _load(pack, tmp_path, cache).embedder
    chips = np.random.default_rng(0).integers(0, 256, (3, 112, 112, 3), dtype=np.uint8)

    def answers(chips: np.ndarray[Any, np.dtype[np.uint8]]) -> np.ndarray[Any, np.dtype[Any]]:
        channels = chips[..., ::-1] if order == "BGR" else chips
        pictures = (channels - np.array([10, 100, 200.5])) * np.array([0.01, 0.02, 0.5])
        return expected(pictures.transpose(0, 3, 1, 2))

    raw = answers(chips)
    np.testing.assert_allclose(embedder.raw(chips), raw, rtol=1e-4, atol=1e-3)
    mirrored = answers(chips[:, :, ::-1])
    units = [each / np.linalg.norm(each, axis=1, keepdims=True) for each in (raw, mirrored)]
    both = units[0] + units[1]
    both /= np.linalg.norm(both, axis=1, keepdims=True)
    np.testing.assert_allclose(embedder.embed(chips, mirror=False), units[0], atol=1e-5)
    np.testing.assert_allclose(embedder.embed(chips, mirror=True), both, atol=1e-5)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (partial(network, extra_input=True), "2 inputs"),
        (partial(network, batch=2), "takes tensor.float. 2 x 3 x 112 x 112"),
        (partial(network, colours=1), "1 x 1 x 112 x 112"),
        (partial(network, dtype=TensorProto.UINT8), "takes tensor.uint8."),
        (partial(network, size=96), "96 x 96 pixels; the manifest says 112 x 112"),
        (partial(network, dimension=DIMENSION + 1), "gives 1 x 17 numbers .* 1 x 16"),
        (partial(network, extra_output=True), "2 outputs"),
        (partial(network, batch="n", inner_batch=1), "2 x 3 x 112 x 112"),
        (partial(network, ending="Div"), "NaN or infinity"),
        (partial(network, ending="Shape", gives=TensorProto.INT64), "something else than float32"),
    ],
)
def test_what_does_not_fit_the_manifest_is_not_loaded(
    make: Callable[[], bytes], reason: str, tmp_path: Path, cache: Path
) -> None:
    pack = own_pack(tmp_path, embedder=make(), detector=RED_SPOTTER)
    with pytest.raises(ModelCorrupt, match=reason):
        Verifier.of_pack(pack, home=tmp_path / "home", cache=cache)


def test_a_network_may_leave_its_lengths_open(tmp_path: Path, cache: Path) -> None:
    embedder = network(batch="n", colours="c", size="s")
    pack = own_pack(tmp_path, embedder=embedder, detector=RED_SPOTTER)
    chips = np.zeros((1, 112, 112, 3), np.uint8)
    assert _load(pack, tmp_path, cache).embedder.raw(chips).shape == (1, DIMENSION)


def test_only_unit_vectors_need_no_normalisation(tmp_path: Path, cache: Path) -> None:
    changes = (('output_normalisation = "l2"', 'output_normalisation = "none"'),)
    for ending in ("LpNormalization", "Identity"):
        folder = tmp_path / ending
        folder.mkdir()
        pack = own_pack(
            folder, embedder=network(ending=ending), detector=RED_SPOTTER, changes=changes
        )
        if ending == "Identity":
            with pytest.raises(ModelCorrupt, match="must be l2"):
                _load(pack, folder, cache)
        else:
            chips = np.full((1, 112, 112, 3), 9, np.uint8)
            embedder = _load(pack, folder, cache).embedder
            vectors = embedder.embed(chips, mirror=False)
            np.testing.assert_array_equal(vectors, embedder.raw(chips))
            assert np.linalg.norm(vectors) == pytest.approx(1)


def test_a_network_exchanged_after_its_installation_is_not_run(tmp_path: Path, cache: Path) -> None:
    pack = own_pack(tmp_path, embedder=network(), detector=RED_SPOTTER)
    path = locate(pack, pack.embedder.file, home=tmp_path / "home")
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(ModelDigestMismatch, match=r"embedder\.onnx"):
        _load(pack, tmp_path, cache)
    path.unlink()
    with pytest.raises(ModelMissing, match=r"embedder\.onnx"):
        _load(pack, tmp_path, cache)


def test_a_pack_like_opencvs_finds_a_face(tmp_path: Path, cache: Path) -> None:
    extractor = _load(own_pack(tmp_path, embedder=network(), detector=RED_SPOTTER), tmp_path, cache)
    pixels = np.zeros((240, 320, 3), np.uint8)
    with pytest.raises(FaceNone):
        extractor.find(Image.from_pixels(pixels))
    pixels[96:112, 144:160] = 255, 0, 0
    face = extractor.find(Image.from_pixels(pixels))
    assert face.quarter_turns == 0
    assert face.eye_distance == pytest.approx(40)
    np.testing.assert_allclose(face.landmarks[0], [132, 88])
    (embedding,) = extractor.embed([face], mirror=True)
    assert embedding.vector.shape == (DIMENSION,)


def test_opencvs_own_pack_asks_for_its_files(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="visavis models install opencv"):
        Extractor.load(find_pack("opencv", home=tmp_path), home=tmp_path)
