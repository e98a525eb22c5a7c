"""Messages arrive signed, are repeated with growing waits, and are given up in the end."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from tests.records.house import NOW, TODAY, House
from visavis._outgoing import OutgoingClient
from visavis.errors import InputInvalid
from visavis.records import append_leaf, count_messages, list_dead_messages, revive_messages
from visavis.sealing import ServerSecret
from visavis.transparency import Event, EventKind
from visavis.webhooks import (
    LONGEST_WAIT,
    MAX_TRIES,
    Delivered,
    check_signature,
    deliver,
    post_with,
    register_endpoint,
)
from visavis.webhooks._deliver import _wait

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

_SECRET = ServerSecret(bytes(range(32)))
_URL = "https://bank.example/hook"


@dataclass
class Bank:
    """Receives webhooks, and takes them or not."""

    takes: bool = True
    received: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    def __call__(self, url: str, body: bytes, headers: dict[str, str]) -> bool:
        self.received.append((url, body, headers))
        return self.takes


@pytest.fixture
def key(house: House) -> str:
    registered = register_endpoint(house.store, _SECRET, institution="default", url=_URL, now=NOW)
    assert registered.key not in repr(registered)
    return registered.key


def _disable(house: House) -> UUID:
    person = house.enrol()
    event = Event(
        kind=EventKind.ENROLMENT_DISABLED, institution="default", enrolment_id=person.enrolment_id
    )
    with house.store.transaction() as t:
        append_leaf(t, event, on=TODAY)
    return person.enrolment_id


def _deliver(house: House, bank: Bank, *, now: datetime = NOW) -> Delivered:
    return deliver(house.store, _SECRET, send=bank, now=now)


def test_a_message_arrives_signed_and_once(house: House, key: str) -> None:
    bank, enrolment_id = Bank(), _disable(house)
    assert _deliver(house, bank) == Delivered(delivered=1)
    ((url, body, headers),) = bank.received
    assert url == _URL
    content = json.loads(body)
    assert content.pop("message_id")
    assert content == {
        "kind": "enrolment.disabled",
        "institution": "default",
        "enrolment_id": str(enrolment_id),
        "happened_on": "2026-11-22",
    }
    check_signature(body, headers["Visavis-Signature"], key=key, now=NOW)
    assert _deliver(house, bank) == Delivered()
    with house.store.snapshot() as s:
        assert count_messages(s, "default") == 0


@pytest.mark.usefixtures("key")
def test_what_is_not_taken_is_repeated_and_given_up(house: House) -> None:
    bank, now = Bank(takes=False), NOW
    _disable(house)
    for _ in range(MAX_TRIES - 1):
        assert _deliver(house, bank, now=now) == Delivered(postponed=1)
        assert _deliver(house, bank, now=now) == Delivered()  # not at once
        now += LONGEST_WAIT
    assert _deliver(house, bank, now=now) == Delivered(given_up=1)
    assert _deliver(house, bank, now=now + timedelta(days=9)) == Delivered()
    with house.store.snapshot() as s:
        assert [message.tries for message in list_dead_messages(s, "default")] == [MAX_TRIES]
    assert len({json.loads(body)["message_id"] for _, body, _ in bank.received}) == 1
    with house.store.transaction() as t:
        revive_messages(t, "default", now=now)
    bank.takes = True
    assert _deliver(house, bank, now=now) == Delivered(delivered=1)


@pytest.mark.usefixtures("key")
def test_a_sender_that_dies_loses_nothing(house: House) -> None:
    def die(*_: object) -> bool:
        raise KeyboardInterrupt

    _disable(house)
    with pytest.raises(KeyboardInterrupt):
        deliver(house.store, _SECRET, send=die, now=NOW)
    bank = Bank()
    assert _deliver(house, bank) == Delivered()
    assert _deliver(house, bank, now=NOW + timedelta(minutes=5)) == Delivered(delivered=1)


@pytest.mark.usefixtures("key")
def test_two_senders_at_once_share_the_work(house: House) -> None:
    bank = Bank()
    for _ in range(12):
        _disable(house)
    threads = [threading.Thread(target=_deliver, args=(house, bank)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({body for _, body, _ in bank.received}) == len(bank.received) == 12


def test_waits_grow_and_differ() -> None:
    for tries, seconds in ((1, 10), (2, 20), (5, 160), (16, 21600), (99, 21600)):
        waits = {_wait(tries).total_seconds() for _ in range(50)}
        assert seconds / 2 <= min(waits) < max(waits) <= seconds


def test_only_safe_urls_are_registered(house: House) -> None:
    for url in ("http://bank.example/", "ftp://bank.example/", "https://u:p@bank.example/"):
        with pytest.raises(InputInvalid):
            register_endpoint(house.store, _SECRET, institution="default", url=url, now=NOW)


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((body, self.headers["Visavis-Signature"]))  # type: ignore[attr-defined]
        self.send_response(int(self.path.strip("/")))
        self.send_header("Location", "/200")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_over_http(house: House) -> None:
    with HTTPServer(("127.0.0.1", 0), _Handler) as server, OutgoingClient() as client:
        received: list[tuple[bytes, str]] = []
        server.received = received  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            for status, taken in ((204, True), (500, False), (302, False)):
                url = f"http://127.0.0.1:{server.server_port}/{status}"
                registered = register_endpoint(
                    house.store, _SECRET, institution="default", url=url, now=NOW
                )
                _disable(house)
                came = deliver(house.store, _SECRET, send=post_with(client), now=NOW)
                assert (came.delivered == 1) is taken
                body, header = received[-1]
                check_signature(body, header, key=registered.key, now=NOW)
            assert len(received) == 3  # a redirect is not followed
        finally:
            server.shutdown()
            thread.join()
        gone = post_with(client)
        assert not gone("http://127.0.0.1:1/", b"{}", {})
        assert not gone("ftp://127.0.0.1/", b"{}", {})
