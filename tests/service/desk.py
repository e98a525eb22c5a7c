"""A service as a test needs it: a real store and real keys, uvicorn on loopback, an HTTP client."""

# ruff: noqa: ANN401 - httpx's own arguments are handed on

from __future__ import annotations

import base64
import contextlib
import json
import os
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx2
import uvicorn

from visavis.credentials import Scope, issue_credential
from visavis.service import Service, Vaults, create_app
from visavis.service._server import bind, configure
from visavis.settings import ServiceSettings, Settings
from visavis.verifier import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from visavis.service._traces import Spans
    from visavis.verifier import Verifier

CONSENT = {"purpose": "payment", "wording": "I agree.", "language": "en"}


@dataclass
class Desk:
    """One institution's counter.

    Attributes:
        service: what serves.
        client: speaks to it over a socket.
    """

    service: Service
    client: httpx2.Client
    keys: dict[tuple[str, ...], str] = field(default_factory=dict)

    def ask(
        self,
        method: str,
        path: str,
        *,
        scope: str,
        institution: str = "default",
        **more: Any,
    ) -> httpx2.Response:
        """With a credential of this scope."""
        headers = {"Authorization": f"Bearer {self.key(scope, institution=institution)}"}
        return self.client.request(method, path, headers=headers | more.pop("headers", {}), **more)

    def key(self, *scopes: str, institution: str = "default") -> str:
        """An API key with these scopes, the same each time."""
        known = (institution, *scopes)
        if known not in self.keys:
            issued = issue_credential(
                self.service.vaults.store,
                institution=institution,
                scopes=[Scope(scope) for scope in scopes],
                now=datetime.now(UTC),
            )
            self.keys[known] = issued.key.reveal()
        return self.keys[known]

    def master_key(self) -> str:
        """With every scope."""
        return self.key(*Scope)

    def enrol(self, *pictures: bytes, consent: dict[str, Any] = CONSENT, **more: Any) -> Any:
        answer = self.ask(
            "POST",
            "/v1/enrolments",
            scope="enrol",
            json={"consent": consent, "samples": [text(one) for one in pictures]},
            **more,
        )
        assert answer.status_code == 201, answer.text
        return answer.json()

    def verify(self, enrolled: dict[str, str], *pictures: bytes, **fields: Any) -> httpx2.Response:
        more = {name: fields.pop(name) for name in ("institution", "headers") if name in fields}
        body = {
            "enrolment_id": enrolled["enrolment_id"],
            "claim": enrolled["claim"],
            "purpose": "payment",
            "probes": [text(one) for one in pictures],
        }
        return self.ask("POST", "/v1/verifications", scope="verify", json=body | fields, **more)


def text(picture: bytes) -> str:
    return base64.b64encode(picture).decode()


def parts(fields: dict[str, Any], **pictures: bytes) -> dict[str, Any]:
    """As httpx sends them: a part of JSON, and files."""
    files = {name: (f"{name}.jpg", content, "image/jpeg") for name, content in pictures.items()}
    return {"request": (None, json.dumps(fields), "application/json"), **files}


def settings_in(folder: Path, *, store: str | None = None, **service: Any) -> Settings:
    """Settings of a test: all that is off by default on, and upkeep only when it is asked for."""
    chosen = {
        "port": 0,
        "uploads": 1_000_000,
        "claim_in_answer": True,
        "rate": "100000/minute",
        "enrolment_rate": "100000/minute",
        "forgetting_rate": "100000/minute",
        "upkeep_seconds": 3600,
        "drain_seconds": 2,
    }
    return Settings(
        home=folder,
        store=store or f"sqlite:///{folder}/store.db",
        service=ServiceSettings(**{**chosen, **service}),
    )


@contextlib.contextmanager
def opened(
    settings: Settings,
    verifier: Verifier,
    *,
    nonce: Callable[[], bytes] = lambda: os.urandom(32),
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    traces: Spans | None = None,
) -> Iterator[Desk]:
    """A new store, served until the block ends."""
    vault = Vault.create(settings.store, keys=settings.keys, copies=settings.log.copies)
    vaults = Vaults(vault, keys=settings.keys)
    service = Service.of(
        settings=settings,
        verifier=verifier,
        vaults=vaults,
        clock=clock,
        nonce=nonce,
        traces=traces,
    )
    with contextlib.closing(vaults), serving(service) as client:
        yield Desk(service, client)


@contextlib.contextmanager
def serving(service: Service) -> Iterator[httpx2.Client]:
    """uvicorn in a thread, and a client of it."""
    chosen = service.settings.service
    listening = bind(chosen)
    server = uvicorn.Server(configure(create_app(service), chosen))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    host, port = listening.getsockname()[:2]
    try:
        with httpx2.Client(base_url=f"http://{host}:{port}", timeout=30) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
