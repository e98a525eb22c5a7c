"""``visavis enrolments``: the state of one enrolment, by its id."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from visavis import verifier
from visavis.cli._output import errors, print_json
from visavis.cli._vault import Home, Institution, Json, Keys, Store, opened, settings

__all__ = ["app", "enable"]

app = typer.Typer(name="enrolments", no_args_is_help=True, help="The state of an enrolment.")


@app.callback()
def _enrolments() -> None:
    """The state of an enrolment."""


@app.command()
def enable(
    *,
    enrolment_id: Annotated[UUID, typer.Option(help="The enrolment's id.")],
    store: Store = None,
    keys: Keys = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """Enable an enrolment again, after somebody has looked into its failures."""
    with errors(as_json=as_json):
        chosen = settings(store=store, keys=keys, home=home, institution=institution)
        with opened(chosen) as vault:
            verifier.enable(vault, enrolment_id=enrolment_id)
    if as_json:
        print_json({"enrolment_id": str(enrolment_id), "state": "active"})
    else:
        typer.echo("enabled")
