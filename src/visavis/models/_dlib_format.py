"""Reading dlib's serialization, bounds-checked: damaged or hostile bytes give ``model.corrupt``.

Source of the format: dlib 20.0.1, ``serialize.h``, ``float_details.h``, ``matrix.h`` and
``cuda/tensor.h``. No count in a file is believed before that many bytes are known to follow, so
nothing larger than the file is ever allocated.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from visavis.errors import ModelCorrupt

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["DlibReader"]

_LEGACY_FLOAT_BITS = 0x70  # a first byte with one of these set starts dlib's old ASCII notation
_LONGEST_LEGACY_FLOAT = 64
_LONGEST_STRING = 256  # layer names are the only strings in these files
_SPECIAL_FLOATS = {32000: math.inf, 32001: -math.inf, 32002: math.nan}
_LARGEST_EXPONENT = 2048


class DlibReader:
    """Walks through dlib-serialized bytes from the front.

    Every method reads one value at the current position and raises `ModelCorrupt` where the bytes
    do not hold one.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def _take(self, count: int) -> bytes:
        end = self._position + count
        if end > len(self._data):
            raise ModelCorrupt(f"dlib file ends at byte {len(self._data)}, within a value")
        taken = self._data[self._position : end]
        self._position = end
        return taken

    def integer(self) -> int:
        """A control byte (low nibble: byte count; 0x80: negative), then the magnitude."""
        position, data = self._position, self._data
        if position >= len(data):
            raise ModelCorrupt(f"dlib file ends at byte {len(data)}, before an integer")
        control = data[position]
        count = control & 0x0F
        end = position + 1 + count
        if not 1 <= count <= 8 or control & 0x70 or end > len(data):  # noqa: PLR2004 - the format's
            raise ModelCorrupt(f"dlib integer at byte {position} is malformed")
        self._position = end
        magnitude = int.from_bytes(data[position + 1 : end], "little")
        return -magnitude if control & 0x80 else magnitude

    def expect(self, value: int, what: str) -> None:
        """An integer that must be `value`."""
        found = self.integer()
        if found != value:
            raise ModelCorrupt(f"dlib file has {found} where {what} should be {value}")

    def count(self, *, smallest_item: int = 1) -> int:
        """A count of items that follow, each of which takes at least `smallest_item` bytes."""
        found = self.integer()
        if not 0 <= found * smallest_item <= len(self._data) - self._position:
            raise ModelCorrupt(f"dlib file counts {found} items, more than its bytes can hold")
        return found

    def floating(self) -> float:
        """A mantissa and an exponent (value = mantissa * 2**exponent), or old ASCII notation."""
        if self._position < len(self._data) and (self._data[self._position] & _LEGACY_FLOAT_BITS):
            return self._legacy_float()
        mantissa, exponent = self.integer(), self.integer()
        if exponent in _SPECIAL_FLOATS:
            return _SPECIAL_FLOATS[exponent]
        if abs(exponent) > _LARGEST_EXPONENT:
            raise ModelCorrupt(f"dlib float before byte {self._position} has a wild exponent")
        try:
            return math.ldexp(mantissa, exponent)
        except OverflowError as error:
            raise ModelCorrupt("dlib float is out of range") from error

    def _legacy_float(self) -> float:
        end = self._data.find(b" ", self._position, self._position + _LONGEST_LEGACY_FLOAT)
        if end < 0:
            raise ModelCorrupt(f"dlib float at byte {self._position} does not end")
        text = self._data[self._position : end]
        self._position = end + 1
        try:
            return float(text)
        except ValueError as error:
            raise ModelCorrupt("dlib float is not a number") from error

    def boolean(self) -> bool:
        """An ASCII 0 or 1."""
        byte = self._take(1)
        if byte not in (b"0", b"1"):
            raise ModelCorrupt(f"dlib boolean before byte {self._position} is neither 0 nor 1")
        return byte == b"1"

    def string(self) -> str:
        """A length, then that many ASCII bytes."""
        length = self.count()
        if length > _LONGEST_STRING:
            raise ModelCorrupt(f"dlib string of {length} bytes is longer than any layer's name")
        return self._take(length).decode("ascii", errors="replace")

    def finite_floats(self, count: int) -> NDArray[np.float32]:
        """That many floats, each of them finite, as float32."""
        if count * 4 > len(self._data) - self._position:  # a float takes at least four bytes
            raise ModelCorrupt(f"dlib file counts {count} floats, more than its bytes can hold")
        values = np.fromiter((self.floating() for _ in range(count)), np.float64, count)
        return _finite(values).astype(np.float32)

    def column(self) -> NDArray[np.float32]:
        """A matrix of one column: rows and columns stored negative, then its floats."""
        rows, columns = -self.integer(), -self.integer()
        if columns != 1 or rows < 0:
            raise ModelCorrupt(f"dlib matrix of {rows} x {columns} where a column should be")
        return self.finite_floats(rows)

    def tensor(self) -> NDArray[np.float32]:
        """Version 2, four sides, then raw little-endian float32; finite values only."""
        self.expect(2, "a tensor's version")
        sides = [self.integer() for _ in range(4)]
        if any(side < 0 for side in sides):
            raise ModelCorrupt("dlib tensor has a negative side")
        raw = self._take(4 * math.prod(sides))
        return _finite(np.frombuffer(raw, "<f4").reshape(sides))

    def alias_tensor(self) -> None:
        """A view's shape: version 1 and four sides. The shapes are known, so they are dropped."""
        self.expect(1, "an alias tensor's version")
        for _ in range(4):
            self.integer()

    def end(self) -> None:
        """Nothing may follow."""
        left = len(self._data) - self._position
        if left:
            raise ModelCorrupt(f"dlib file goes on for {left} bytes after its end")


def _finite(values: NDArray[Any]) -> NDArray[Any]:
    if not np.isfinite(values).all():
        raise ModelCorrupt("dlib file holds a weight that is not a finite number")
    return values
