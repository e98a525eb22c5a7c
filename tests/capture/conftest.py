from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.service.desk import opened, settings_in
from visavis.verifier import Verifier

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.service.desk import Desk

NONCE = bytes(range(32))


@pytest.fixture(scope="session")
def verifier() -> Verifier:
    return Verifier.default()


@pytest.fixture
def desk(tmp_path: Path, verifier: Verifier) -> Iterator[Desk]:
    """A service whose challenges are known to the test before they are asked."""
    with opened(settings_in(tmp_path), verifier, nonce=lambda: NONCE) as desk:
        yield desk
