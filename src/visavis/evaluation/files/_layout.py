"""The layouts of score files, and what their columns are called."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from visavis.errors import ScoresColumnMissing, ScoresLayoutUnknown, ScoresMalformed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["Columns", "Layout", "Places", "layout_of"]


class Layout(StrEnum):
    """How a score file is laid out.

    Columns of text files stand between spaces or tabs, but for CSV. In two files, the first holds
    the genuine and the second the impostor scores.
    """

    TWO_COLUMN = "two-column"
    """One file: 1 (genuine) or -1 (impostor), score; with people two more columns."""
    LAST_COLUMN = "last-column"
    """Two files: the score in the last column (pyeer); with people in the two before it."""
    BOB_4 = "bob-4"
    """One file: claimed identity, real identity, label of the probe, score."""
    BOB_5 = "bob-5"
    """One file: claimed identity, label of the model, real identity, label of the probe, score."""
    CSV = "csv"
    """One file with named columns."""
    PARQUET = "parquet"
    """One file with named columns."""
    NPY = "npy"
    """One NumPy array: rows of 1 or -1 and a score, or named columns. Two: scores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What the columns of a file with named columns are called.

    Attributes:
        score: of the score; must be there.
        label: says which comparisons are genuine: 1 and 0 or -1, true and false. May be absent if
            the people are there.
        first: id of one person; with the next, may be absent if the label is there.
        second: id of the other.
    """

    score: str = "score"
    label: str = "label"
    first: str = "person_a"
    second: str = "person_b"

    def among(self, names: Sequence[str]) -> Places:
        """Find them among the columns of a file.

        Raises:
            ScoresColumnMissing: the score is not there, one person is without the other, or
                neither label nor people are there.
            ScoresMalformed: a name stands there twice.
        """
        if len(set(names)) < len(names):
            raise ScoresMalformed("two columns have the same name")
        place = {name: index for index, name in enumerate(names)}
        first, second = place.get(self.first), place.get(self.second)
        if self.score not in place:
            raise ScoresColumnMissing(f"there is no column {self.score!r}")
        if (first is None) != (second is None):
            missing = self.first if first is None else self.second
            raise ScoresColumnMissing(f"there is no column {missing!r} beside the other person")
        people = None if first is None or second is None else (first, second)
        if people is None and self.label not in place:
            raise ScoresColumnMissing(
                f"neither {self.label!r} nor {self.first!r} and {self.second!r} is there"
            )
        return Places(score=place[self.score], label=place.get(self.label), people=people)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where the columns of `Columns` stand; not both of the last two are None."""

    score: int
    label: int | None
    people: tuple[int, int] | None


def layout_of(path: Path, *, files: int) -> Layout:
    """Tell the layout from the file's name, and else from its first line.

    Raises:
        ScoresLayoutUnknown: it cannot be told.
        ScoresMalformed: there is nothing in the first line.
    """
    named = {".csv": Layout.CSV, ".parquet": Layout.PARQUET, ".npy": Layout.NPY}
    found = named.get(path.suffix.lower())
    if found is not None:
        return found
    if files > 1:
        return Layout.LAST_COLUMN
    try:
        with path.open("rb") as file:
            columns = len(file.readline(1 << 16).split())
    except OSError:
        columns = 2  # it is not there: let whoever reads it say so
    if not columns:
        raise ScoresMalformed("line 1 is empty")
    try:
        return {2: Layout.TWO_COLUMN, 4: Layout.BOB_4, 5: Layout.BOB_5}[columns]
    except KeyError:
        raise ScoresLayoutUnknown(
            f"{columns} columns could be anything: name the layout (--format)"
        ) from None
