from __future__ import annotations

from typing import Any

import pytest

from tests.vectors import synthetic
from visavis.errors import InputInvalid
from visavis.extraction import LocalChain
from visavis.face import Extractor, Precision
from visavis.models import find_pack, int8_digest, pack_digest


@pytest.fixture(scope="module")
def integers() -> Extractor:
    return Extractor.load(find_pack("dlib"), precision=Precision.INT8)


def test_it_is_off_by_default(integers: Extractor) -> None:
    chips = synthetic.chips()
    usual = Extractor.load(find_pack("dlib"))
    asked = Extractor.load(find_pack("dlib"), precision=Precision.FP32)
    assert (usual.embedder.raw(chips) == asked.embedder.raw(chips)).all()
    assert not (usual.embedder.raw(chips) == integers.embedder.raw(chips)).all(axis=1).any()


def test_embeddings_name_the_precision(integers: Extractor) -> None:
    pack = find_pack("dlib")
    assert Extractor.load(pack).model == pack_digest(pack)
    assert integers.model == int8_digest(pack)


def test_a_name_from_a_settings_file_means_the_same(integers: Extractor) -> None:
    names: list[Any] = ["fp32", "int8"]
    usual, named = (Extractor.load(find_pack("dlib"), precision=name) for name in names)
    assert usual.model == pack_digest(find_pack("dlib"))
    assert named.model == integers.model
    chips = synthetic.chips()
    assert (named.embedder.raw(chips) == integers.embedder.raw(chips)).all()
    assert not (usual.embedder.raw(chips) == integers.embedder.raw(chips)).all()


def test_embeddings_stay_close(integers: Extractor) -> None:
    usual = Extractor.load(find_pack("dlib"))
    exact = usual.embedder.embed(synthetic.chips(), mirror=True)
    close = integers.embedder.embed(synthetic.chips(), mirror=True)
    assert (exact * close).sum(axis=1).min() > 0.99


def test_no_operating_point_is_offered_for_it(integers: Extractor) -> None:
    with pytest.raises(InputInvalid):
        LocalChain.of(integers, find_pack("dlib"))


def test_other_packs_have_none() -> None:
    with pytest.raises(InputInvalid, match="int8"):
        Extractor.load(find_pack("opencv"), precision=Precision.INT8)
