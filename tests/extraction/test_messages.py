"""Whatever a process says, it is an answer of ours or none: nothing else comes of it."""

from __future__ import annotations

import math
import socket
import struct
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.errors import Error
from visavis.extraction._message import Message, MessageMalformed, receive, send
from visavis.extraction._tasks import (
    read_box,
    read_embeddings,
    read_error,
    read_observation,
    read_stages,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
_NAMES = st.sampled_from(["box", "model", "error", "failed", "stages", "code", "detail", "input"])
_HEADS = st.dictionaries(_NAMES | st.text(max_size=5), _ANY, max_size=6)
_PARTS = st.lists(st.binary(max_size=520), max_size=5)


@given(head=_HEADS, parts=_PARTS, error=_ANY)
def test_answers_are_read_or_malformed(
    head: dict[str, Any], parts: list[bytes], error: object
) -> None:
    for known in (head, {**head, "error": error}, {**head, "error": {**head, "code": "face.none"}}):
        message, model = Message(known, parts), known.get("model", "")
        reads: list[Callable[[Message], object]] = [
            read_box,
            read_error,
            read_stages,
            partial(read_embeddings, count=len(parts), dimension=2, model=model),
            partial(read_observation, time=0.0),
        ]
        for read in reads:
            try:
                result = read(message)
            except MessageMalformed:
                continue
            assert not isinstance(result, Error) or result.code


@given(content=st.binary(max_size=400))
def test_bytes_are_a_message_or_malformed(content: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(content)
        theirs.shutdown(socket.SHUT_WR)
        try:
            found = receive(ours, most=1024)
        except MessageMalformed:
            return
    assert found is None or sum(map(len, found.parts)) <= 1024


@given(head=_HEADS, parts=_PARTS)
def test_a_message_comes_as_it_was_sent(head: dict[str, Any], parts: list[bytes]) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send(theirs, Message(head, parts))
        found = receive(ours)
    assert found is not None
    assert list(found.parts) == parts
    assert found.head.keys() == head.keys() - {"sizes"}


@pytest.mark.parametrize(
    "head",
    [b"[]", b"1", b"{}", b'{"sizes": 1}', b'{"sizes": [-1, 1]}', b'{"sizes": [5]}', b"{" * 3000],
)
def test_heads_that_are_none(head: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack(">IQ", len(head), 0) + head)
        theirs.close()
        with pytest.raises(MessageMalformed):
            receive(ours)


def test_a_large_message_needs_no_memory_before_it_is_known_to_be_allowed() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack(">IQ", 2, 2**60))
        with pytest.raises(MessageMalformed):
            receive(ours)


def test_a_large_message_arrives_in_pieces() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        content = bytes(range(256)) * 20_000
        sending = threading.Thread(target=send, args=(theirs, Message({}, [content])))
        sending.start()
        found = receive(ours)
        sending.join()
    assert found is not None
    assert found.parts == [content]


@pytest.mark.parametrize(
    "numbers",
    [(math.nan, 0.0), (math.inf, 0.0), (0.0, 0.0), (1.0, 1.0), (1.0,), (1.0, 0.0, 0.0), ()],
)
def test_vectors_that_are_no_embedding(numbers: tuple[float, ...]) -> None:
    read = partial(read_embeddings, count=1, dimension=2, model="m")
    said = Message({"model": "m"}, [struct.pack(f"{len(numbers)}f", *numbers)])
    with pytest.raises(MessageMalformed):
        read(said)
    good = Message({"model": "m"}, [struct.pack("2f", 0.6, 0.8)])
    assert read(good)[0].model == "m"
    for other in (Message({"model": "x"}, good.parts), Message({"model": "m"}, [*good.parts] * 2)):
        with pytest.raises(MessageMalformed):
            read(other)
