"""`visavis serve` as a process: it starts on what `visavis init` made, and ends when it is told."""

from __future__ import annotations

import os
import re
import signal
import ssl
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.service.desk import text
from tests.service.process import UPLOADS, Process, enrol, initialise
from visavis.errors import ServiceSetUp
from visavis.service import require_apart
from visavis.settings import ServiceSettings, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

_VISAVIS = Path(sys.executable).with_name("visavis")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Process]:
    headers = initialise(tmp_path)
    with Process(tmp_path, headers, {**UPLOADS, "VISAVIS_SERVICE__PROCESSES": "1"}) as process:
        yield process


def test_what_was_begun_is_finished_when_it_ends(
    served: Process, sample: bytes, probe: bytes
) -> None:
    with served.client() as client:
        enrolled = enrol(client, sample)
        asked = {
            "enrolment_id": enrolled["enrolment_id"],
            "claim": enrolled["claim"],
            "purpose": "payment",
            "probes": [text(probe)],
        }
        with ThreadPoolExecutor(4) as pool:
            answers = [pool.submit(client.post, "/v1/verifications", json=asked) for _ in range(4)]
            while _busy(client) + sum(answer.done() for answer in answers) < len(answers):
                time.sleep(0.005)
            served.process.send_signal(signal.SIGTERM)
            statuses = {answer.result().status_code for answer in answers}
    assert statuses == {200}
    assert served.wait() == 0


def _busy(client: httpx2.Client) -> float:
    found = re.search(r'visavis_busy{workers="faces"} (\S+)', client.get("/metrics").text)
    return float(found[1]) if found else 0.0


def test_no_core_is_dumped(served: Process) -> None:
    limits = Path(f"/proc/{served.process.pid}/limits").read_text()
    (line,) = [line for line in limits.splitlines() if line.startswith("Max core file size")]
    assert line.split()[4:6] == ["0", "0"]
    assert served.end() == 0


def test_without_a_store_it_says_how_to_make_one(tmp_path: Path) -> None:
    done = subprocess.run(
        [str(_VISAVIS), "serve", "--port", "0", "--home", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("visavis: service.set_up: ")
    assert "`visavis init`" in done.stderr


def test_store_and_keys_lie_apart() -> None:
    together = Settings(home=Path("/h"), store="sqlite:////h/s.db", keys=Path("/h/keyring.json"))
    with pytest.raises(ServiceSetUp, match=r"service\.one_folder"):
        require_apart(together)
    allowed = together.model_copy(update={"service": ServiceSettings(one_folder=True)})
    require_apart(allowed)
    require_apart(Settings(home=Path("/h")))
    require_apart(together.model_copy(update={"store": "postgresql://u@h/d"}))


def test_tls_with_client_certificates(tmp_path: Path) -> None:
    certificate, key = _certificate(tmp_path)
    process = Process(
        tmp_path,
        initialise(tmp_path),
        {
            "VISAVIS_SERVICE__TLS_CERTIFICATE": str(certificate),
            "VISAVIS_SERVICE__TLS_KEY": str(key),
            "VISAVIS_SERVICE__TLS_CLIENTS": str(certificate),
        },
    )
    try:
        assert process.url.startswith("https://127.0.0.1:")
        context = ssl.create_default_context(cafile=certificate)
        with (
            httpx2.Client(verify=context, base_url=process.url) as client,
            pytest.raises(httpx2.TransportError),
        ):
            client.get("/healthz")
        context.load_cert_chain(certificate, key)
        with httpx2.Client(verify=context, base_url=process.url) as client:
            answer = client.get("/healthz")
            assert answer.headers["strict-transport-security"].startswith("max-age=")
            # A certificate does not stand in for a credential.
            assert client.get("/v1/log/entries").status_code == 401
    finally:
        assert process.end() == 0


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "visavis test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


def test_a_process_that_dies_fails_its_picture_and_is_replaced(
    served: Process, sample: bytes, probe: bytes
) -> None:
    """Nothing is counted against the holder, and nobody else notices."""
    with served.client() as client:
        enrolled = enrol(client, sample)
        asked = {
            "enrolment_id": enrolled["enrolment_id"],
            "claim": enrolled["claim"],
            "purpose": "payment",
            "probes": [text(probe)],
        }
        (looking,) = served.own()
        os.kill(looking, signal.SIGSTOP)
        with ThreadPoolExecutor(1) as pool:
            failing = pool.submit(client.post, "/v1/verifications", json=asked)
            while not _busy(client):
                time.sleep(0.005)
            time.sleep(0.2)
            os.kill(looking, signal.SIGKILL)
            failed = failing.result()
        assert (failed.status_code, failed.json()["code"]) == (500, "process.failed")
        for _ in range(6):  # five failures would have delayed it
            answer = client.post("/v1/verifications", json=asked)
            assert (answer.status_code, answer.json()["outcome"]) == (200, "match")
        assert served.own() != [looking]
    assert served.end() == 0


def test_no_process_is_left_when_the_service_is_killed(tmp_path: Path) -> None:
    headers = initialise(tmp_path)
    process = Process(tmp_path, headers, {"VISAVIS_SERVICE__PROCESSES": "2"})
    looking = process.own()
    assert len(looking) == 2
    process.kill()
    for _ in range(100):
        if not any(Path(f"/proc/{pid}").exists() for pid in looking):
            break
        time.sleep(0.05)
    assert not any(Path(f"/proc/{pid}").exists() for pid in looking)
