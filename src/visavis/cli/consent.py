"""``visavis consent``: consents of enrolled people."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from visavis import verifier
from visavis.cli._output import errors, print_json
from visavis.cli._vault import Home, Institution, Json, Keys, Store, opened, settings

__all__ = ["app", "withdraw"]

app = typer.Typer(name="consent", no_args_is_help=True, help="Consents of enrolled people.")


@app.callback()
def _consents() -> None:
    """Consents of enrolled people."""


@app.command()
def withdraw(
    *,
    consent_id: Annotated[UUID, typer.Option(help="The consent's id, as enrol printed it.")],
    store: Store = None,
    keys: Keys = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """Withdraw a consent: nothing is verified under it any more."""
    with errors(as_json=as_json):
        chosen = settings(store=store, keys=keys, home=home, institution=institution)
        with opened(chosen) as vault:
            verifier.withdraw_consent(vault, consent_id=consent_id)
    if as_json:
        print_json({"consent_id": str(consent_id), "withdrawn": True})
    else:
        typer.echo("withdrawn")
