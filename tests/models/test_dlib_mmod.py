from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.models.dlib_writer import floating, integer, string
from visavis.errors import ModelCorrupt
from visavis.models import build_mmod, open_session

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def data(dlib_weights: Path) -> bytes:
    return (dlib_weights / "mmod_human_face_detector.dat").read_bytes()


def test_a_cell_sees_each_eighth_pixel(data: bytes) -> None:
    session = open_session(build_mmod(data))
    for height, width in ((29, 29), (36, 37), (200, 133)):
        (scores,) = session.run(None, {"pyramid": np.zeros((1, height, width, 3), np.float32)})
        assert scores.shape == (1, 1, (height - 21) // 8, (width - 21) // 8)
        assert (scores < 0).all()


@pytest.mark.parametrize("share", [0.0, 0.00001, 0.0001, 0.001, 0.3, 0.9, 0.9999999])
def test_a_truncated_file_is_refused(data: bytes, share: float) -> None:
    with pytest.raises(ModelCorrupt):
        build_mmod(data[: int(len(data) * share)])


def test_other_content_is_refused(data: bytes, dlib_weights: Path) -> None:
    resnet = (dlib_weights / "dlib_face_recognition_resnet_model_v1.dat").read_bytes()
    for other in (data + b"x", data[::-1], b"", resnet):
        with pytest.raises(ModelCorrupt):
            build_mmod(other)


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        (string("loss_mmod_") + integer(1), string("loss_mmod_") + integer(2)),
        (integer(80) + integer(80), integer(80) + integer(60)),
        (string("input_rgb_image_pyramid"), string("input_rgb_image_sized__")),
        (string("bn_con2"), string("bn_con3")),
    ],
)
def test_another_detector_is_refused(data: bytes, said: bytes, instead: bytes) -> None:
    assert said in data
    with pytest.raises(ModelCorrupt):
        build_mmod(data.replace(said, instead, 1))


def test_another_overlap_or_mean_is_refused(data: bytes) -> None:
    head = data.index(integer(80) + integer(80)) + len(integer(80) * 2)
    numbers = data.index(string("input_rgb_image_pyramid"), head)
    versions = (integer(2) * 18) + integer(3)
    assert data[numbers - len(versions) : numbers] == versions

    def options(overlap: float, covered: float) -> bytes:
        values = (1.0, 1.0, 0.5, overlap, covered, 0.5, 1.0)
        return b"".join(floating(value) for value in values)

    def patched(middle: bytes) -> bytes:
        return data[:head] + middle + data[numbers - len(versions) :]

    build_mmod(patched(options(0.3382761351109955, 1.0)))
    for overlap, covered in ((0.34, 1.0), (0.3382761351109955, 0.9), (float("nan"), 1.0)):
        with pytest.raises(ModelCorrupt, match="overlap"):
            build_mmod(patched(options(overlap, covered)))

    mean = numbers + len(string("input_rgb_image_pyramid"))
    with pytest.raises(ModelCorrupt):
        build_mmod(data[:mean] + floating(100.0) * 3 + data[data.index(string("con_4")) :])


def test_flipped_bits_in_the_structure_never_crash(data: bytes) -> None:
    random = np.random.default_rng(7)
    unnoticed = 0
    for position in random.integers(0, 180, 80):
        damaged = bytearray(data)
        damaged[position] ^= 1 << int(random.integers(8))
        try:
            build_mmod(bytes(damaged))
        except ModelCorrupt:
            continue
        unnoticed += 1
        # Only numbers of the training, the low bits of the mean, and weights may change unnoticed.
        assert 15 < position < 60 or position > 100
    assert unnoticed < 40
