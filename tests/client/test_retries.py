"""What is asked again, and what is not, by scripted answers on a socket."""

from __future__ import annotations

import json
import socket
import uuid
from typing import TYPE_CHECKING

import pytest

from tests.client.between import answer, answering
from visavis.client import Client, Retries
from visavis.errors import (
    EnrolmentUnknown,
    RateExceeded,
    ServiceAnswerInvalid,
    ServiceOverloaded,
    ServiceUnreachable,
)
from visavis.sealing import Claim

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.client.between import Line

_QUICK = Retries(tries=3, first=0.001, longest=1.0)
_GONE = answer(204, b"")
_ID = uuid.UUID("6f1d2c9e-6a3b-4c53-9a7e-0a4b8f1c2d3e")


def _problem(status: int, code: str, **headers: str) -> bytes:
    body = {"code": code, "detail": "Because.", "request_id": "r-1"}
    return answer(status, json.dumps(body).encode(), **headers)


_BUSY = _problem(503, "service.overloaded", Retry_After="1")


def test_what_passes_is_asked_again_with_the_same_key() -> None:
    in_progress = _problem(409, "idempotency.in_progress")
    with answering(b"", in_progress, _GONE) as line, _client(line) as client:
        client.forget(_ID)
    keys = {_header(asked, b"idempotency-key") for asked in line.requests}
    assert len(line.requests) == 3
    assert len(keys) == 1
    (key,) = keys
    assert len(key) == 32
    with answering(_GONE) as line, _client(line) as client:
        client.forget(_ID)
    assert _header(line.requests[0], b"idempotency-key") != key


def test_a_proxy_without_its_service_is_asked_again() -> None:
    proxy = answer(502, b"<html>Bad Gateway</html>")
    with answering(proxy, answer(504, b""), _GONE) as line, _client(line) as client:
        client.forget(_ID)
    assert len(line.requests) == 3


def test_a_busy_service_says_how_long() -> None:
    with answering(_BUSY, _GONE) as line, _client(line) as client:
        client.forget(_ID)
    assert len(line.requests) == 2


def test_nobody_is_kept_waiting_for_longer_than_they_want() -> None:
    busy = _problem(503, "service.overloaded", Retry_After="2")
    with answering(busy) as line, _client(line) as client:
        with pytest.raises(ServiceOverloaded) as caught:
            client.forget(_ID)
        assert caught.value.retry_after.total_seconds() == 2
    assert len(line.requests) == 1


def test_patience_ends() -> None:
    with answering(b"", b"", b"", _GONE) as line, _client(line) as client:
        with pytest.raises(ServiceUnreachable):
            client.forget(_ID)
        assert len(line.requests) == 3
        client.forget(_ID)


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.enable(_ID),
        lambda client: client.withdraw_consent(_ID),
        lambda client: client.forget(_ID),
    ],
    ids=["enable", "withdraw", "forget"],
)
def test_whatever_changes_something_carries_a_key(ask: Callable[[Client], None]) -> None:
    with answering(b"", _BUSY, _GONE) as line, _client(line) as client:
        ask(client)
    first, *others = [_header(asked, b"idempotency-key") for asked in line.requests]
    assert others == [first, first]


def test_a_renewal_is_asked_again_with_the_same_key() -> None:
    claim = Claim.generate(institution="default")
    given = answer(201, json.dumps({"claim": claim.reveal()}).encode())
    with answering(b"", given) as line, _client(line) as client:
        new = client.renew(enrolment_id=_ID, claim=claim, probes=[b"x"], idempotency_key="mine")
    assert new.reveal() == claim.reveal()
    assert [_header(asked, b"idempotency-key") for asked in line.requests] == ["mine", "mine"]


def test_a_refusal_is_an_answer() -> None:
    for status, code, error in (
        (404, "enrolment.unknown", EnrolmentUnknown),
        (429, "rate.exceeded", RateExceeded),
    ):
        refusal = _problem(status, code, Retry_After="1")
        with answering(refusal) as line, _client(line) as client:
            with pytest.raises(error) as caught:
                client.forget(_ID)
            assert caught.value.detail == "Because."
            assert caught.value.__notes__ == ["request r-1"]
        assert len(line.requests) == 1


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with Client(url, retries=_QUICK) as client, pytest.raises(ServiceUnreachable):
        client.version()


@pytest.mark.parametrize(
    "wrong",
    [
        answer(200, b""),
        answer(200, b"[]"),
        answer(200, b"{}"),
        answer(200, b"<html>"),
        answer(200, b'{"state": "famous"}'),
        answer(302, b"", Location="https://elsewhere.example/"),
        answer(404, b"<html>nothing here</html>"),
        answer(500, b"{}"),
        _problem(418, "tea.pot"),
        _problem(418, "x\r\ny"),
        answer(200, b"\xff" * 10, Content_Encoding="gzip"),
    ],
)
def test_what_the_service_would_not_say_is_not_believed(wrong: bytes) -> None:
    with answering(wrong) as line, _client(line) as client, pytest.raises(ServiceAnswerInvalid):
        client.show(_ID)
    assert len(line.requests) == 1


def test_errors_do_not_quote_what_was_sent_or_answered() -> None:
    claim = Claim.generate(institution="default")
    told = answer(200, json.dumps({"claim": claim.reveal()[:-1]}).encode())
    with (
        answering(told) as line,
        _client(line) as client,
        pytest.raises(ServiceAnswerInvalid) as caught,
    ):
        client.renew(enrolment_id=_ID, claim=claim, probes=[b"x"])
    assert claim.reveal()[:-1] not in repr(caught.value)
    assert caught.value.__suppress_context__


def _client(line: Line) -> Client:
    return Client(line.url, retries=_QUICK)


def _header(asked: bytes, name: bytes) -> str:
    (line,) = [line for line in asked.split(b"\r\n") if line.lower().startswith(name + b":")]
    return line.partition(b":")[2].strip().decode()
