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


def shape_predictor(*, pixel: int = 3, threshold: float = 2.5, leaf: float = 0.125) -> bytes:
    """A predictor of one cascade, one tree and four pixels."""
    column = integer(-10) + integer(-1)
    shape = column + b"".join(floating(0.1 * i) for i in range(10))
    split = integer(0) + integer(pixel) + floating(threshold)
    leaves = integer(16) + (column + floating(leaf) * 10) * 16
    forest = integer(1) + integer(15) + split * 15 + leaves
    anchors = integer(1) + integer(4) + integer(4) * 4
    deltas = integer(1) + integer(4) + floating(0.5) * 8
    return integer(1) + shape + integer(1) + forest + anchors + deltas
