"""Where tests find real photographs, none of which is ever copied here, and a real server."""

from __future__ import annotations

import importlib.metadata
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from benchmarks._evidence import is_done, mark_done, sources, write

from tests.postgresql import Server, find_binaries, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def faces() -> Path:
    """The folder of shared photographs (``frll``, ``lfw-a``, ``orl``); skips where it is absent."""
    folder = Path(os.environ.get("VISAVIS_FACES", _REPOSITORY.parent / "shared" / "faces"))
    if not folder.is_dir():
        pytest.skip(f"no photographs at {folder}; set VISAVIS_FACES to run this test")
    return folder


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder of other projects' expected values; skips where it is absent."""
    folder = Path(os.environ.get("VISAVIS_VECTORS", _REPOSITORY.parent / "shared" / "vectors"))
    if not folder.is_dir():
        pytest.skip(f"no vectors at {folder}; set VISAVIS_VECTORS to run this test")
    return folder


@pytest.fixture(scope="session")
def astronaut() -> Path:
    """Scikit-image's public-domain portrait of Eileen Collins (NASA), 512 x 512 PNG."""
    import skimage  # noqa: PLC0415 - slow to import, and only this fixture needs it

    return Path(skimage.__file__).parent / "data" / "astronaut.png"


@pytest.fixture(scope="session")
def dlib_weights() -> Path:
    """The folder of dlib's weight files, as PyPI's ``face_recognition_models`` carries them."""
    files = importlib.metadata.files("face_recognition_models") or []
    (weights,) = (file for file in files if file.name == "mmod_human_face_detector.dat")
    return Path(str(weights.locate())).parent


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server of our own; skips where none is installed, unless that is asked for."""
    binaries = find_binaries()
    if binaries is None:
        missing = "no PostgreSQL server here; on Debian: apt-get install postgresql"
        if os.environ.get("VISAVIS_REQUIRE_POSTGRESQL"):
            pytest.fail(missing)
        pytest.skip(missing)
    with running(binaries) as server:
        yield server


@pytest.fixture
def keep(request: pytest.FixtureRequest) -> Callable[[Mapping[str, Any]], None]:
    """Keeps what a full-size run (``evidence("name")``) found in ``docs/evidence``.

    A run that was done from the same sources is not repeated. Small runs keep nothing.
    """
    mark = request.node.get_closest_marker("evidence")
    if mark is None:
        return lambda _: None
    databases = {"sqlite", "postgresql"} & set(_parameters(request))
    name, made_from = "_".join([*mark.args, *databases]), sources("src", "tests")
    if is_done(name, made_from):
        pytest.skip("done already, from these sources")

    def write_and_mark(results: Mapping[str, Any]) -> None:
        write(name, results)
        mark_done(name, made_from)

    return write_and_mark


def _parameters(request: pytest.FixtureRequest) -> list[object]:
    values = request.node.callspec.params.values() if hasattr(request.node, "callspec") else ()
    return [value for value in values if isinstance(value, str)]
