"""multipart/form-data (RFC 7578), read in memory: no picture is ever written to a disk."""

from __future__ import annotations

from dataclasses import dataclass, field

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from visavis.errors import RequestMalformed

__all__ = ["MAX_PARTS", "Part", "read_multipart"]

MAX_PARTS = 16
"""A request has one part of JSON and at most five pictures."""

_MAX_HEADERS = 8  # of one part; two mean something
_MAX_HEADER_SIZE = 1024  # bytes of one


@dataclass(frozen=True, slots=True)
class Part:
    """One part; the name of a file is not kept.

    Attributes:
        name: of the form's field.
        content: as it was sent.
    """

    name: str
    content: bytes = field(repr=False)


def read_multipart(body: bytes, *, content_type: str) -> list[Part]:
    """Take a body apart.

    Raises:
        RequestMalformed: it is not what its content type says, or has too many parts.
    """
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if not boundary:
        raise RequestMalformed("multipart/form-data without a boundary")
    reading = _Reading()
    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": reading.begin,
                "on_header_field": reading.header_name,
                "on_header_value": reading.header_value,
                "on_header_end": reading.header_end,
                "on_part_data": reading.data,
                "on_part_end": reading.end,
                "on_end": reading.finish,
            },
            max_header_count=_MAX_HEADERS,
            max_header_size=_MAX_HEADER_SIZE,
        )
        parser.write(body)
        parser.finalize()
    except FormParserError:
        raise RequestMalformed("not a well-formed multipart body") from None
    if not reading.finished:
        raise RequestMalformed("the multipart body ends too early")
    return reading.parts


class _Reading:
    """What the parser calls; places are offsets into the data of one call, here the whole body."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.finished = False
        self._headers: dict[bytes, bytes] = {}
        self._name = self._value = b""
        self._content: list[memoryview] = []

    def begin(self) -> None:
        if len(self.parts) >= MAX_PARTS:
            raise RequestMalformed(f"more than {MAX_PARTS} parts")
        self._headers, self._content = {}, []

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def data(self, data: bytes, start: int, end: int) -> None:
        self._content.append(memoryview(data)[start:end])

    def end(self) -> None:
        kind, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        name = options.get(b"name")
        if kind != b"form-data" or not name or b"content-transfer-encoding" in self._headers:
            raise RequestMalformed("a part without a name, or in an encoding")
        self.parts.append(Part(name.decode("utf-8", "replace"), b"".join(self._content)))

    def finish(self) -> None:
        self.finished = True
