"""Writes dlib's serialization, so that tests can make small and hostile files."""

from __future__ import annotations

import math
import struct


def integer(value: int) -> bytes:
    size = max(1, (abs(value).bit_length() + 7) // 8)
    return bytes([size | (0x80 if value < 0 else 0)]) + abs(value).to_bytes(size, "little")


def floating(value: float) -> bytes:
    if math.isnan(value):
        return integer(0) + integer(32002)
    if math.isinf(value):
        return integer(0) + integer(32000 if value > 0 else 32001)
    mantissa, exponent = math.frexp(value)
    return integer(int(mantissa * 2**53)) + integer(exponent - 53)


def string(text: str) -> bytes:
    return integer(len(text)) + text.encode()


def tensor(sides: tuple[int, int, int, int], values: list[float]) -> bytes:
    head = integer(2) + b"".join(integer(side) for side in sides)
    return head + struct.pack(f"<{len(values)}f", *values)
