"""How many cores a container may use."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from visavis.service._process import usable_cores

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("written", "expected"),
    [("50000 100000", 1), ("100000 100000", 1), ("max 100000", None), ("", None), ("a b", None)],
)
def test_a_quota_is_heeded(tmp_path: Path, written: str, expected: int | None) -> None:
    quota = tmp_path / "cpu.max"
    quota.write_text(written)
    assert usable_cores(quota) == (expected or len(os.sched_getaffinity(0)))


def test_no_more_than_there_are(tmp_path: Path) -> None:
    quota = tmp_path / "cpu.max"
    quota.write_text("99900000 100000")
    assert usable_cores(quota) == len(os.sched_getaffinity(0))
    assert usable_cores(tmp_path / "none") == len(os.sched_getaffinity(0))
