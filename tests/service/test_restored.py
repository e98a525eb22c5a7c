"""A service whose store is an old one does not start, and is not ready."""

from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.service.desk import opened, settings_in
from tests.verifier.people import enrol
from visavis.service._upkeep import one_round
from visavis.settings import LogSettings
from visavis.verifier import Vault, sign_log

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.service.desk import Desk
    from visavis.verifier import Verifier


@pytest.fixture
def copied(tmp_path: Path, verifier: Verifier) -> Iterator[Desk]:
    """A desk whose log is copied."""
    log = LogSettings(copies=tmp_path / "copies")
    with opened(settings_in(tmp_path).model_copy(update={"log": log}), verifier) as desk:
        yield desk


def _ready(desk: Desk) -> tuple[int, str]:
    answer = desk.client.get("/readyz")
    return answer.status_code, answer.json().get("code", "")


def _rounds(desk: Desk, result: str) -> float:
    registry = desk.service.metrics.registry
    return registry.get_sample_value("visavis_upkeep_total", {"result": result}) or 0


def test_ready_with_its_own_store(copied: Desk) -> None:
    enrol(copied.service.vaults.first)
    one_round(copied.service)
    assert _ready(copied) == (200, "")
    assert _rounds(copied, "failed") == 0


def test_not_ready_with_an_older_store(copied: Desk, tmp_path: Path) -> None:
    """As where a database is restored beneath a service that runs."""
    vault, settings = copied.service.vaults.first, copied.service.settings
    enrol(vault)
    one_round(copied.service)
    newer = tmp_path / "newer.db"
    with sqlite3.connect(tmp_path / "store.db") as source:
        source.execute("VACUUM INTO ?", (str(newer),))
    source.close()
    newer.chmod(0o600)
    with Vault.open(f"sqlite:///{newer}", keys=settings.keys, copies=vault.copies) as ahead:
        enrol(ahead)
        sign_log(ahead)
    assert _ready(copied) == (503, "store.restored")
    failed = _rounds(copied, "failed")
    one_round(copied.service)
    assert _rounds(copied, "failed") == failed + 1
    assert copied.client.get("/healthz").status_code == 200


def test_not_ready_without_its_copy(copied: Desk, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "copies")
    assert _ready(copied) == (503, "log.copy_missing")
