"""Where the fields of each line begin and end."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from visavis.errors import ScoresMalformed
from visavis.evaluation.files._chunks import Chunk
from visavis.evaluation.files._numbers import PADDING, as_words, parse_numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LARGEST_SCORE", "Fields", "by_commas", "by_spaces"]

_NEWLINE: Final = ord("\n")
_COMMA: Final = ord(",")
_UNIT: Final = "\x1f"  # ASCII's unit separator
LARGEST_SCORE: Final = 1e100
"""Scores beyond are refused: squares and products of them, in variances for example, overflow."""
_LONGEST_ID: Final = 256  # bytes


def _words(*texts: bytes) -> NDArray[np.uint64]:
    return np.array([int.from_bytes(text, "little") for text in texts], dtype=np.uint64)


_TRUE: Final = _words(b"1", b"+1", b"true", b"True", b"TRUE")
_FALSE: Final = _words(b"-1", b"0", b"false", b"False", b"FALSE")
_BELOW: Final = np.array([(1 << 8 * size) - 1 for size in range(8)], dtype=np.uint64)
"""The first bytes of a word."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Fields:
    """The fields of the lines of a chunk: lines x columns.

    Attributes:
        chunk: the lines.
        raw: their bytes, with `PADDING` behind.
        starts: the first byte of each field (int64).
        ends: the byte behind its last.
    """

    chunk: Chunk
    raw: NDArray[np.uint8]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def scores(self, column: int) -> NDArray[np.float64]:
        """A column of finite numbers.

        Raises:
            ScoresMalformed: a field is none.
        """
        starts, ends = self.starts[:, column], self.ends[:, column]
        values = parse_numbers(self.raw, starts, ends)
        fine = np.abs(values) <= LARGEST_SCORE  # not so for NaN
        if not fine.all():
            raise self._wrong(int(np.argmin(fine)), column, "a finite number up to 1e100")
        return values

    def truths(self, column: int, *, zero: bool) -> NDArray[np.bool_]:
        """A column that says which comparisons are genuine: 1 or +1, else -1.

        Args:
            column: which.
            zero: whether 0, true and false are understood as well.

        Raises:
            ScoresMalformed: a field says neither.
        """
        starts = self.starts[:, column]
        sizes = self.ends[:, column] - starts
        words = as_words(self.raw)[starts]
        words &= _BELOW[np.minimum(sizes, _BELOW.size - 1)]
        answer = np.isin(words, _TRUE if zero else _TRUE[:2])
        fine = answer | np.isin(words, _FALSE if zero else _FALSE[:1])
        fine &= sizes < _BELOW.size
        if not fine.all():
            told = "1, 0, -1, true or false" if zero else "1 or -1"
            raise self._wrong(int(np.argmin(fine)), column, told)
        return answer

    def names(self, column: int) -> list[bytes]:
        """A column of ids of people.

        Raises:
            ScoresMalformed: an id is empty or longer than 256 bytes.
        """
        starts, ends = self.starts[:, column], self.ends[:, column]
        sizes = ends - starts
        fine = (sizes > 0) & (sizes <= _LONGEST_ID)
        if not fine.all():
            raise self._wrong(int(np.argmin(fine)), column, "an id of 1 to 256 bytes")
        text = self.raw.tobytes()
        return [text[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]

    def line(self, row: int) -> int:
        """The number of the line of a row."""
        return self.chunk.line_at(int(self.starts[row, 0]))

    def _wrong(self, row: int, column: int, wanted: str) -> ScoresMalformed:
        return ScoresMalformed(f"line {self.line(row)}: column {column + 1} is not {wanted}")


def by_spaces(chunk: Chunk, columns: int) -> Fields:
    """Fields between spaces and tabs; empty lines are passed over.

    Args:
        chunk: the lines.
        columns: fields of each line; 0 for any number, of which the last is taken.

    Raises:
        ScoresMalformed: a line has another number of fields.
    """
    raw = _padded(chunk)
    white = (raw == ord(" ")) | (raw == _NEWLINE) | (raw == ord("\t")) | (raw == ord("\r"))
    edges = np.flatnonzero(white[1:] != white[:-1]) + 1
    if not white[0]:
        edges = np.concatenate([[0], edges])
    starts, ends = edges[0::2], edges[1::2]
    newlines = np.flatnonzero(raw == _NEWLINE)
    if not columns:
        last = np.searchsorted(starts, newlines) - 1
        last = last[np.diff(last, prepend=-1) > 0]  # of lines that are not empty
        return Fields(chunk=chunk, raw=raw, starts=starts[last, None], ends=ends[last, None])
    if not _regular(starts, newlines, columns):
        counts = np.diff(np.searchsorted(starts, newlines), prepend=0)
        wrong = np.flatnonzero((counts != 0) & (counts != columns))
        if wrong.size:
            raise ScoresMalformed(
                f"line {chunk.line + int(wrong[0])} has {counts[wrong[0]]} columns, not {columns}"
            )
    shape = (starts.size // columns, columns)
    return Fields(chunk=chunk, raw=raw, starts=starts.reshape(shape), ends=ends.reshape(shape))


def by_commas(chunk: Chunk, columns: int) -> Fields:
    """Fields between commas (RFC 4180, but a field ends on its line and no line is empty).

    Raises:
        ScoresMalformed: a line has another number of fields, or its quotes do not close.
    """
    comma = _COMMA
    if b'"' in chunk.text:
        chunk, comma = _unquoted(chunk), ord(_UNIT)
    raw = _padded(chunk)
    ends = np.flatnonzero((raw == comma) | (raw == _NEWLINE))
    starts = np.concatenate([[0], ends[:-1] + 1])
    newlines = np.flatnonzero(raw == _NEWLINE)
    if not _regular(ends, newlines + 1, columns):
        counts = np.diff(np.searchsorted(ends, newlines, side="right"), prepend=0)
        wrong = int(np.argmax(counts != columns))
        raise ScoresMalformed(
            f"line {chunk.line + wrong} has {counts[wrong]} columns, not {columns}"
        )
    ends = ends - ((raw[ends - 1] == ord("\r")) & (ends > starts))
    shape = (newlines.size, columns)
    return Fields(chunk=chunk, raw=raw, starts=starts.reshape(shape), ends=ends.reshape(shape))


def _unquoted(chunk: Chunk) -> Chunk:
    """The same fields without quotes, with a control character between them."""
    lines = []
    for number, line in enumerate(chunk.text.decode("latin-1").splitlines(), chunk.line):
        try:
            (fields,) = csv.reader([line], strict=True)
        except (csv.Error, ValueError):
            raise ScoresMalformed(f"line {number}: a quote does not close") from None
        lines.append(_UNIT.join(fields) + "\n")
    return Chunk(text="".join(lines).encode("latin-1"), line=chunk.line)


def _padded(chunk: Chunk) -> NDArray[np.uint8]:
    return np.frombuffer(chunk.text + b" " * PADDING, dtype=np.uint8)


def _regular(starts: NDArray[np.int64], newlines: NDArray[np.int64], columns: int) -> bool:
    """Whether each line has that many fields, none being empty."""
    if starts.size != columns * newlines.size:
        return False
    return bool(
        np.all(starts[columns - 1 :: columns] < newlines)
        and np.all(starts[columns::columns] > newlines[:-1])
    )
