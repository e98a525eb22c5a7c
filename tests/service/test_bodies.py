"""Bodies that are too large, too slow, or not what they say; and what headers cannot do."""

from __future__ import annotations

import contextlib
import socket
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.service.desk import opened, settings_in, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.service.desk import Desk
    from visavis.verifier import Verifier

_ID = "6f1d2c9e-6a3b-4c53-9a7e-0a4b8f1c2d3e"
_FIELDS = {"enrolment_id": _ID, "claim": "vis1_x", "purpose": "payment"}


def _post(desk: Desk, content: bytes | Iterator[bytes], kind: str, **headers: str) -> Any:  # noqa: ANN401
    answer = desk.ask(
        "POST",
        "/v1/verifications",
        scope="verify",
        content=content,
        headers={"Content-Type": kind, **headers},
    )
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, verifier: Verifier) -> Iterator[Desk]:
    settings = settings_in(tmp_path_factory.mktemp("home"), max_body=2048, body_seconds=1.0)
    with opened(settings, verifier) as desk:
        yield desk


def test_a_large_body_is_refused_before_it_is_read(small: Desk) -> None:
    assert _post(small, b"x" * 2049, "application/json") == (413, "request.too_large")


def test_a_large_body_without_a_length_is_refused_where_it_shows(small: Desk) -> None:
    chunks = (b"x" * 1000 for _ in range(3))
    assert _post(small, chunks, "application/json") == (413, "request.too_large")


def test_nothing_of_a_body_is_read_before_its_caller_is_known(small: Desk) -> None:
    with _connection(small) as sent:
        sent.sendall(b"POST /v1/verifications HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n")
        assert sent.recv(4096).startswith(b"HTTP/1.1 401 ")


def test_a_slow_body_is_given_up(small: Desk) -> None:
    head = (
        "POST /v1/verifications HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Content-Length: 900\r\nAuthorization: Bearer {small.key('verify')}\r\n\r\n"
    )
    with _connection(small) as sent:
        sent.sendall(head.encode() + b"{")
        answer = _until_closed(sent)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"request.timeout"' in answer


@pytest.mark.parametrize("head", [b"", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: "])
def test_a_slow_head_is_given_up(small: Desk, head: bytes) -> None:
    with _connection(small) as sent:
        sent.sendall(head)
        began = time.monotonic()
        assert _until_closed(sent) == b""
    assert time.monotonic() - began < 10


def test_a_head_that_drips_is_given_up(small: Desk) -> None:
    """Each byte in time, and never the last: what counts is the whole."""
    with _connection(small) as sent:
        sent.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        assert _dripped_until_closed(sent) == b""


def test_a_body_that_drips_is_given_up(small: Desk) -> None:
    head = (
        "POST /v1/verifications HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Content-Length: 900\r\nAuthorization: Bearer {small.key('verify')}\r\n\r\n"
    )
    with _connection(small) as sent:
        sent.sendall(head.encode())
        assert _dripped_until_closed(sent).startswith(b"HTTP/1.1 408 ")


def test_the_rest_of_a_body_that_was_refused_is_given_up(small: Desk) -> None:
    with _connection(small) as sent:
        sent.sendall(b"POST /v1/verifications HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n")
        assert _dripped_until_closed(sent).startswith(b"HTTP/1.1 401 ")


def test_a_second_request_on_a_connection_has_its_time_too(small: Desk) -> None:
    ask = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    with _connection(small) as sent:
        for _ in range(2):
            sent.sendall(ask)
            assert _until(sent, b'"ok"')
        time.sleep(1.2)  # longer than a head may take: nothing was begun
        sent.sendall(ask)
        assert _until(sent, b'"ok"')


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "request.malformed"),
        (b"{", "request.malformed"),
        (b"\xff\xfe", "request.malformed"),
        (b'{"a": NaN}', "request.malformed"),
        (b'{"claim": "a", "claim": "b"}', "request.malformed"),
        (b"[" * 200_000, "request.malformed"),
        (b"1" * 5000, "request.malformed"),
        (b"[]", "input.invalid"),
        (b"null", "input.invalid"),
        (b"{}", "input.invalid"),
    ],
)
def test_what_is_not_json_is_refused(shared_desk: Desk, body: bytes, code: str) -> None:
    assert _post(shared_desk, body, "application/json")[1] == code


@pytest.mark.parametrize(
    "change",
    [
        {"enrolment_id": 7},
        {"enrolment_id": "x"},
        {"purpose": "two words"},
        {"purpose": "payment\n"},
        {"nonce": "a\r\nSet-Cookie: b"},
        {"nonce": ""},
        {"audience": "ü"},
        {"terminal": 7},
        {"transaction": []},
        {"score": 1},
        {"probes": []},
        {"probes": ["!"]},
        {"probes": ["AAAA "]},
        {"probes": ["AAA"]},
        {"probes": ["AAAA"] * 6},
        {"probes": "AAAA"},
        {"probes": ["https://127.0.0.1/x.jpg"]},
        {"probes": ["/etc/passwd"]},
        {"probes": [{"url": "file:///etc/passwd"}]},
    ],
    ids=str,
)
def test_fields_are_what_they_must_be(shared_desk: Desk, change: dict[str, Any]) -> None:
    body = {**_FIELDS, "probes": ["AAAA"], **change}
    answer = shared_desk.ask("POST", "/v1/verifications", scope="verify", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "input.invalid")


def test_a_field_that_is_not_known_is_not_repeated(shared_desk: Desk) -> None:
    body = {**_FIELDS, "probes": ["AAAA"], "vis1_secret": 1}
    answer = shared_desk.ask("POST", "/v1/verifications", scope="verify", json=body)
    assert answer.json()["input"] == "the body"
    assert "secret" not in answer.text


@pytest.mark.parametrize("kind", ["", "text/plain", "application/xml", "application/json5"])
def test_other_content_types_are_refused(shared_desk: Desk, kind: str) -> None:
    assert _post(shared_desk, b"{}", kind) == (415, "request.unsupported")


def test_an_error_about_a_picture_names_it(shared_desk: Desk, sample: bytes, probe: bytes) -> None:
    enrolled = shared_desk.enrol(sample)
    for broken, code in ((b"", "image.empty"), (b"GIF89a", "image.unsupported")):
        answer = shared_desk.verify(enrolled, probe, broken)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert answer.json()["input"] == "probes[1]"
    assert shared_desk.verify(enrolled, probe).json()["outcome"] == "match"


def test_a_claim_that_is_none_is_refused_before_a_face_is_looked_at(shared_desk: Desk) -> None:
    body = {**_FIELDS, "probes": [text(b"not a picture")]}
    answer = shared_desk.ask("POST", "/v1/verifications", scope="verify", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "claim.malformed")


def test_headers_cannot_be_injected(shared_desk: Desk) -> None:
    planted = "/v1/enrolments/%0d%0aSet-Cookie:%20a=b"
    answer = shared_desk.ask("GET", planted, scope="enrol", headers={"X-Request-ID": "mine"})
    assert answer.status_code == 422
    assert "set-cookie" not in answer.headers
    assert answer.headers["x-request-id"] != "mine"
    assert answer.headers["x-request-id"] == answer.json()["request_id"]


@pytest.mark.parametrize(
    "raw",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 10_000 + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"x" * 100_000,
        b"\x00\x01\x02\r\n\r\n",
    ],
)
def test_requests_that_proxies_read_differently_are_refused(shared_desk: Desk, raw: bytes) -> None:
    with _connection(shared_desk) as sent, contextlib.suppress(ConnectionError):
        sent.sendall(raw)
        answer = _until_closed(sent)
        assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 431 ")), answer


def test_a_body_that_comes_after_its_answer_is_no_head(shared_desk: Desk) -> None:
    """Whoever is refused before all is sent goes on sending it, and asks again."""
    body = b"x" * 300_000
    with _connection(shared_desk) as sent:
        head = f"POST /v1/verifications HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
        sent.sendall(head.encode() + body[:1000])
        refused = _until(sent, b"}")
        assert refused.startswith(b"HTTP/1.1 401 ")
        for begin in range(1000, len(body), 20_000):
            sent.sendall(body[begin : begin + 20_000])
            time.sleep(0.002)
        sent.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert _until(sent, b"}").startswith(b"HTTP/1.1 200 ")


@contextlib.contextmanager
def _connection(desk: Desk) -> Iterator[socket.socket]:
    url = desk.client.base_url
    with socket.create_connection((url.host, url.port or 80), timeout=15) as sent:
        yield sent


def _until(sent: socket.socket, mark: bytes) -> bytes:
    answer = b""
    while mark not in answer:
        arrived = sent.recv(65536)
        assert arrived, answer
        answer += arrived
    return answer


def _until_closed(sent: socket.socket) -> bytes:
    answer = b""
    with contextlib.suppress(ConnectionError):
        while arrived := sent.recv(65536):
            answer += arrived
    return answer


def _dripped_until_closed(sent: socket.socket) -> bytes:
    """Sends a byte now and then, sooner than anything times out by itself, until it is hung up."""
    answer, until = b"", time.monotonic() + 10
    sent.settimeout(0.1)
    while time.monotonic() < until:
        with contextlib.suppress(TimeoutError):
            try:
                sent.sendall(b"x")
                arrived = sent.recv(65536)
            except ConnectionError:
                return answer
            if not arrived:
                return answer
            answer += arrived
    raise AssertionError("it waits on and on")
