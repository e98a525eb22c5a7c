from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.errors import RequestMalformed
from visavis.service._multipart import MAX_PARTS, Part, read_multipart

_TYPE = 'multipart/form-data; boundary="b0undary"'


def _body(*parts: tuple[str, bytes]) -> bytes:
    lines = []
    for name, content in parts:
        head = f'--b0undary\r\nContent-Disposition: form-data; name="{name}"; filename="/etc/x"'
        lines += [head.encode() + b"\r\n\r\n" + content + b"\r\n"]
    return b"".join(lines) + b"--b0undary--\r\n"


@given(
    st.lists(
        st.tuples(st.sampled_from(["request", "probes"]), st.binary(max_size=300)),
        min_size=1,
        max_size=5,
    )
)
def test_what_was_put_in_comes_out(parts: list[tuple[str, bytes]]) -> None:
    parts = [(name, content.replace(b"--b0undary", b"")) for name, content in parts]
    assert read_multipart(_body(*parts), content_type=_TYPE) == [Part(*one) for one in parts]


@given(st.binary(max_size=400), st.sampled_from([_TYPE, "multipart/form-data", "x; boundary="]))
def test_anything_is_read_or_refused(body: bytes, content_type: str) -> None:
    try:
        parts = read_multipart(body, content_type=content_type)
    except RequestMalformed:
        return
    assert all(isinstance(part.content, bytes) for part in parts)


@given(st.data())
def test_a_cut_body_is_refused(data: st.DataObject) -> None:
    body = _body(("request", b"{}"), ("probes", b"\xff\xd8"))
    end = data.draw(st.integers(0, len(body) - 5))
    with pytest.raises(RequestMalformed):
        read_multipart(body[:end], content_type=_TYPE)


def test_limits() -> None:
    with pytest.raises(RequestMalformed, match="parts"):
        read_multipart(_body(*[("probes", b"")] * (MAX_PARTS + 1)), content_type=_TYPE)
    long = b'--b0undary\r\nContent-Disposition: form-data; name="' + b"x" * 5000
    with pytest.raises(RequestMalformed):
        read_multipart(long, content_type=_TYPE)
    unnamed = b"--b0undary\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b0undary--\r\n"
    with pytest.raises(RequestMalformed, match="name"):
        read_multipart(unnamed, content_type=_TYPE)


def test_a_part_does_not_show_its_content() -> None:
    assert "secret" not in repr(Part("request", b"secret"))
