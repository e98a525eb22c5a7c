from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import visavis.models
from visavis.errors import ModelCorrupt
from visavis.models import find_pack, int8_digest, pack_digest
from visavis.models._int8_ranges import int8_ranges, read_int8_ranges

_FILE = Path(visavis.models.__file__).with_name("packs") / "dlib_int8_ranges.toml"
_DATA = _FILE.read_bytes()


def test_they_are_of_the_default_packs_network() -> None:
    ranges = int8_ranges()
    assert ranges.weights == find_pack("dlib").embedder.file.sha256
    assert len(ranges.blocks) == 14
    assert ranges.stem == 10.05
    assert ranges.blocks[0].second == (-9.424, 8.245)
    assert all(block.second[0] < 0 < min(block.first, block.total) for block in ranges.blocks)


@given(st.integers(0, len(_DATA) - 1), st.integers(0, 7))
def test_a_damaged_file_is_refused(position: int, bit: int) -> None:
    damaged = bytearray(_DATA)
    damaged[position] ^= 1 << bit
    for data in (bytes(damaged), _DATA[:position]):
        with pytest.raises(ModelCorrupt):
            read_int8_ranges(data)


def test_a_pack_in_int8_has_a_digest_of_its_own() -> None:
    pack = find_pack("dlib")
    assert len(int8_digest(pack)) == 64
    assert int8_digest(pack) != pack_digest(pack)
    assert int8_digest(pack) == int8_digest(replace(pack, title="another"))
    mirrorless = replace(pack, embedder=replace(pack.embedder, flip_at_verification=False))
    assert int8_digest(pack) != int8_digest(mirrorless)
