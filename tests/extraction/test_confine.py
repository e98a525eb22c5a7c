"""A process that shut itself in reaches nothing, and still looks at every kind of picture."""

from __future__ import annotations

import ctypes
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PIL import Image as PillowImage

from tests.imaging.hostile import small
from tests.imaging.samples import DISPLAY_P3_PRIMARIES, display_profile, encode, sampled_srgb_tag
from tests.pictures import jpeg, portrait
from visavis.errors import Error
from visavis.extraction import ChainElsewhere, LocalChain, Processes
from visavis.extraction._confine import shut_in
from visavis.face import Extractor
from visavis.models import find_pack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from visavis.extraction import Chain

_PACK = find_pack("dlib")

_REACHING = """
import os, signal, socket, sys
from visavis.extraction._confine import shut_in
assert shut_in()
tries = {
    "read": lambda: open(sys.argv[1]),
    "write": lambda: open(sys.argv[1] + "x", "w"),
    "list": lambda: os.listdir("/"),
    "execute": lambda: os.execv("/bin/true", ["true"]),
    "remove": lambda: os.unlink(sys.argv[1]),
    "connect": lambda: socket.create_connection(("127.0.0.1", int(sys.argv[2]))),
    "listen": lambda: socket.create_server(("127.0.0.1", 0)),
    "signal": lambda: os.kill(os.getppid(), 0),
}
for name, reach in tries.items():
    try:
        reach()
    except PermissionError:
        print(name)
"""


@pytest.fixture(scope="module")
def processes() -> Iterator[Processes]:
    with Processes(_PACK, count=1) as processes:
        if not processes.shut_in:
            pytest.skip("this system has no Landlock")
        yield processes


@pytest.mark.skipif(sys.platform != "linux", reason="Landlock is Linux's")
def test_nothing_is_reached_from_inside(tmp_path: Path) -> None:
    version = ctypes.CDLL(None).syscall(444, None, 0, 1)
    if version < 1:
        pytest.skip("this system has no Landlock")
    secret = tmp_path / "keyring.json"
    secret.write_text("secret")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = str(listening.getsockname()[1])
        command = [sys.executable, "-c", _REACHING, str(secret), port]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    refused = set(done.stdout.split())
    assert refused >= {"read", "write", "list", "execute", "remove"}
    assert (version < 4) or refused >= {"connect", "listen"}
    assert (version < 6) or "signal" in refused
    assert secret.read_text() == "secret"


def test_elsewhere_it_is_not_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not shut_in()


def test_every_kind_of_picture_is_opened_inside(processes: Processes, astronaut: Path) -> None:
    """What opens it is there already; a damaged one is refused for what is damaged."""
    inside: Chain = ChainElsewhere.of(processes)
    here: Chain = LocalChain.of(Extractor.load(_PACK), _PACK)
    picture = portrait(astronaut, scale=1.5)
    profile = display_profile(*DISPLAY_P3_PRIMARIES, sampled_srgb_tag(64))
    large = picture.resize((2400, 2400), PillowImage.Resampling.BICUBIC)
    kinds = [
        jpeg(picture),
        encode(picture, "PNG"),
        encode(picture, "WEBP"),
        encode(picture, "JPEG", icc_profile=profile),
        encode(picture.convert("CMYK"), "JPEG"),
        encode(picture.convert("L"), "PNG"),
        encode(picture.convert("RGBA"), "PNG", icc_profile=profile),
        encode(picture.rotate(90), "JPEG"),
        encode(large, "JPEG"),
    ]
    for content in kinds:
        (found,), (expected,) = (chain.references([content], "samples") for chain in (inside, here))
        assert (found.vector == expected.vector).all()
    for name, content in list(small(2382))[::3]:
        assert _judged(inside, content) == _judged(here, content), name


def _judged(chain: Chain, content: bytes) -> str:
    try:
        chain.probes([content], "probes")
    except Error as error:
        return str(error)
    return "a face"
