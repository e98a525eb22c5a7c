"""How a command is given a transaction, and other small files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from visavis.errors import InputInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["one_from_standard_input", "read_file", "read_transaction"]

_MAX_SIZE = 1 << 20  # bytes: more than any of these files takes


def read_file(path: Path, *, what: str) -> bytes:
    """A small file; ``-`` is standard input.

    Raises:
        InputInvalid: it cannot be read, or is far too large.
    """
    try:
        if path == Path("-"):
            content = sys.stdin.buffer.read(_MAX_SIZE + 1)
        else:
            with path.open("rb") as file:
                content = file.read(_MAX_SIZE + 1)
    except OSError as error:
        raise InputInvalid(f"the {what} cannot be read: {error.strerror}") from None
    if len(content) > _MAX_SIZE:
        raise InputInvalid(f"the {what} is far too large")
    return content


def read_transaction(path: Path | None) -> dict[str, Any] | None:
    """The transaction in a JSON file, or None where none is given.

    Raises:
        InputInvalid: it is none.
    """
    if path is None:
        return None
    from visavis.receipts import parse_transaction  # noqa: PLC0415 - slow to import

    return parse_transaction(read_file(path, what="transaction"))


def one_from_standard_input(given: Sequence[object]) -> None:
    """Refuses to read two things from standard input.

    Raises:
        InputInvalid: ``-`` stands for more than one of them.
    """
    if [str(one) for one in given].count("-") > 1:
        raise InputInvalid("only one of these can come from standard input")
