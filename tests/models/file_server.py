"""A real HTTP server on this machine that serves files well, badly, or not at all."""

from __future__ import annotations

import re
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass
class FileServer:
    """What is served, and what was asked for: (path, Range header or None)."""

    files: dict[str, bytes]
    base: str = ""
    requests: list[tuple[str, str | None]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving(files: dict[str, bytes]) -> Iterator[FileServer]:
    """Serve ``files`` as ``{base}/{manner}/{name}``; the manners are the methods of `_Handler`."""
    state = FileServer(files)

    class Handler(_Handler):
        served = state

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.base = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield state
        finally:
            state.released.set()
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    served: FileServer

    def do_GET(self) -> None:
        self.served.requests.append((self.path, self.headers.get("Range")))
        _, manner, name = self.path.split("/", 2)
        method: Callable[[bytes], None] | None = getattr(self, f"_{manner}", None)
        if manner == "redirect":
            self._redirect(unquote(name))
        elif method is None or name not in self.served.files:
            self.send_error(404)
        else:
            method(self.served.files[name])

    def log_message(self, *_args: object) -> None:
        """Keep the tests' output quiet."""

    def _redirect(self, location: str) -> None:
        self.send_response(302)
        self.send_header("Location", location.format(base=self.served.base))
        self.end_headers()

    def _send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _start(self) -> int:
        match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        return int(match[1]) if match else 0

    def _ranges(self, body: bytes) -> None:
        """Do as RFC 9110 says."""
        start = self._start()
        rest = body[start:]
        if not start:
            self._send(200, body, Content_Length=str(len(body)))
        elif not rest:
            self._send(416, b"", Content_Range=f"bytes */{len(body)}")
        else:
            span = f"bytes {start}-{len(body) - 1}/{len(body)}"
            self._send(206, rest, Content_Range=span, Content_Length=str(len(rest)))

    def _whole(self, body: bytes) -> None:
        """Ignore ranges."""
        self._send(200, body, Content_Length=str(len(body)))

    def _unmeasured(self, body: bytes) -> None:
        """Ignore ranges, do not tell the length, and go on after the end."""
        self._send(200, body + b"more" * 10_000)

    def _cut(self, body: bytes) -> None:
        """Promise everything, and hang up half-way."""
        half = len(body) // 2
        self._send(200, body[:half], Content_Length=str(len(body)))

    def _wrong(self, body: bytes) -> None:
        """Send other bytes of the same length."""
        self._send(200, bytes(reversed(body)), Content_Length=str(len(body)))

    def _page(self, _body: bytes) -> None:
        """Send a page that says sorry, with status 200."""
        self._send(200, b"<html>sorry</html>", Content_Length="18")

    def _shifted(self, body: bytes) -> None:
        """Answer a range with another one."""
        if self._start():
            self._send(206, body[:9], Content_Range=f"bytes 0-8/{len(body)}", Content_Length="9")
        else:
            self._whole(body)

    def _stalled(self, body: bytes) -> None:
        """Send a little, then nothing."""
        self._send(200, body[:100], Content_Length=str(len(body)))
        self.wfile.flush()
        self.served.released.wait(20)

    def _slow(self, body: bytes) -> None:
        """Do as RFC 9110 says, a little at a time."""
        start = self._start()
        span = f"bytes {start}-{len(body) - 1}/{len(body)}"
        length = str(len(body) - start)
        self._send(206 if start else 200, b"", Content_Range=span, Content_Length=length)
        try:
            for position in range(start, len(body), 4096):
                self.wfile.write(body[position : position + 4096])
                time.sleep(0.01)
        except OSError:
            self.close_connection = True  # the client was killed

    def _refuse(self, _body: bytes) -> None:
        self.send_error(403)
