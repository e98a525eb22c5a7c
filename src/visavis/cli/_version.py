"""``visavis --version``."""

from __future__ import annotations

from typing import Annotated

import typer

import visavis

__all__ = ["print_version"]


def _print(wanted: bool) -> None:
    if wanted:
        typer.echo(f"visavis {visavis.__version__}")
        raise typer.Exit


def print_version(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Face verification that cannot become surveillance: is this the person who enrolled?"""
