"""Desks with the default pack, and pictures of one person."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

import pytest
import structlog

from tests.pictures import jpeg, portrait
from tests.service.desk import opened, settings_in
from visavis.service import set_up_log
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


@pytest.fixture(scope="session")
def stranger(faces: Path) -> bytes:
    """Somebody else."""
    path = min((faces / "frll").glob("*/neutral_*_03.jpg"))
    return path.read_bytes()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Of the service, as it is written; restored afterwards."""
    stream, root = io.StringIO(), logging.getLogger()
    handlers = list(root.handlers)
    set_up_log(stream)
    yield stream
    root.handlers[:] = handlers
    structlog.reset_defaults()


@pytest.fixture
def desk(tmp_path: Path, verifier: Verifier) -> Iterator[Desk]:
    with opened(settings_in(tmp_path), verifier) as desk:
        yield desk


@pytest.fixture(scope="module")
def shared_desk(tmp_path_factory: pytest.TempPathFactory, verifier: Verifier) -> Iterator[Desk]:
    """One for a whole file, for tests that leave nothing behind that another would notice."""
    with opened(settings_in(tmp_path_factory.mktemp("home")), verifier) as desk:
        yield desk
