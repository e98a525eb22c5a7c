"""A desk with the default pack, and pictures of one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.pictures import jpeg, portrait
from tests.service.desk import opened, settings_in
from visavis.verifier import Verifier

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.service.desk import Desk


@pytest.fixture(scope="session")
def verifier() -> Verifier:
    return Verifier.default()


@pytest.fixture(scope="session")
def sample(astronaut: Path) -> bytes:
    return jpeg(portrait(astronaut, scale=1.6))


@pytest.fixture(scope="session")
def probe(astronaut: Path) -> bytes:
    return jpeg(portrait(astronaut), quality=80)


@pytest.fixture
def desk(tmp_path: Path, verifier: Verifier) -> Iterator[Desk]:
    with opened(settings_in(tmp_path), verifier) as desk:
        yield desk
