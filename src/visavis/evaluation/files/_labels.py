"""Labels of people that the tester brings, for error rates by group."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from visavis.errors import InputInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["labels_of"]

_MAX_BYTES: Final = 64 * 1024 * 1024
"""A million people."""


def labels_of(
    path: Path, numbers: Mapping[str, int], *, columns: Sequence[str] = ()
) -> dict[str, dict[int, str]]:
    """For each kind of label, the label of each person by number.

    Args:
        path: CSV with a header. The first column holds the names of people, every other one a kind
            of label; an empty one is none. People who took no part are passed by.
        numbers: of those who did, by name.
        columns: the kinds that are wanted; all by default.

    Raises:
        InputInvalid: the file cannot be read, a line is malformed or repeats a person, a column is
            not there, or nobody who took part is in the file. The detail gives the line, never a
            name.
    """
    names, lines = _read(path)
    wanted = list(columns) or names[1:]
    if not wanted or not set(wanted) <= set(names[1:]):
        raise InputInvalid("the labels have no such column; the first one names the people")
    labels: dict[str, dict[int, str]] = {kind: {} for kind in wanted}
    seen = set()
    for line, row in lines:
        if len(row) != len(names):
            raise InputInvalid(
                f"line {line} of the labels has {len(row)} columns, not {len(names)}"
            )
        if not all(map(str.isprintable, row)):
            raise InputInvalid(f"line {line} of the labels has a character that no text has")
        if row[0] in seen:
            raise InputInvalid(f"line {line} of the labels names a person a second time")
        seen.add(row[0])
        number = numbers.get(row[0])
        if number is None:
            continue
        for kind, label in zip(names[1:], row[1:], strict=True):
            if kind in labels and label.strip():
                labels[kind][number] = label.strip()
    if seen.isdisjoint(numbers):
        raise InputInvalid("the labels name nobody of the set")
    return labels


def _read(path: Path) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The names of the columns, and the lines below with their numbers."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputInvalid("the labels are longer than 64 MiB")
        rows = csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), strict=True)
        found = [(rows.line_num, row) for row in rows if row]
    except (OSError, UnicodeDecodeError, csv.Error):
        raise InputInvalid("the labels cannot be read as CSV in UTF-8") from None
    names = found[0][1] if found else []
    if len(set(names)) < len(names) or not all(map(str.isprintable, names)):
        raise InputInvalid("line 1 of the labels names a column twice, or not in text")
    return names, iter(found[1:])
