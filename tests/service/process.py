"""`visavis serve` as a process of its own, as tests and measurements need it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import httpx2
from benchmarks._load import request_bytes

from tests.service.desk import CONSENT, text
from visavis.credentials import Scope, issue_credential
from visavis.verifier import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

__all__ = ["PATIENT", "UPLOADS", "Process", "ask", "enrol", "initialise", "keys_in"]

UPLOADS = {
    "VISAVIS_SERVICE__UPLOADS": "1000000",
    "VISAVIS_SERVICE__CLAIM_IN_ANSWER": "true",
    "VISAVIS_SERVICE__RATE": "1000000/minute",
    "VISAVIS_SERVICE__ENROLMENT_RATE": "1000000/minute",
}
"""Settings with which everybody can be enrolled, and asked about as often as one likes."""

PATIENT = {
    "VISAVIS_SERVICE__ANSWER_SECONDS": "86400",
    "VISAVIS_SERVICE__BODY_SECONDS": "86400",
}
"""Settings with which a long run may be paused, and goes on."""

_BOUNDARY = "hhhhhhhhhhhhhhhh"
_VISAVIS = Path(sys.executable).with_name("visavis")


def keys_in(home: Path) -> Path:
    """Where the key ring of this data folder lies."""
    return home / "keys" / "keyring.json"


def initialise(home: Path, *, store: str | None = None) -> dict[str, str]:
    """Make a store and its keys; the headers of a caller who may do anything."""
    with Vault.create(store or f"sqlite:///{home}/store.db", keys=keys_in(home)) as vault:
        issued = issue_credential(
            vault.store, institution="default", scopes=[*Scope], now=datetime.now(UTC)
        )
    return {"Authorization": f"Bearer {issued.key.reveal()}"}


def enrol(client: httpx2.Client, picture: bytes) -> dict[str, str]:
    """Claim and ids of somebody new."""
    body = {"consent": CONSENT, "samples": [text(picture)]}
    enrolled: dict[str, str] = client.post("/v1/enrolments", json=body).raise_for_status().json()
    return enrolled


def ask(client: httpx2.Client, enrolled: dict[str, str], picture: bytes, **headers: str) -> bytes:
    """A verification as it goes over the wire: multipart, so the picture as it is."""
    fields = {name: enrolled[name] for name in ("enrolment_id", "claim")} | {"purpose": "payment"}
    part = f"--{_BOUNDARY}\r\nContent-Disposition: form-data; name="
    body = (
        f'{part}"request"\r\n\r\n{json.dumps(fields)}\r\n{part}"probes"\r\n\r\n'.encode()
        + picture
        + f"\r\n--{_BOUNDARY}--\r\n".encode()
    )
    known = {
        "Host": client.base_url.host,
        "Authorization": client.headers["Authorization"],
        "Content-Type": f"multipart/form-data; boundary={_BOUNDARY}",
    }
    return request_bytes("/v1/verifications", body, known | headers)


class Process:
    """One that serves, until it is ended or killed.

    Attributes:
        url: where.
    """

    def __init__(
        self,
        home: Path,
        headers: dict[str, str],
        environment: Mapping[str, str],
        *,
        store: str | None = None,
        command: tuple[str, ...] = (str(_VISAVIS),),
    ) -> None:
        """Start it and wait until it listens.

        Args:
            home: its data folder.
            headers: of a caller, as `initialise` gives them.
            environment: settings, such as `UPLOADS`.
            store: where it is not the one in the data folder.
            command: what starts visavis.
        """
        self._headers = headers
        options = ["--port", "0", "--home", str(home)]
        if store is not None:
            options += ["--store", store]
        self.process = subprocess.Popen(
            [*command, "serve", *options],
            env={**os.environ, **environment},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.url = str(self._line("listening")["url"])
        self._draining = threading.Thread(target=self._drain, daemon=True)
        self._draining.start()

    def client(self) -> httpx2.Client:
        """One that may do anything."""
        return httpx2.Client(base_url=self.url, headers=self._headers, timeout=60)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or 0

    def resident(self) -> int:
        """Bytes of it and of its own processes that are in memory."""
        return sum(_resident(pid) for pid in (self.process.pid, *self.own()))

    def processor_seconds(self) -> float:
        """How long it worked until now, all of its threads and processes together."""
        return sum(_processor_seconds(pid) for pid in (self.process.pid, *self.own()))

    def own(self) -> list[int]:
        """The processes that it started and that look at pictures for it."""
        return [pid for pid, parent in _parents() if parent == self.process.pid]

    def end(self) -> int:
        """As an operator ends it; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def wait(self) -> int:
        """Until it has ended; its exit status."""
        status = self.process.wait(timeout=60)
        self._draining.join()
        return status

    def kill(self) -> None:
        """As a machine that fails ends it."""
        self.process.kill()
        self.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.end()

    def _line(self, event: str) -> dict[str, Any]:
        for line in self.process.stderr or ():
            content: dict[str, Any] = json.loads(line)
            if content["event"] == event:
                return content
        raise AssertionError(f"it ended without {event}")

    def _drain(self) -> None:
        """A full pipe would stop it."""
        if self.process.stderr is not None:
            with self.process.stderr as log:
                for _ in log:
                    pass


def _parents() -> Iterator[tuple[int, int]]:
    """Every process of this machine, with the one that started it."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with contextlib.suppress(OSError):  # it has ended meanwhile
                yield int(folder.name), int(_stat(int(folder.name))[1])


def _stat(pid: int) -> list[str]:
    """From its state on, see proc(5)."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _processor_seconds(pid: int) -> float:
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    (line,) = [line for line in status if line.startswith("VmRSS:")]
    return int(line.split()[1]) * 1024
