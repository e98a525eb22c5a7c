"""Counts what protobuf bytes would unfold to, before anything is allocated for them.

Eight megabytes of empty nodes become 586 megabytes of objects (measured with protobuf 7.36): the
largest file allowed could otherwise ask for tens of gigabytes.
Wire format: https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from google.protobuf.descriptor import Descriptor

__all__ = ["count_fields"]

_MAX_VARINT_BYTES = 10


def count_fields(data: memoryview, descriptor: Descriptor, *, most: int) -> int:
    """Count the fields of a message and of every message within it.

    Args:
        data: the bytes.
        descriptor: the message's type; fields it does not know count once.
        most: where to stop.

    Returns:
        The count, or a number above ``most`` as soon as that is exceeded.

    Raises:
        ValueError: the bytes are not of this form.
    """
    count = position = 0
    while position < len(data) and count <= most:
        key, position = _varint(data, position)
        count += 1
        match key & 7:
            case 0:  # a number
                _, position = _varint(data, position)
            case 1:  # 64 bits
                position += 8
            case 5:  # 32 bits
                position += 4
            case 2:  # bytes, a text, packed numbers, or a message
                length, position = _varint(data, position)
                field = descriptor.fields_by_number.get(key >> 3)
                if field is not None and field.message_type is not None:
                    inner = data[position : position + length]
                    count += count_fields(inner, field.message_type, most=most - count)
                position += length
            case _:
                raise ValueError("a wire type that ONNX does not use")
        if position > len(data):
            raise ValueError("ends in the middle of a field")
    return count


def _varint(data: memoryview, position: int) -> tuple[int, int]:
    value = 0
    for index in range(_MAX_VARINT_BYTES):
        if position + index >= len(data):
            break
        byte = data[position + index]
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:  # noqa: PLR2004 - the continuation bit
            return value, position + index + 1
    raise ValueError("ends in the middle of a number, or one of more than 64 bits")
