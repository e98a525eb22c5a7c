"""From score files to a `ScoreSet`, whatever their layout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from visavis.errors import Error, ScoresLayoutUnknown
from visavis.evaluation.files._layout import Columns, Layout, layout_of
from visavis.evaluation.files._npy import npy_scores, npy_table
from visavis.evaluation.files._parquet import parquet_tables
from visavis.evaluation.files._people import People
from visavis.evaluation.files._table import Table, score_set
from visavis.evaluation.files._text import bob, csv_table, last_column, two_column

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from visavis.evaluation._scores import ScoreSet

__all__ = ["read_scores"]

_FILES: Final = {Layout.LAST_COLUMN: (2,), Layout.NPY: (1, 2)}
_DEFAULT: Final = Columns()


def read_scores(
    files: Sequence[Path],
    *,
    layout: Layout | None = None,
    with_people: bool = False,
    columns: Columns = _DEFAULT,
    people: People | None = None,
) -> ScoreSet:
    """Read one file of labelled scores, or one of genuine and one of impostor scores.

    An error has the file it is about as its ``input``: ``files[0]`` or ``files[1]``.

    Args:
        files: one or two; see `Layout`.
        layout: None to tell it from the name and the first line.
        with_people: whether ``two-column`` and ``last-column`` files hold two columns of people;
            the others say so themselves.
        columns: what the columns of files with names are called.
        people: numbers them; a new one by default. Keep one to look up their labels.

    Returns:
        The scores. People are numbered, in the same way in every run; their ids are dropped.

    Raises:
        ScoresUnreadable: a file is not there or cannot be read.
        ScoresMalformed: a line is not what the layout asks for.
        ScoresLayoutUnknown: the layout cannot be told, or needs another number of files.
        ScoresColumnMissing: a named column that is needed is not there.
        ScoresReaderMissing: Parquet without pyarrow.
    """
    layout = layout_of(files[0], files=len(files)) if layout is None else layout
    needed = _FILES.get(layout, (1,))
    if len(files) not in needed:
        told = " or ".join(map(str, needed))
        raise ScoresLayoutUnknown(f"the layout {layout.value} is of {told} file(s)")
    if people is None:
        people = People()
    return score_set(_tables(files, layout, people, with_people=with_people, columns=columns))


def _tables(
    files: Sequence[Path], layout: Layout, people: People, *, with_people: bool, columns: Columns
) -> Iterator[Table]:
    """What each of the files holds."""
    for number, file in enumerate(files):
        genuine = number == 0  # if each file holds one kind
        match layout:
            case Layout.TWO_COLUMN:
                tables = two_column(file, people, with_people=with_people)
            case Layout.LAST_COLUMN:
                tables = last_column(file, people, with_people=with_people, genuine=genuine)
            case Layout.BOB_4 | Layout.BOB_5:
                tables = bob(file, people, columns=4 if layout is Layout.BOB_4 else 5)
            case Layout.CSV:
                tables = csv_table(file, people, columns)
            case Layout.PARQUET:
                tables = parquet_tables(file, people, columns)
            case Layout.NPY if len(files) == 1:
                tables = npy_table(file, people, columns)
            case Layout.NPY:
                tables = npy_scores(file, genuine=genuine)
        yield from _named(tables, number)


def _named(tables: Iterator[Table], number: int) -> Iterator[Table]:
    try:
        yield from tables
    except Error as error:
        error.input = f"files[{number}]"
        raise
