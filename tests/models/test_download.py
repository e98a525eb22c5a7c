from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.models.file_server import FileServer, serving
from visavis.errors import ModelDigestMismatch, ModelUnavailable
from visavis.models._download import download

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BODY = bytes(range(256)) * 1000


@pytest.fixture(scope="module", autouse=True)
def _no_proxy() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("no_proxy", "*")
        yield


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving({"file": BODY}) as server:
        yield server


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "file.part"


def _download(url: str, part: Path, *, timeout_s: float = 5) -> list[int]:
    seen: list[int] = []
    download(url, part, size=len(BODY), timeout_s=timeout_s, report=seen.append)
    return seen


def test_a_file_arrives_and_progress_is_told(server: FileServer, part: Path) -> None:
    seen = _download(f"{server.base}/ranges/file", part)
    assert part.read_bytes() == BODY
    assert seen == sorted(seen)
    assert seen[-1] == len(BODY)
    assert server.requests == [("/ranges/file", None)]


def test_what_is_there_is_not_fetched_again(server: FileServer, part: Path) -> None:
    part.write_bytes(BODY[:100_000])
    seen = _download(f"{server.base}/ranges/file", part)
    assert part.read_bytes() == BODY
    assert server.requests == [("/ranges/file", "bytes=100000-")]
    assert seen[0] > 100_000
    assert _download(f"{server.base}/ranges/file", part) == []
    assert len(server.requests) == 1


@pytest.mark.parametrize("manner", ["whole", "shifted", "unmeasured"])
def test_a_server_without_ranges_starts_anew(server: FileServer, part: Path, manner: str) -> None:
    part.write_bytes(b"x" * 100_000)
    _download(f"{server.base}/{manner}/file", part)
    assert part.read_bytes() == BODY


def test_a_part_that_is_too_long_is_dropped(server: FileServer, part: Path) -> None:
    part.write_bytes(BODY + b"x")
    _download(f"{server.base}/ranges/file", part)
    assert part.read_bytes() == BODY
    assert server.requests == [("/ranges/file", None)]


def test_a_server_with_a_shorter_file_is_asked_for_all_of_it(
    server: FileServer, part: Path
) -> None:
    server.files["file"] = BODY[:1000]
    part.write_bytes(BODY[:2000])
    with pytest.raises(ModelDigestMismatch, match="offers 1000 bytes"):
        _download(f"{server.base}/ranges/file", part)
    assert [span for _, span in server.requests] == ["bytes=2000-", None]


@pytest.mark.parametrize("manner", ["cut", "stalled"])
def test_an_interruption_keeps_what_arrived(server: FileServer, part: Path, manner: str) -> None:
    begin = time.perf_counter()
    with pytest.raises(ModelUnavailable, match="to continue"):
        _download(f"{server.base}/{manner}/file", part, timeout_s=0.3)
    assert time.perf_counter() - begin < 5
    kept = part.read_bytes()
    assert kept
    assert kept == BODY[: len(kept)]
    _download(f"{server.base}/ranges/file", part)
    assert part.read_bytes() == BODY
    assert server.requests[-1] == ("/ranges/file", f"bytes={len(kept)}-")


def test_not_a_byte_too_many_is_kept(server: FileServer, part: Path) -> None:
    _download(f"{server.base}/unmeasured/file", part)
    assert part.stat().st_size == len(BODY)


def test_a_page_instead_of_the_file_is_no_download(server: FileServer, part: Path) -> None:
    with pytest.raises(ModelDigestMismatch, match="offers 18 bytes"):
        _download(f"{server.base}/page/file", part)


@pytest.mark.parametrize(("path", "status"), [("ranges/nothing", 404), ("refuse/file", 403)])
def test_a_refusal_is_told(server: FileServer, part: Path, path: str, status: int) -> None:
    part.write_bytes(BODY[:100])
    with pytest.raises(ModelUnavailable, match=f"127.0.0.1 answered {status}"):
        _download(f"{server.base}/{path}", part)
    assert part.read_bytes() == BODY[:100]


def test_redirects_keep_the_range(server: FileServer, part: Path) -> None:
    part.write_bytes(BODY[:5000])
    _download(f"{server.base}/redirect/{quote('{base}/ranges/file', safe='')}", part)
    assert part.read_bytes() == BODY
    assert server.requests[-1] == ("/ranges/file", "bytes=5000-")


@pytest.mark.parametrize(
    "location",
    [
        "http://example.org/file",
        "https://me:secret@127.0.0.1/file",
        "ftp://127.0.0.1/file",
        "file:///etc/passwd",
        "data:,x",
    ],
)
def test_redirects_lead_nowhere_else(server: FileServer, part: Path, location: str) -> None:
    with pytest.raises(ModelUnavailable, match=r"redirects|answered 302") as caught:
        _download(f"{server.base}/redirect/{quote(location, safe='')}", part)
    assert "secret" not in caught.value.detail
    assert not part.exists()


def test_redirects_end(server: FileServer, part: Path) -> None:
    server.files["loop"] = b""
    with pytest.raises(ModelUnavailable, match="302"):
        _download(f"{server.base}/redirect/{{base}}%2Fredirect%2Floop", part)


def test_nobody_there_is_said_so(part: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ModelUnavailable, match=r"127\.0\.0\.1 cannot be reached: .*refused"):
        _download(f"http://127.0.0.1:{port}/file", part)


def test_an_unknown_host_is_said_so(part: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"nowhere\.invalid cannot be reached"):
        _download("https://nowhere.invalid/file", part)


def test_https_means_tls(server: FileServer, part: Path) -> None:
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        _download(server.base.replace("http:", "https:") + "/ranges/file", part)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x1b[31mnot HTTP\r\n\r\n",
        b"HTTP/1.0 204 No Content\r\n\r\n",
        b"HTTP/1.0 206 Partial Content\r\nContent-Range: bytes 0-8/9\r\n\r\n012345678",
        b"HTTP/1.0 200 OK\r\n" + b"A: b\r\n" * 500 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_a_server_that_talks_nonsense_is_unavailable(part: Path, answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(10_000)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(ModelUnavailable) as caught:
            _download(f"http://127.0.0.1:{listening.getsockname()[1]}/file", part)
        thread.join()
    assert caught.value.detail.isprintable()
