"""``visavis forget``: delete everything of an enrolment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from visavis import verifier
from visavis.cli._output import errors, print_json
from visavis.cli._vault import Home, Json, Keys, Store, opened, read_claim

__all__ = ["forget"]


def forget(
    *,
    claim: Annotated[str | None, typer.Option(help="The claim, or - for standard input.")] = None,
    claim_file: Annotated[Path | None, typer.Option(help="A file with the claim.")] = None,
    enrolment_id: Annotated[UUID | None, typer.Option(help="The enrolment's id.")] = None,
    store: Store = None,
    keys: Keys = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Forget an enrolment, by its claim or its id: at once, and for good."""
    with errors(as_json=as_json):
        held = None
        if claim is not None or claim_file is not None:
            held = read_claim(claim, claim_file)
        with opened(store, keys, home) as vault:
            verifier.forget(vault, claim=held, enrolment_id=enrolment_id)
    if as_json:
        print_json({"forgotten": True})
    else:
        typer.echo("forgotten")
