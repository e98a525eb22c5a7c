"""Scores in NumPy's own format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from visavis.errors import ScoresMalformed, ScoresUnreadable
from visavis.evaluation.files._columns import checked_scores, checked_truths, ids
from visavis.evaluation.files._table import Table, named_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from visavis.evaluation.files._layout import Columns
    from visavis.evaluation.files._people import People

__all__ = ["npy_scores", "npy_table"]


def npy_scores(path: Path, *, genuine: bool) -> Iterator[Table]:
    """A 1-D array of scores, all genuine or none."""
    array = _load(path)
    if array.ndim != 1 or array.dtype.names is not None:
        raise ScoresMalformed("of two arrays each is 1-D, and holds scores")
    scores = checked_scores(array)
    yield Table(scores=scores, genuine=np.full(scores.shape, genuine), people=None)


def npy_table(path: Path, people: People, columns: Columns) -> Iterator[Table]:
    """Rows of 1 or -1 and a score, or a structured array whose fields are named as in `Columns`."""
    array = _load(path)
    if array.dtype.names is not None and array.ndim == 1:
        names = array.dtype.names
        chosen = columns.among(names)
        pair = chosen.people
        table = named_table(
            checked_scores(array[names[chosen.score]]),
            None if chosen.label is None else checked_truths(array[names[chosen.label]]),
            None
            if pair is None
            else (
                people.encode(ids(array[names[pair[0]]])),
                people.encode(ids(array[names[pair[1]]])),
            ),
        )
        row = table.contradiction()
        if row is not None:
            raise ScoresMalformed(f"row {row + 1}: its people say otherwise than its label")
        yield table
        return
    if array.ndim == 2 and array.shape[1] == 2:  # noqa: PLR2004 - a label and a score
        scores = checked_scores(array[:, 1])
        yield named_table(scores, checked_truths(array[:, 0]), None)
        return
    raise ScoresMalformed("an array of scores has two columns, or named ones")


def _load(path: Path) -> NDArray[Any]:
    try:
        return np.lib.format.open_memmap(path, mode="r")  # reads no pickle and no archive
    except OSError as error:
        raise ScoresUnreadable(f"a score file cannot be read: {error.strerror}") from None
    except (ValueError, OverflowError):
        raise ScoresMalformed("this is no NumPy array of numbers") from None
