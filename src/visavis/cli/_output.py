"""What every command prints, and the exit status of errors.

Exit status: 0 done (a match, where there is a decision), 1 non-match, 2 bad input or usage. With
``--json`` there is one JSON object on standard output; an error is
``{"error": {"code": ..., "detail": ..., "input": ...}}``.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from visavis.errors import Error

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from visavis.comparison import OperatingPoint

__all__ = ["ERROR", "NON_MATCH", "error_content", "errors", "point_content", "print_json"]

NON_MATCH = 1
ERROR = 2


def print_json(content: Mapping[str, Any]) -> None:
    """Prints one JSON object."""
    typer.echo(json.dumps(content, indent=2, ensure_ascii=False))


def point_content(point: OperatingPoint) -> dict[str, object]:
    """An operating point, with what it rests on."""
    return {
        "fmr": f"{point.fmr:e}",
        "fmr_interval": list(point.fmr_interval),
        "fnmr": point.fnmr,
        "data_set": point.data_set,
        "people": point.people,
        "comparisons": point.comparisons,
        "note": point.note,
    }


def error_content(error: Error, name: str | None = None) -> dict[str, object]:
    """An error, with the caller's name for the input that is meant."""
    return {"error": {"code": error.code, "detail": error.detail, "input": name}}


@contextmanager
def errors(*, as_json: bool, inputs: Mapping[str, str] | None = None) -> Iterator[None]:
    """Prints a visavis error as its code and detail, and ends the command with status 2.

    Args:
        as_json: print JSON on standard output, else one line on standard error.
        inputs: what the caller knows the library's ``probes[0]`` as.
    """
    try:
        yield
    except Error as error:
        name = (inputs or {}).get(error.input or "", error.input)
        if as_json:
            print_json(error_content(error, name))
        else:
            typer.echo(f"visavis: {error}" + (f" ({name})" if name else ""), err=True)
        raise typer.Exit(ERROR) from None
