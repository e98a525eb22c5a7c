"""``visavis forget``: delete everything of an enrolment."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from visavis import verifier
from visavis.cli._output import errors, print_json
from visavis.cli._vault import (
    ClaimFile,
    ClaimText,
    Home,
    Institution,
    Json,
    Keys,
    Store,
    opened,
    read_claim,
    settings,
)

__all__ = ["forget"]


def forget(
    *,
    claim: ClaimText = None,
    claim_file: ClaimFile = None,
    enrolment_id: Annotated[UUID | None, typer.Option(help="The enrolment's id.")] = None,
    store: Store = None,
    keys: Keys = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """Forget an enrolment, by its claim or its id: at once, and for good."""
    with errors(as_json=as_json):
        held = None
        if claim is not None or claim_file is not None:
            held = read_claim(claim, claim_file)
        chosen = settings(store=store, keys=keys, home=home, institution=institution)
        with opened(chosen) as vault:
            verifier.forget(vault, claim=held, enrolment_id=enrolment_id)
    if as_json:
        print_json({"forgotten": True})
    else:
        typer.echo("forgotten")
