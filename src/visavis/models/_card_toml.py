"""A model card's cells as they stand in a manifest."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from visavis.models._manifest_toml import parse_manifest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from visavis.models._operating_point import OperatingPoint

__all__ = ["card_toml", "with_card"]

_CARD = re.compile(r"^\s*\[\[?\s*card\b", re.MULTILINE)
_DIGITS = 3  # significant ones of a measured rate: its interval is wider than the fourth


def card_toml(cells: Iterable[OperatingPoint]) -> str:
    """The cells as TOML, one ``[[card.cells]]`` each."""
    return "\n".join(_table(cell) for cell in cells)


def with_card(manifest: str, cells: Iterable[OperatingPoint]) -> str:
    """A manifest with these cells in the place of its own, and nothing else changed.

    Args:
        manifest: TOML, whose card, if it has one, stands at its end.
        cells: of the new card.

    Raises:
        ModelManifestInvalid: the manifest breaks a rule, or would with this card.
    """
    found = _CARD.search(manifest)
    head = manifest[: found.start()] if found else manifest
    text = f"{head.rstrip()}\n\n{card_toml(cells)}"
    parse_manifest(text.encode())
    return text


def _table(cell: OperatingPoint) -> str:
    low, high = cell.fmr_interval
    lines = [
        "[[card.cells]]",
        f"reference_samples = {cell.reference_samples}",
        f"probe_samples = {cell.probe_samples}",
        f'fmr = "{cell.fmr:e}"',
        f"threshold = {cell.threshold!r}",
        f"fnmr = {_rate(cell.fnmr)}",
        f"fmr_interval = [{_rate(low)}, {_rate(high)}]",
        f"data_set = {_text(cell.data_set)}",
        f"comparisons = {cell.comparisons}",
        f"people = {cell.people}",
        f"person_pairs = {cell.person_pairs}",
        f"note = {_text(cell.note)}",
    ]
    return "\n".join(lines) + "\n"


def _rate(value: float) -> str:
    return repr(float(f"{value:.{_DIGITS}g}"))


def _text(value: str) -> str:
    """A basic string of TOML, whose escapes are those of JSON."""
    return json.dumps(value, ensure_ascii=False)
