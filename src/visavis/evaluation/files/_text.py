"""Score files of text: columns between spaces, and CSV."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np

from visavis.errors import ScoresMalformed
from visavis.evaluation.files._chunks import Chunk, chunks
from visavis.evaluation.files._fields import Fields, by_commas, by_spaces
from visavis.evaluation.files._table import Table, named_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from visavis.evaluation.files._layout import Columns
    from visavis.evaluation.files._people import People

__all__ = ["bob", "csv_table", "last_column", "two_column"]

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def two_column(path: Path, people: People | None) -> Iterator[Table]:
    """1 or -1, score, and with people the ids of the two."""
    for chunk in chunks(path):
        fields = by_spaces(chunk, 2 if people is None else 4)
        table = Table(
            scores=fields.scores(1),
            genuine=fields.truths(0, zero=False),
            people=None if people is None else _people(fields, people, 2, 3),
        )
        yield _consistent(table, fields)


def last_column(path: Path, people: People | None, *, genuine: bool) -> Iterator[Table]:
    """The score in the last of any columns, or after the ids of the two people."""
    for chunk in chunks(path):
        fields = by_spaces(chunk, 0 if people is None else 3)
        scores = fields.scores(0 if people is None else 2)
        table = Table(
            scores=scores,
            genuine=np.full(scores.shape, genuine),
            people=None if people is None else _people(fields, people, 0, 1),
        )
        yield _consistent(table, fields)


def bob(path: Path, people: People, *, columns: int) -> Iterator[Table]:
    """Claimed identity first, score last, real identity third from the end."""
    for chunk in chunks(path):
        fields = by_spaces(chunk, columns)
        claimed, real = _people(fields, people, 0, columns - 3)
        yield Table(
            scores=fields.scores(columns - 1), genuine=claimed == real, people=(claimed, real)
        )


def csv_table(path: Path, people: People, columns: Columns) -> Iterator[Table]:
    """Comma-separated values with a line of names above.

    Raises:
        ScoresColumnMissing: a column that is needed is not among them.
        ScoresMalformed: the names are not text, or a line is wrong.
    """
    chosen, width = None, 0
    for chunk in chunks(path):
        if chosen is None:
            names, below = _header(chunk)
            chosen, width = columns.among(names), len(names)
        else:
            below = chunk
        if not below.text:
            continue
        fields = by_commas(below, width)
        yield _consistent(
            named_table(
                fields.scores(chosen.score),
                None if chosen.label is None else fields.truths(chosen.label, zero=True),
                None if chosen.people is None else _people(fields, people, *chosen.people),
            ),
            fields,
        )


def _header(chunk: Chunk) -> tuple[list[str], Chunk]:
    first, _, below = chunk.text.removeprefix(_BYTE_ORDER_MARK).partition(b"\n")
    try:
        (names,) = csv.reader([first.decode("utf-8").rstrip("\r")], strict=True)
    except (UnicodeDecodeError, ValueError, csv.Error):
        raise ScoresMalformed("line 1 does not name the columns") from None
    return names, Chunk(text=below, line=chunk.line + 1)


def _people(
    fields: Fields, people: People, first: int, second: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    return people.encode(fields.names(first)), people.encode(fields.names(second))


def _consistent(table: Table, fields: Fields) -> Table:
    row = table.contradiction()
    if row is not None:
        raise ScoresMalformed(f"line {fields.line(row)}: its people say otherwise than its label")
    return table
