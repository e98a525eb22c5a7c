from __future__ import annotations

import pickle
import struct
import tracemalloc
from typing import TYPE_CHECKING, Any

import lz4.frame
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.mtcnn_files import weight_file
from visavis.errors import ModelCorrupt
from visavis.models import read_mtcnn

if TYPE_CHECKING:
    from collections.abc import Callable

RAW: bytes = lz4.frame.decompress(weight_file("pnet.lz4"))
HEADER = 230  # bytes before the first array, as pickletools prints them


def packed(raw: bytes) -> bytes:
    frame: bytes = lz4.frame.compress(raw)
    return frame


Shapes = list[tuple[int, ...]]
PNET: Shapes = [(3, 3, 3, 10), (10,), (1, 1, 10), (3, 3, 10, 16), (16,), (1, 1, 16)]
PNET += [(3, 3, 16, 32), (32,), (1, 1, 32), (1, 1, 32, 4), (4,), (1, 1, 32, 2), (2,)]
RNET: Shapes = [(3, 3, 3, 28), (28,), (1, 1, 28), (3, 3, 28, 48), (48,), (1, 1, 48)]
RNET += [(2, 2, 48, 64), (64,), (1, 1, 64), (576, 128), (128,), (128,)]
RNET += [(128, 4), (4,), (128, 2), (2,)]
ONET: Shapes = [(3, 3, 3, 32), (32,), (1, 1, 32), (3, 3, 32, 64), (64,), (1, 1, 64)]
ONET += [(3, 3, 64, 64), (64,), (1, 1, 64), (2, 2, 64, 128), (128,), (1, 1, 128)]
ONET += [(1152, 256), (256,), (256,), (256, 4), (4,), (256, 10), (10,), (256, 2), (2,)]


@pytest.mark.parametrize(
    ("name", "shapes"), [("pnet.lz4", PNET), ("rnet.lz4", RNET), ("onet.lz4", ONET)]
)
def test_every_array_is_read(name: str, shapes: Shapes) -> None:
    arrays = read_mtcnn(weight_file(name))
    assert [array.shape for array in arrays] == shapes
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_values_are_those_of_the_file() -> None:
    first, *_, last = read_mtcnn(weight_file("pnet.lz4"))
    assert first[0, 0, 0, :3].tobytes().hex() == "a036a7bd1ecef93e934634bf"
    assert last.tolist() == [0.0005302674253471196, -0.0005076839588582516]


@pytest.mark.parametrize("name", ["pnet.lz4", "rnet.lz4", "onet.lz4"])
@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.5, 0.9, 0.99999])
def test_a_truncated_file_is_refused(name: str, share: float) -> None:
    data = weight_file(name)
    with pytest.raises(ModelCorrupt):
        read_mtcnn(data[: int(len(data) * share)])
    raw = lz4.frame.decompress(data)
    with pytest.raises(ModelCorrupt):
        read_mtcnn(packed(raw[: int(len(raw) * share)]))


def test_bytes_after_the_end_are_refused() -> None:
    with pytest.raises(ModelCorrupt, match="after its end"):
        read_mtcnn(weight_file("pnet.lz4") + b"x")
    with pytest.raises(ModelCorrupt, match="after its end"):
        read_mtcnn(packed(RAW + b"x"))


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_damage_gives_arrays_or_model_corrupt(data: st.DataObject) -> None:
    damaged = bytearray(RAW)
    for _ in range(data.draw(st.integers(1, 4))):
        # Half of the damage in the first header: the rest of the file is nearly all weights.
        end = data.draw(st.sampled_from([HEADER, len(RAW)]))
        damaged[data.draw(st.integers(0, end - 1))] = data.draw(st.integers(0, 255))
    try:
        arrays = read_mtcnn(packed(bytes(damaged)))
    except ModelCorrupt:
        return
    assert all(np.isfinite(array).all() for array in arrays)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_pickle_gives_arrays_or_model_corrupt(tail: bytes) -> None:
    with pytest.raises(ModelCorrupt):
        read_mtcnn(packed(b"\x80\x04" + tail + b"\x80"))  # no STOP at the end


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_anything_but_a_frame_is_refused(data: bytes) -> None:
    with pytest.raises(ModelCorrupt):
        read_mtcnn(data)


def test_a_decompression_bomb_is_refused_in_little_memory() -> None:
    bomb = packed(bytes(200_000_000))
    tracemalloc.start()
    with pytest.raises(ModelCorrupt, match="too large"):
        read_mtcnn(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


class _Calls:
    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return pytest.fail, ("the reader called what the file named",)


def test_nothing_that_a_file_names_is_called() -> None:
    with pytest.raises(ModelCorrupt):
        read_mtcnn(packed(pickle.dumps([_Calls()], protocol=4)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\x8c\x02f4", b"\x8c\x02f8"),  # another type
        (b"\x8c\x02f4", b"\x8c\x02O8"),  # objects
        (b"\x8c\x01<", b"\x8c\x01>"),  # another byte order
        (b"\x8c\x01C", b"\x8c\x01F"),  # another axis order
        (b"\x8c\x07ndarray", b"\x8c\x07memmaps"),  # another class
        (b"\x13joblib.numpy_pickle", b"\x13joblib.numpy_pickl3"),
        (b"(K\x03K\x03K\x03K\nt", b"(K\x00K\x03K\x03K\nt"),  # an empty array
        (b"(K\x03K\x03K\x03K\nt", b"(K\x04K\x03K\x03K\nt"),  # reads into what follows
        (b"(K\x03K\x03K\x03K\nt", b"(J\xff\xff\xff\x7fK\x03K\nt"),  # 240 GB
        (b"(K\x03K\x03K\x03K\nt", b"(" + b"J\xff\xff\xff\x7f" * 4 + b"t"),  # beyond any address
        (b"(K\x03K\x03K\x03K\nt", b"(J\xff\xff\xff\xffK\x03K\nt"),  # a negative side
        (b"(K\x03K\x03K\x03K\nt", b"(K\x03\x88K\x03K\x03K\nt"),  # True among the sides
    ],
)
def test_an_array_of_another_kind_is_refused(old: bytes, new: bytes) -> None:
    assert RAW.count(old) >= 1
    tracemalloc.start()
    with pytest.raises(ModelCorrupt):
        read_mtcnn(packed(RAW.replace(old, new, 1)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_weight_that_is_no_number_is_refused(value: float) -> None:
    start = RAW.index(bytes.fromhex("a036a7bd1ecef93e"))
    damaged = RAW[:start] + struct.pack("<f", value) + RAW[start + 4 :]
    with pytest.raises(ModelCorrupt, match="finite"):
        read_mtcnn(packed(damaged))


@pytest.mark.parametrize(
    "body",
    [
        b"]" * 1_000_000 + b".",  # a million lists
        b"]\x94" + b"h\x00" * 1_000_000 + b".",  # a million references
        b"]\x94(h\x00e" + b"(h\x00e" * 400 + b".",  # a list that holds itself, over and over
        b")\x94" + b"h\x00h\x00\x86\x94" * 300 + b".",
        b"(" * 1500 + b"t" * 1500 + b".",  # tuples in tuples
        b"]" + b"\x94(h\x00h\x00t" * 300 + b"b.",
        b".",
        b"]].",
        b"e.",
        b"b.",
        b"R.",
        b"t.",
        b"]h\xff.",
        b"cos\nsystem\n(S'true'\ntR.",
        b"K\x01K\x02\x93.",
        b"].",
    ],
)
def test_hostile_opcodes_are_refused_or_harmless(body: bytes) -> None:
    tracemalloc.start()
    try:
        assert read_mtcnn(packed(b"\x80\x04" + body)) == []
    except ModelCorrupt:
        pass
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 20_000_000
