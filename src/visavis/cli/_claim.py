"""How a new claim is handed over: printed once, and as a QR code where that is wanted."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from visavis.cli._output import NON_MATCH, print_json
from visavis.errors import InputInvalid, NonMatch
from visavis.sealing import claim_qr_png, claim_qr_svg, claim_qr_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from visavis.sealing import Claim

__all__ = ["Qr", "hand_over", "non_match_exits", "qr_file"]

Qr = Annotated[
    Path | None, typer.Option(help="Write the claim as a QR code to this .svg or .png file.")
]

_PRIVATE = 0o600
_KINDS = (".png", ".svg")


@contextmanager
def qr_file(path: Path | None) -> Iterator[Callable[[Claim], None]]:
    """A new file for a claim's QR code, mode 0600; it goes again if there comes to be no claim.

    It is made first, because a claim that cannot be written is lost.

    Raises:
        InputInvalid: it is neither ``.svg`` nor ``.png``, something is there already, or it cannot
            be written.
    """
    if path is None:
        yield lambda _: None
        return
    if path.suffix not in _KINDS:
        raise InputInvalid("a QR code is written to a file named .svg or .png")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        file = os.fdopen(os.open(path, flags, _PRIVATE), "wb")
    except OSError as error:
        raise _unwritable(error) from None
    written = False

    def write(claim: Claim) -> None:
        nonlocal written
        png = path.suffix == ".png"
        try:
            file.write(claim_qr_png(claim) if png else claim_qr_svg(claim).encode())
            file.flush()
        except OSError as error:
            raise _unwritable(error) from None
        written = True

    try:
        with file:
            yield write
    finally:
        if not written:
            path.unlink(missing_ok=True)


@contextmanager
def non_match_exits(*, as_json: bool) -> Iterator[None]:
    """A face that does not match gives no new claim; that is an answer, and exit status 1."""
    try:
        yield
    except NonMatch:
        if as_json:
            print_json({"outcome": "non-match"})
        else:
            typer.echo("non-match: the claim stays as it is")
        raise typer.Exit(NON_MATCH) from None


def hand_over(claim: Claim, *, as_json: bool, **ids: UUID) -> None:
    """Print the claim, once, with what the institution keeps; for a terminal as a QR code, too."""
    content = {"claim": claim.reveal(), **{name: str(value) for name, value in ids.items()}}
    if as_json:
        print_json(content)
        return
    for name, value in content.items():
        typer.echo(f"{name}: {value}")
    if sys.stdout.isatty():
        typer.echo(claim_qr_terminal(claim))


def _unwritable(error: OSError) -> InputInvalid:
    return InputInvalid(f"the QR code cannot be written: {error.strerror}")
