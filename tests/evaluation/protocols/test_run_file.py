"""Embeddings on the disk: encrypted, resumable, gone at the end."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import numpy as np
import pytest

from visavis.errors import RunMismatch
from visavis.evaluation.protocols._run_file import FILE_NAME, RunFile
from visavis.evaluation.protocols._sample import Sample

if TYPE_CHECKING:
    from pathlib import Path

_ABOUT = bytes(range(32))


def _samples(seed: int) -> list[Sample]:
    random = np.random.default_rng(seed)
    rows = random.standard_normal((2, 128)).astype(np.float32)
    return [
        Sample(vector=rows[0], failure="", gate=""),
        Sample(vector=None, failure="face.none", gate="face.none"),
        Sample(vector=rows[1], failure="", gate="face.too_small", reference=rows[0] - rows[1]),
    ]


def _same(one: list[Sample], other: list[Sample]) -> bool:
    return len(one) == len(other) and all(
        a.failure == b.failure
        and a.gate == b.gate
        and (a.vector is b.vector is None or np.array_equal(a.vector, b.vector))  # type: ignore[arg-type]
        and (a.reference is b.reference is None or np.array_equal(a.reference, b.reference))  # type: ignore[arg-type]
        for a, b in zip(one, other, strict=True)
    )


def _open(tmp_path: Path, about: bytes = _ABOUT) -> RunFile:
    return RunFile.open(tmp_path / "out", about=about, keys=tmp_path / "keys")


def test_a_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    run = _open(tmp_path)
    run.add(_samples(1))
    run.add(_samples(2))
    again = _open(tmp_path)
    assert _same(again.samples, _samples(1) + _samples(2))
    again.add(_samples(3))
    assert _same(_open(tmp_path).samples, _samples(1) + _samples(2) + _samples(3))


def test_a_chunk_that_was_cut_off_is_dropped(tmp_path: Path) -> None:
    run = _open(tmp_path)
    run.add(_samples(1))
    path = tmp_path / "out" / FILE_NAME
    whole = path.read_bytes()
    run.add(_samples(2))
    path.write_bytes(path.read_bytes()[:-7])
    again = _open(tmp_path)
    assert _same(again.samples, _samples(1))
    assert path.read_bytes() == whole
    again.add(_samples(2))
    assert _same(_open(tmp_path).samples, _samples(1) + _samples(2))


def test_nothing_of_it_is_readable_and_nobody_else_may_read(tmp_path: Path) -> None:
    run = _open(tmp_path)
    samples = _samples(1)
    run.add(samples)
    path = tmp_path / "out" / FILE_NAME
    (key,) = (tmp_path / "keys").iterdir()
    content = path.read_bytes()
    assert samples[0].vector is not None
    assert samples[0].vector[:2].tobytes() not in content
    assert b"face.none" not in content
    assert key.read_bytes() not in content
    assert list((tmp_path / "out").iterdir()) == [path]  # the key does not lie beside it
    for private in (path, key):
        assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700


def test_it_is_deleted_with_its_key(tmp_path: Path) -> None:
    run = _open(tmp_path)
    run.add(_samples(1))
    run.delete()
    assert not (tmp_path / "out").exists()
    assert not list((tmp_path / "keys").iterdir())


def test_another_run_s_file_is_refused(tmp_path: Path) -> None:
    _open(tmp_path).add(_samples(1))
    with pytest.raises(RunMismatch, match="other pictures"):
        _open(tmp_path, about=bytes(32))


def test_without_its_key_it_is_refused(tmp_path: Path) -> None:
    _open(tmp_path).add(_samples(1))
    for key in (tmp_path / "keys").iterdir():
        key.unlink()
    with pytest.raises(RunMismatch, match="key"):
        _open(tmp_path)


@pytest.mark.parametrize("place", [100, -1])
def test_a_changed_byte_is_noticed(tmp_path: Path, place: int) -> None:
    _open(tmp_path).add(_samples(1))
    path = tmp_path / "out" / FILE_NAME
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(RunMismatch, match="damaged"):
        _open(tmp_path)


def test_chunks_cannot_be_exchanged(tmp_path: Path) -> None:
    run = _open(tmp_path)
    path = tmp_path / "out" / FILE_NAME
    start = path.stat().st_size
    run.add(_samples(1))
    middle = path.stat().st_size
    run.add(_samples(1))
    content = path.read_bytes()
    path.write_bytes(content[:start] + content[middle:] + content[start:middle])
    with pytest.raises(RunMismatch, match="damaged"):
        _open(tmp_path)
