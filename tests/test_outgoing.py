"""The calls that go out: where to, and what is read of the answer."""

from __future__ import annotations

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from visavis._outgoing import OutgoingClient, OutgoingFailed, require_url
from visavis.credentials import fetch_from
from visavis.errors import InputInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer()

    def _answer(self) -> None:
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "/good")
        else:
            self.send_response(200 if self.path != "/gone" else 404)
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.wfile.write(b"x" * 300_000 if self.path == "/large" else b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_what_is_fetched(base: str) -> None:
    assert fetch_from(f"{base}/good")() == b"{}"
    for path in ("/gone", "/redirect", "/large"):
        with pytest.raises(OutgoingFailed):
            fetch_from(base + path)()
    with pytest.raises(OutgoingFailed):
        fetch_from("http://127.0.0.1:1/")()


def test_what_is_posted(base: str) -> None:
    with OutgoingClient() as client:
        answers = [
            client.post(base + path, body=b"{}", headers={}) for path in ("/good", "/redirect")
        ]
        assert answers == [200, 302]
        with pytest.raises(OutgoingFailed):
            client.post("http://127.0.0.1:1/", body=b"{}", headers={})


@pytest.mark.parametrize(
    "url", ["https://bank.example/hook?x=1", "https://10.0.0.7:8443/", "http://localhost:8000/a"]
)
def test_urls_that_are_called(url: str) -> None:
    require_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "", "bank.example", "http://bank.example/", "http://127.0.0.1.example/", "ftp://a/",
        "file:///etc/passwd", "https://", "https://user:password@bank.example/",
        "https://user@bank.example/", "https://bank.example/#a", "https://bank.example/a b",
        "https://bank.example:port/", "https://bank.example\\@localhost/", "https://b\u00e4nk/",
        "https://[::1", "https://bank.example/\n", "//bank.example/", "http://0x7f.1/",
    ],
)  # fmt: skip
def test_urls_that_are_not(url: str) -> None:
    with pytest.raises(InputInvalid):
        fetch_from(url)
