"""Two services count together in a real Valkey or Redis, and let nobody in where it is gone."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.service.desk import Desk, opened, serving, settings_in
from visavis.errors import ServiceSetUp
from visavis.service import Service
from visavis.service._rates import Rates
from visavis.settings import ServiceSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx2

    from visavis.verifier import Verifier


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A server of our own: its address, and its process."""
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    if program is None:
        assert "VISAVIS_REQUIRE_VALKEY" not in os.environ
        pytest.skip("no Valkey or Redis here; on Debian: apt-get install redis-server")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen([program, *options], stdout=subprocess.DEVNULL) as process:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield f"valkey://127.0.0.1:{port}", process
        process.terminate()


def test_services_share_the_count_and_refuse_without_it(
    tmp_path: Path, verifier: Verifier, counter: tuple[str, subprocess.Popen[bytes]]
) -> None:
    address, process = counter
    settings = settings_in(tmp_path, rate="5/minute", rate_storage=address)
    with opened(settings, verifier) as one:
        vaults = one.service.vaults
        with serving(Service.of(settings=settings, verifier=verifier, vaults=vaults)) as client:
            other = Desk(one.service, client, keys=one.keys)

            def ask(desk: Desk) -> httpx2.Response:
                return desk.ask("GET", "/v1/log/entries", scope="audit")

            answers = [ask(desk) for desk in (one, other, one, other, one, other, one)]
            assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
            assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
            process.kill()
            process.wait()
            lost = ask(other)
    assert (lost.status_code, lost.json()["code"]) == (503, "service.overloaded")
    assert lost.headers["Retry-After"] == "5"


def test_where_nobody_counts_is_refused_at_the_start() -> None:
    for address in ("nothing://", "memcached://127.0.0.1:1"):
        with pytest.raises(ServiceSetUp):
            Rates(ServiceSettings(rate_storage=address))
