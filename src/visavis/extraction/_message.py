"""What goes between a process and those that look at pictures for it: a head, and bytes.

On the wire a message is two lengths (unsigned, big-endian: 4 bytes of the head's, 8 of all parts'),
the head as JSON, and the parts one after the other. Nothing that is read is executed, unlike a
pickle: what comes from a process that decodes strangers' pictures is not trusted.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

__all__ = ["Message", "MessageMalformed", "receive", "send"]

_LENGTHS: Final = struct.Struct(">IQ")
_LONGEST_HEAD: Final = 64 * 1024
_LONGEST: Final = 2**30
"""Bytes of all parts: twenty frames, each of the largest picture there is, fit four times."""


class MessageMalformed(Exception):
    """The other side does not speak as it should."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    Attributes:
        head: of JSON's types.
        parts: as many as the other side expects.
    """

    head: dict[str, Any]
    parts: Sequence[bytes] = field(default=(), repr=False)


def send(connection: socket.socket, message: Message) -> None:
    """Send a message.

    Raises:
        OSError: the other side is gone, or does not take it in time.
    """
    sizes = [len(part) for part in message.parts]
    head = json.dumps({**message.head, "sizes": sizes}).encode()
    connection.sendall(b"".join((_LENGTHS.pack(len(head), sum(sizes)), head, *message.parts)))


def receive(connection: socket.socket, *, most: int = _LONGEST) -> Message | None:
    """The next message; None where the other side has closed the connection after the last.

    Args:
        connection: to the other side.
        most: bytes of all parts.

    Raises:
        MessageMalformed: it is none of ours, too long, or ends too early.
        OSError: it does not come in time.
    """
    lengths = _exactly(connection, _LENGTHS.size)
    if lengths is None:
        return None
    head_length, length = _LENGTHS.unpack(lengths)
    if head_length > _LONGEST_HEAD or length > most:
        raise MessageMalformed("too long")
    content = _exactly(connection, head_length + length)
    if content is None:
        raise MessageMalformed("it ends too early")
    try:
        head = json.loads(content[:head_length])
        sizes = head.pop("sizes")
        if sum(sizes) != length or min(sizes, default=0) < 0:
            raise MessageMalformed("its parts are not what it says")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise MessageMalformed("its head is none") from None
    parts, begin = [], head_length
    for size in sizes:
        parts.append(bytes(content[begin : begin + size]))
        begin += size
    return Message(head, parts)


def _exactly(connection: socket.socket, count: int) -> bytearray | None:
    content = bytearray(count)
    view, begun = memoryview(content), 0
    while begun < count:
        received = connection.recv_into(view[begun:])
        if not received:
            if begun:
                raise MessageMalformed("it ends too early")
            return None
        begun += received
    return content
