"""Ten million decimal numbers from text, each rounded as Python rounds it, eight digits at a time.

Eight digits are one 64-bit word, added up by three multiplications (Lemire, Number Parsing at a
Gigabyte per Second, Software: Practice and Experience 51, 2021). With up to 19 digits a number is
an integer below 2^63 over a power of ten, and one division rounds it correctly: in float64 where
both are exact there (Clinger 1990), else in the 80-bit format of x86 unless that lands on the
middle of two float64. All that is left, exponents for example, Python reads one by one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["PADDING", "as_words", "parse_numbers"]

PADDING: Final = 32
"""Bytes after the last number that may be read, and are not looked at."""

_BLOCK: Final = 32_768  # numbers at once: what is held of them stays in the cache
_DIGITS: Final = 8  # in one word
_WORDS: Final = 3  # of the fraction
_WRITTEN: Final = re.compile(rb"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_LONGEST: Final = 400  # bytes; float64 needs no more, and Python's own conversion is quadratic

_EXACT: Final = 2**53
_LIMIT: Final = 9.2e18  # just below 2^63
_POWERS: Final = np.array([10.0**n for n in range(23)])  # all exact
_INTEGER_POWERS: Final = 10 ** np.arange(_DIGITS + 1, dtype=np.uint64)
_EXTENDED: Final = np.finfo(np.longdouble).nmant == 63  # noqa: PLR2004 - that of x86

_ZEROS: Final = np.uint64(0x3030303030303030)
_POINTS: Final = np.uint64(0x2E2E2E2E2E2E2E2E)
_ONES: Final = np.uint64(0x0101010101010101)
_HIGH: Final = np.uint64(0x8080808080808080)
_ABOVE_NINE: Final = np.uint64(0x7676767676767676)


def parse_numbers(
    raw: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Read the numbers at these places.

    Args:
        raw: the text, with `PADDING` more bytes behind the last number.
        starts: of each number its first byte.
        ends: the byte behind its last.

    Returns:
        The numbers; NaN for what is not a decimal number of at most 400 bytes. Too large a number
        is infinite.
    """
    words = as_words(raw)
    values = np.empty(starts.size)
    for at in range(0, starts.size, _BLOCK):
        here = slice(at, at + _BLOCK)
        values[here], left = _fast(raw, words, starts[here], ends[here])
        for index in (np.flatnonzero(left) + at).tolist():
            values[index] = _slow(raw[starts[index] : ends[index]].tobytes())
    return values


def as_words(raw: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """The eight bytes from each byte on as one word, the first byte its lowest; not copied.

    Args:
        raw: contiguous.
    """
    return np.ndarray(raw.size - _DIGITS + 1, dtype="<u8", buffer=raw, strides=(1,))


def _fast(
    raw: NDArray[np.uint8],
    words: NDArray[np.uint64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The numbers, and which of them must be read otherwise."""
    first = raw[starts]
    negative = first == ord("-")
    begin = starts + (negative | (first == ord("+")))
    word = words[begin]
    whole = np.minimum(_place_of_point(word), ends - begin)
    fraction = np.maximum(ends - begin - whole - 1, 0)
    total, fine = _digits(word, np.minimum(whole, _DIGITS))
    fine &= (whole <= _DIGITS) & (ends > begin) & (whole + fraction > 0)
    fine &= fraction <= _POWERS.size - 1
    size = total.astype(np.float64)
    for number in range(_WORDS):
        count = np.clip(fraction - number * _DIGITS, 0, _DIGITS)
        if not count.any():
            break
        place = np.minimum(begin + whole + 1 + number * _DIGITS, words.size - 1)
        part, digits = _digits(words[place], count)
        fine &= digits
        total = total * _INTEGER_POWERS[count] + part  # wraps only where the size is too large
        size = size * _POWERS[count] + part
    fine &= size < _LIMIT
    values = total / _POWERS[np.minimum(fraction, _POWERS.size - 1)]
    large = fine & (total >= _EXACT) & (fraction > 0)
    if large.any():
        values[large], middle = _extended(total[large], fraction[large])
        fine[large] &= ~middle
    np.negative(values, out=values, where=negative)
    return values, ~fine


def _place_of_point(word: NDArray[np.uint64]) -> NDArray[np.int64]:
    """How many of eight bytes stand before the first point; very many if none of them is one."""
    other = word ^ _POINTS
    zero = (other - _ONES) & ~other & _HIGH  # right up to the first zero byte
    bits = np.bitwise_count(~zero & (zero - np.uint64(1)))
    return np.where(zero == 0, np.int64(1 << 40), bits.astype(np.int64) >> 3)


def _digits(
    word: NDArray[np.uint64], count: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """The integer that the first digits of words make, and whether they are digits."""
    shift = (8 * (_DIGITS - count)).astype(np.uint64)
    some = count > 0
    value = np.where(some, (word ^ _ZEROS) << np.where(some, shift, 0), 0)
    fine = ((value + _ABOVE_NINE) | value) & _HIGH == 0
    value = (value * np.uint64(2561)) >> np.uint64(8)
    value = ((value & np.uint64(0x00FF00FF00FF00FF)) * np.uint64(6553601)) >> np.uint64(16)
    value = ((value & np.uint64(0x0000FFFF0000FFFF)) * np.uint64(42949672960001)) >> np.uint64(32)
    return value, fine


def _extended(
    total: NDArray[np.uint64], fraction: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Quotients rounded twice, and where the first rounding may have misled the second."""
    if not _EXTENDED:
        return np.zeros(total.size), np.ones(total.size, dtype=np.bool_)
    quotient = total.astype(np.longdouble) / _POWERS[fraction].astype(np.longdouble)
    value = quotient.astype(np.float64)
    apart = np.abs((quotient - value).astype(np.float64)) / np.spacing(value)
    return value, (apart == 0.5) | (apart == 0.25)  # noqa: PLR2004 - a quarter below a power of 2


def _slow(text: bytes) -> float:
    text = text.strip(b" \t\r")
    if len(text) > _LONGEST or not _WRITTEN.fullmatch(text):
        return float("nan")
    return float(text)
