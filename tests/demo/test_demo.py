"""What the demo keeps, whom it answers, and what is left of it."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import ssl
import stat
import subprocess
from typing import TYPE_CHECKING

import httpx2
import pytest

from tests.demo.bank import VISAVIS, started

if TYPE_CHECKING:
    from pathlib import Path


def test_it_answers_its_own_host_alone_and_leaves_nothing(tmp_path: Path) -> None:
    with started(tmp_path) as demo, httpx2.Client() as client:
        written = tmp_path / "demo.env"
        assert stat.S_IMODE(written.stat().st_mode) == 0o600
        key = re.findall(r"^VISAVIS_DEMO_KEY=(\S+)$", written.read_text(), re.MULTILINE)[0]
        assert key not in demo.said
        assert "demo.env" in demo.said
        assert (folder := demo.left())
        assert [stat.S_IMODE(one.stat().st_mode) for one in folder] == [0o700]

        home = client.get(demo.address)
        assert home.status_code == 200
        assert "'unsafe" not in home.headers["content-security-policy"]
        cookie = home.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        port = demo.address.rstrip("/").rpartition(":")[2]
        for host in (f"localhost:{port}", "evil.example", "127.0.0.1", f"127.0.0.1:{port}.evil"):
            refused = client.get(demo.address, headers={"Host": host})
            assert refused.status_code == 421, host
            assert "Enrol" not in refused.text

        origin = demo.address.rstrip("/")
        for headers in ({}, {"Origin": "http://evil.example"}, {"Origin": "null"}):
            answer = client.post(f"{origin}/demo/enrolment", headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "origin.refused")
        opened = client.post(f"{origin}/demo/enrolment", headers={"Origin": origin})
        assert opened.status_code == 303
        assert opened.headers["location"].startswith(f"{origin}/capture/#t=")
        entries = client.get(f"{origin}/v1/log/entries", headers={"Authorization": f"Bearer {key}"})
        assert entries.status_code == 200

        assert demo.end(signal.SIGINT) == 0
        assert not written.exists()
        assert demo.left() == []
        log = (tmp_path / "log").read_text()
        assert key not in log
        assert opened.headers["location"].partition("#t=")[2] not in log


def test_a_phone_comes_over_tls(tmp_path: Path) -> None:
    with started(tmp_path, "--host", "127.0.0.1", "--tls") as demo:
        assert demo.address.startswith("https://127.0.0.1:")
        assert "█" in demo.said  # the QR code
        (certificate,) = demo.kept.glob("*/demo.crt")
        trusting = ssl.create_default_context(cafile=str(certificate))
        with httpx2.Client(verify=trusting) as client:
            home = client.get(demo.address)
        assert home.status_code == 200
        assert home.headers["set-cookie"].startswith("__Host-visavis-demo=")
        shown = ssl.PEM_cert_to_DER_cert(certificate.read_text())
        assert hashlib.sha256(shown).digest().hex(":") in demo.said
        assert demo.end(signal.SIGTERM) == 0
        assert demo.left() == []


def test_elsewhere_only_over_tls(tmp_path: Path) -> None:
    command = [str(VISAVIS), "demo", "--host", "192.0.2.1", "--no-browser"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--tls" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(
    not hasattr(signal, "SIGHUP") or signal.getsignal(signal.SIGHUP) is signal.SIG_IGN,
    reason="no terminals here, or started by nohup, which the demo inherits",
)
def test_a_closed_terminal_ends_it(tmp_path: Path) -> None:
    with started(tmp_path) as demo:
        assert httpx2.get(demo.address).status_code == 200
        demo.end(signal.SIGHUP)
        assert demo.left() == []
        assert not os.path.lexists(tmp_path / "demo.env")
