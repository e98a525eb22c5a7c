"""Which pictures are to be compared: a list of pairs, as CSV or as Labeled Faces in the Wild's."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from visavis.errors import InputInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from visavis.evaluation.protocols._picture_set import PictureSet

__all__ = ["PairList"]

_MOST_BYTES: Final = 256 * 1024 * 1024
"""Of a list: some four million pairs. More are better compared with ``--all-pairs``."""

_COUNTS: Final = re.compile(r"(?:(\d{1,3})\s+)?(\d{1,6})\s*")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class PairList:
    """Pairs of pictures of a set, by number.

    Attributes:
        first: number of one picture of each pair (int64).
        second: number of the other.
        fold: number of the fold of each pair, for cross-validation; None where there are none.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    fold: NDArray[np.int64] | None

    @classmethod
    def read(cls, path: Path, pictures: PictureSet) -> PairList:
        """Read a list.

        A ``.txt`` file is taken for LFW's ``pairs.txt``: a line with the number of folds and of
        pairs, then for each fold so many lines ``NAME N M`` (one person's pictures) and so many
        ``NAME N OTHER M``, where picture N is ``NAME/NAME_000N.jpg``. Any other is CSV with a
        header: ``first`` and ``second`` hold paths ``PERSON/PICTURE``, ``fold`` a number if any.

        Raises:
            InputInvalid: the file cannot be read, a line has another form, or names a picture that
                is not in the set. The detail gives the line, never a name.
        """
        numbers = {f"{p.parent.name}/{p.name}": n for n, p in enumerate(pictures.paths)}
        try:
            if path.stat().st_size > _MOST_BYTES:
                raise InputInvalid("the list of pairs is too long; use --all-pairs")
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            raise InputInvalid("the list of pairs cannot be read") from None
        lines = text.splitlines()
        rows = list(_lfw(lines) if path.suffix == ".txt" else _table(lines))
        if not rows:
            raise InputInvalid("the list of pairs is empty")
        first, second, folds = [], [], []
        for line, one, other, fold in rows:
            if one not in numbers or other not in numbers:
                raise InputInvalid(f"line {line} of the pairs names a picture that is not there")
            first.append(numbers[one])
            second.append(numbers[other])
            folds.append(fold)
        return cls(
            first=np.array(first, dtype=np.int64),
            second=np.array(second, dtype=np.int64),
            fold=None if None in folds else np.array(folds, dtype=np.int64),
        )

    def restricted(self, pictures: PictureSet) -> tuple[PictureSet, PairList]:
        """The pictures that the list names, and the list by their new numbers.

        Args:
            pictures: the set that the list was read for.
        """
        used = np.unique(np.concatenate([self.first, self.second]))
        return pictures.only(used), PairList(
            first=np.searchsorted(used, self.first),
            second=np.searchsorted(used, self.second),
            fold=self.fold,
        )


def _table(lines: list[str]) -> Iterator[tuple[int, str, str, int | None]]:
    reader = csv.DictReader(lines)
    if not {"first", "second"} <= set(reader.fieldnames or ()):
        raise InputInvalid("the list of pairs has no columns first and second")
    for row in reader:
        fold = row.get("fold")
        if row["first"] is None or row["second"] is None or not (fold or "0").isdecimal():
            raise InputInvalid(f"line {reader.line_num} of the pairs is malformed")
        yield reader.line_num, row["first"], row["second"], int(fold) if fold else None


def _lfw(lines: list[str]) -> Iterator[tuple[int, str, str, int | None]]:
    counts = _COUNTS.fullmatch(lines[0]) if lines else None
    if counts is None:
        raise InputInvalid("line 1 of the pairs is not LFW's: folds and pairs")
    folds, each = int(counts[1] or 1), 2 * int(counts[2])
    body = [(number, line.split()) for number, line in enumerate(lines[1:], start=2) if line]
    if len(body) != folds * each:
        raise InputInvalid(f"LFW's pairs should have {folds * each:,} lines after the first")
    for place, (number, words) in enumerate(body):
        fold = place // each if counts[1] else None
        match words:
            case [name, one, other] if one.isdecimal() and other.isdecimal():
                yield number, _lfw_path(name, one), _lfw_path(name, other), fold
            case [name, one, second, other] if one.isdecimal() and other.isdecimal():
                yield number, _lfw_path(name, one), _lfw_path(second, other), fold
            case _:
                raise InputInvalid(f"line {number} of the pairs is malformed")


def _lfw_path(name: str, number: str) -> str:
    return f"{name}/{name}_{int(number):04d}.jpg"
