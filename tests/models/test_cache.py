from __future__ import annotations

import multiprocessing
from pathlib import Path  # noqa: TC003 - pytest reads the annotation

from visavis.models import cached


def _never() -> bytes:
    raise AssertionError("built although the cache has it")


def test_content_is_built_once(tmp_path: Path) -> None:
    assert cached("key", lambda: b"content", folder=tmp_path / "new") == b"content"
    assert cached("key", _never, folder=tmp_path / "new") == b"content"
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_a_damaged_entry_is_built_anew(tmp_path: Path) -> None:
    cached("key", lambda: b"content", folder=tmp_path)
    for damage in (b"", b"short", (tmp_path / "key").read_bytes()[:-1] + b"X"):
        (tmp_path / "key").write_bytes(damage)
        assert cached("key", lambda: b"content", folder=tmp_path) == b"content"
        assert cached("key", _never, folder=tmp_path) == b"content"


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    assert cached("key", lambda: b"content", folder=tmp_path / "file") == b"content"


def _start(folder: Path) -> bytes:
    return cached("key", lambda: b"content" * 100_000, folder=folder)


def test_processes_that_start_together(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        contents = pool.map(_start, [tmp_path] * 16)
    assert set(contents) == {b"content" * 100_000}
    assert [entry.name for entry in tmp_path.iterdir()] == ["key"], "no temporary file is left"
