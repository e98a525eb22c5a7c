"""Score files of text: columns between spaces, and CSV."""

from __future__ import annotations

import csv
import itertools
import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from visavis.errors import ScoresMalformed
from visavis.evaluation.files._chunks import Chunk, chunks
from visavis.evaluation.files._fields import Fields, Names, by_commas, by_spaces
from visavis.evaluation.files._table import Table, named_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from visavis.evaluation.files._layout import Columns
    from visavis.evaluation.files._people import People

__all__ = ["bob", "csv_table", "last_column", "two_column"]

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_MOST_THREADS: Final = 4  # more wait for the one that reads the file


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class _Part:
    """What a chunk holds.

    Attributes:
        fields: where it stands there.
        scores: float64.
        genuine: which are labelled genuine; None if the people say it.
        names: the ids of both people of each; None without people.
    """

    fields: Fields
    scores: NDArray[np.float64]
    genuine: NDArray[np.bool_] | None
    names: tuple[Names, Names] | None


def two_column(path: Path, people: People, *, with_people: bool) -> Iterator[Table]:
    """1 or -1, score, and with people the ids of the two."""

    def part(chunk: Chunk) -> _Part:
        fields = by_spaces(chunk, 4 if with_people else 2)
        return _Part(
            fields=fields,
            scores=fields.scores(1),
            genuine=fields.truths(0, zero=False),
            names=(fields.names(2), fields.names(3)) if with_people else None,
        )

    return _tables(chunks(path), people, part)


def last_column(path: Path, people: People, *, with_people: bool, genuine: bool) -> Iterator[Table]:
    """The score in the last of any columns, or after the ids of the two people."""

    def part(chunk: Chunk) -> _Part:
        fields = by_spaces(chunk, 3 if with_people else 0)
        scores = fields.scores(2 if with_people else 0)
        return _Part(
            fields=fields,
            scores=scores,
            genuine=np.full(scores.shape, genuine),
            names=(fields.names(0), fields.names(1)) if with_people else None,
        )

    return _tables(chunks(path), people, part)


def bob(path: Path, people: People, *, columns: int) -> Iterator[Table]:
    """Claimed identity first, score last, real identity third from the end."""

    def part(chunk: Chunk) -> _Part:
        fields = by_spaces(chunk, columns)
        return _Part(
            fields=fields,
            scores=fields.scores(columns - 1),
            genuine=None,
            names=(fields.names(0), fields.names(columns - 3)),
        )

    return _tables(chunks(path), people, part)


def csv_table(path: Path, people: People, columns: Columns) -> Iterator[Table]:
    """Comma-separated values with a line of names above.

    Raises:
        ScoresColumnMissing: a column that is needed is not among them.
        ScoresMalformed: the names are not text, or a line is wrong.
    """
    pieces = chunks(path)
    head = next(pieces, Chunk(text=b"\n", line=1))
    names, below = _header(head)
    places = columns.among(names)

    def part(chunk: Chunk) -> _Part:
        fields = by_commas(chunk, len(names))
        return _Part(
            fields=fields,
            scores=fields.scores(places.score),
            genuine=None if places.label is None else fields.truths(places.label, zero=True),
            names=None
            if places.people is None
            else (fields.names(places.people[0]), fields.names(places.people[1])),
        )

    first = [below] if below.text else []
    return _tables(itertools.chain(first, pieces), people, part)


def _header(chunk: Chunk) -> tuple[list[str], Chunk]:
    first, _, below = chunk.text.removeprefix(_BYTE_ORDER_MARK).partition(b"\n")
    try:
        (names,) = csv.reader([first.decode("utf-8").rstrip("\r")], strict=True)
    except (UnicodeDecodeError, ValueError, csv.Error):
        raise ScoresMalformed("line 1 does not name the columns") from None
    return names, Chunk(text=below, line=chunk.line + 1)


def _tables(
    pieces: Iterator[Chunk], people: People, part: Callable[[Chunk], _Part]
) -> Iterator[Table]:
    for found in _in_order(pieces, part):
        who = None
        if found.names is not None:
            one, other = (people.encode(names.ids)[names.which] for names in found.names)
            who = one, other
        table = named_table(found.scores, found.genuine, who)
        row = table.contradiction()
        if row is not None:
            line = found.fields.line(row)
            raise ScoresMalformed(f"line {line}: its people say otherwise than its label")
        yield table


def _in_order(pieces: Iterator[Chunk], part: Callable[[Chunk], _Part]) -> Iterator[_Part]:
    """The parts of the pieces, a few being made at once: numpy works outside of Python's lock."""
    threads = min(_MOST_THREADS, os.cpu_count() or 1)
    with ThreadPoolExecutor(threads) as pool:
        begun: deque[Future[_Part]] = deque()
        for piece in pieces:
            begun.append(pool.submit(part, piece))
            if len(begun) > threads:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
