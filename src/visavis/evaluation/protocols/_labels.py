"""Labels of people that the tester brings, for error rates by group."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from visavis.errors import InputInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from visavis.evaluation.protocols._picture_set import PictureSet

__all__ = ["read_labels"]


def read_labels(
    path: Path, pictures: PictureSet, *, columns: Sequence[str] = ()
) -> dict[str, dict[int, str]]:
    """For each kind of label, the label of each person by number.

    Args:
        path: CSV with a header. The first column holds the names of people's folders, every other
            one a kind of label; an empty one is none. People who are not in the set are passed by.
        pictures: the set.
        columns: the kinds that are wanted; all by default.

    Raises:
        InputInvalid: the file cannot be read or has no such column, or nobody of the set is in it.
    """
    numbers = {p.parent.name: int(n) for p, n in zip(pictures.paths, pictures.person, strict=True)}
    try:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError):
        raise InputInvalid("the labels cannot be read") from None
    names = list(rows[0]) if rows else []
    wanted = list(columns) or names[1:]
    if not wanted or not set(wanted) <= set(names[1:]):
        raise InputInvalid("the labels have no such column; the first one names the people")
    known = [row for row in rows if row[names[0]] in numbers]
    if not known:
        raise InputInvalid("the labels name nobody of the set")
    return {
        kind: {numbers[row[names[0]]]: row[kind] for row in known if row[kind]} for kind in wanted
    }
