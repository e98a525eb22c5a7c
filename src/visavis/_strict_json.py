"""JSON that means one thing: no name twice in an object, and numbers that JSON has."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["parse_json"]


def parse_json(document: bytes | str) -> Any:  # noqa: ANN401 - callers say what it must be
    """Read a document of UTF-8.

    Two readers of an object with a name twice may take different values for it (RFC 8259, section
    4), and one of them may be the one that checked.

    Raises:
        ValueError: not JSON, not UTF-8, a name twice, NaN or infinities, or nested too deeply.
    """
    try:
        text = document if isinstance(document, str) else document.decode()
        return json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError("a name twice")
    return content


def _refuse(_: str) -> None:
    raise ValueError("no number of JSON")
