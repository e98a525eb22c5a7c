"""Fetches one file over HTTPS, continuing where an earlier attempt stopped.

Nothing here decides whether the content is right: the caller compares its SHA-256.
"""

from __future__ import annotations

import re
import ssl
import urllib.request
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from typing import IO, TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from visavis.errors import ModelDigestMismatch, ModelUnavailable
from visavis.models._manifest_toml import is_fetchable

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.client import HTTPMessage
    from pathlib import Path

__all__ = ["download"]

_CHUNK = 64 * 1024


def download(
    url: str, part: Path, *, size: int, timeout_s: float, report: Callable[[int], None]
) -> None:
    """Fetch a file of a known length, by the proxies that the environment names, if any.

    Args:
        url: an address that `is_fetchable`; redirects are held to the same rule.
        part: where the bytes go. What is there already is not fetched again, and what arrived
            before an interruption stays for the next attempt.
        size: the file's length in bytes; not a byte more is read.
        timeout_s: seconds without a byte after which the server counts as gone.
        report: called with the number of bytes that are there.

    Raises:
        ModelUnavailable: no network, a refusal, or an interruption.
        ModelDigestMismatch: the server's file has another length.
        OSError: ``part`` cannot be written.
    """
    transfer = _Transfer(url=url, part=part, size=size, timeout_s=timeout_s, report=report)
    have = part.stat().st_size if part.exists() else 0
    if have == size:
        return
    if have > size or not transfer.run(have):
        # What is there does not belong to the server's file, or the server cannot continue.
        part.unlink(missing_ok=True)
        transfer.run(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Transfer:
    """The arguments of `download`, and one attempt with them."""

    url: str
    part: Path
    size: int
    timeout_s: float
    report: Callable[[int], None]

    def run(self, start: int) -> bool:
        """Fetch from byte ``start`` on; False where that is impossible and starting anew may do."""
        response = _open(self.url, start, self.timeout_s)
        if response is None:
            return False
        with response:
            if start and response.status == HTTPStatus.PARTIAL_CONTENT:
                if _first_byte(response) != start:
                    return False
            elif response.status == HTTPStatus.OK:
                start = 0  # the server ignores ranges
            else:
                raise ModelUnavailable(f"{_host(self.url)} answered {response.status}")
            if response.length is not None and start + response.length != self.size:
                raise ModelDigestMismatch(
                    f"{_host(self.url)} offers {start + response.length} bytes;"
                    f" the pack pins {self.size}"
                )
            with self.part.open("ab" if start else "wb") as file:
                self._copy(response, file, start)
        return True

    def _copy(self, response: HTTPResponse, file: IO[bytes], done: int) -> None:
        while done < self.size:
            try:
                chunk = response.read1(min(_CHUNK, self.size - done))
            except (OSError, HTTPException):
                chunk = b""
            if not chunk:
                raise ModelUnavailable(
                    f"{_host(self.url)} stopped after {done} of {self.size} bytes;"
                    " run the same again to continue"
                )
            file.write(chunk)
            done += len(chunk)
            self.report(done)


def _open(url: str, start: int, timeout_s: float) -> HTTPResponse | None:
    """Send the request; None where the server has nothing from byte ``start`` on."""
    # Of the standard handlers only those for http and https: no ftp, file or data.
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Redirects(),
    ):
        opener.add_handler(handler)
    request = urllib.request.Request(url, headers={"User-Agent": "visavis"})  # noqa: S310 - see above
    if start:
        request.add_header("Range", f"bytes={start}-")
    try:
        response = opener.open(request, timeout=timeout_s)
    except HTTPError as error:
        error.close()
        if start and error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return None
        raise ModelUnavailable(f"{_host(url)} answered {error.code}") from None
    except (URLError, OSError, HTTPException) as error:
        reason = "".join(filter(str.isprintable, str(getattr(error, "reason", error))))[:200]
        raise ModelUnavailable(f"{_host(url)} cannot be reached: {reason}") from error
    if not isinstance(response, HTTPResponse):
        raise ModelUnavailable(f"{_host(url)} is not served over HTTP")
    return response


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects to addresses that could have stood in the manifest."""

    def redirect_request(  # noqa: PLR0917 - the base class's signature
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        fp.close()  # the base class would read the body, however long
        if not is_fetchable(newurl):
            raise ModelUnavailable(
                f"{_host(req.full_url)} redirects to where no file is taken from"
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _first_byte(response: HTTPResponse) -> int | None:
    match = re.match(r"bytes ([0-9]{1,18})-", response.headers.get("Content-Range", ""))
    return int(match[1]) if match else None


def _host(url: str) -> str:
    """What an error may show of an address: its path and query can carry a secret."""
    return urlsplit(url).hostname or "the server"
