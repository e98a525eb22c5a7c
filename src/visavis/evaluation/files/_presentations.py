"""The outcomes of a PAD test: one CSV file in the test's folder."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from visavis.errors import PresentationsMalformed, PresentationsUnreadable
from visavis.evaluation._iso30107_3 import PadResponse, Presentation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["PRESENTATIONS_FILE", "read_presentations"]

PRESENTATIONS_FILE: Final = "presentations.csv"

_COLUMNS: Final = ("kind", "species", "unit", "response", "decision")
_DECISIONS: Final = {"": None, "match": True, "non-match": False}
_MAX_BYTES: Final = 64 * 2**20
"""A million presentations."""


def read_presentations(folder: Path) -> list[Presentation]:
    """Read ``presentations.csv``: one line a presentation, a line of names above.

    Columns, in any order, others being ignored: ``kind`` is ``bona-fide`` or ``attack``;
    ``species`` the kind of instrument, empty for a bona fide presentation; ``unit`` the instrument,
    or for a bona fide presentation the person; ``response`` is ``bona-fide``, ``attack`` or
    ``none``; ``decision`` is ``match``, ``non-match`` or empty where nothing was compared.

    Args:
        folder: of the test; whatever else lies in it is not looked at.

    Returns:
        At least one.

    Raises:
        PresentationsUnreadable: no such file, or longer than 64 MiB.
        PresentationsMalformed: no UTF-8, a column is missing, or a line breaks the rules above.
    """
    path = folder / PRESENTATIONS_FILE
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise PresentationsUnreadable(f"{PRESENTATIONS_FILE} is longer than 64 MiB")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise PresentationsMalformed(f"{PRESENTATIONS_FILE} is no UTF-8 text") from None
        reason = getattr(error, "strerror", None) or "cannot be read"
        raise PresentationsUnreadable(f"{PRESENTATIONS_FILE}: {reason.lower()}") from None
    try:
        found = list(_read(text))
    except csv.Error:
        raise PresentationsMalformed(f"{PRESENTATIONS_FILE} is no CSV") from None
    if not found:
        raise PresentationsMalformed(f"{PRESENTATIONS_FILE} has no presentation")
    return found


def _read(text: str) -> Iterator[Presentation]:
    lines = csv.DictReader(text.splitlines(), strict=True)
    missing = [name for name in _COLUMNS if name not in (lines.fieldnames or ())]
    if missing:
        raise PresentationsMalformed(f"{PRESENTATIONS_FILE} lacks the column {missing[0]}")
    for values in lines:
        reason = _objection(values)
        if reason:
            raise PresentationsMalformed(f"{PRESENTATIONS_FILE}, line {lines.line_num}: {reason}")
        yield Presentation(
            species=values["species"] or None,
            unit=values["unit"],
            response=PadResponse(values["response"]),
            matched=_DECISIONS[values["decision"]],
        )


def _objection(values: dict[str, str]) -> str | None:
    """What is wrong with a line, in words that repeat none of it."""
    if any(values[name] is None for name in _COLUMNS):
        return "too few fields"
    rules = {
        "kind is neither bona-fide nor attack": values["kind"] in ("bona-fide", "attack"),
        "an attack has a species, and a bona fide presentation none": (
            (values["kind"] == "attack") == bool(values["species"])
        ),
        "no unit": bool(values["unit"]),
        "response is none of bona-fide, attack, none": values["response"] in list(PadResponse),
        "decision is neither match, non-match nor empty": values["decision"] in _DECISIONS,
    }
    return next((reason for reason, kept in rules.items() if not kept), None)
