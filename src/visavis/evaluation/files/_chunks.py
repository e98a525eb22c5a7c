"""A large text file in pieces that end where lines end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from visavis.errors import ScoresMalformed, ScoresUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Chunk", "chunks"]

_SIZE: Final = 1 << 20  # bytes at once: large enough for numpy, small enough for its caches
_LONGEST_LINE: Final = 1 << 16  # bytes: two paths of files fit; a binary file does not


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Chunk:
    """Whole lines of a file.

    Attributes:
        text: with a newline behind each line.
        line: number of the first, from 1.
    """

    text: bytes
    line: int

    def line_at(self, offset: int) -> int:
        """The number of the line in which a byte stands."""
        return self.line + self.text.count(b"\n", 0, offset)


def chunks(path: Path) -> Iterator[Chunk]:
    """Read a file.

    Raises:
        ScoresUnreadable: it is not there, or cannot be read.
        ScoresMalformed: a line is longer than 64 KiB.
    """
    line, rest = 1, b""
    try:
        with path.open("rb") as file:
            while data := file.read(_SIZE):
                head, newline, tail = data.rpartition(b"\n")
                if newline:
                    text = rest + head + newline
                    yield Chunk(text=text, line=line)
                    line += text.count(b"\n")
                    rest = tail
                else:
                    rest += tail
                if len(rest) > _LONGEST_LINE:
                    raise ScoresMalformed(f"line {line} is longer than {_LONGEST_LINE} bytes")
    except OSError as error:
        raise ScoresUnreadable(f"a score file cannot be read: {error.strerror}") from None
    if rest:
        yield Chunk(text=rest + b"\n", line=line)
