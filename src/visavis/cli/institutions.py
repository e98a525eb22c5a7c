"""``visavis institutions``: who enrols people in this store."""

from __future__ import annotations

from typing import Annotated

import typer

from visavis import verifier
from visavis.cli._output import errors, print_json
from visavis.cli._store import snapshot_of_any_age
from visavis.cli._vault import Home, Json, Keys, Store, opened, settings

__all__ = ["app", "list_all", "new"]

app = typer.Typer(name="institutions", no_args_is_help=True, help="Who enrols people here.")


@app.callback()
def _institutions() -> None:
    """Who enrols people here."""


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Its identifier: a-z, 0-9 and dashes, 63 at most.")],
    *,
    store: Store = None,
    keys: Keys = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Add an institution, with keys and a log of its own. Back the key ring up afterwards."""
    with errors(as_json=as_json):
        chosen = settings(store=store, keys=keys, home=home)
        with opened(chosen) as vault:
            log_key = verifier.new_institution(vault, name)
    if as_json:
        print_json({"institution": name, "log_key": log_key.render()})
        return
    typer.echo(f"institution {name}, log {log_key.render()}")
    typer.echo("The key ring has grown: back it up again.")


@app.command("list")
def list_all(*, store: Store = None, home: Home = None, as_json: Json = False) -> None:
    """List the institutions, and the public keys of their logs. Needs no key ring."""
    with errors(as_json=as_json):
        chosen = settings(store=store, home=home)
        from visavis.records import list_institutions  # noqa: PLC0415 - slow to import

        with snapshot_of_any_age(chosen) as s:
            known = list_institutions(s)
    if as_json:
        print_json(
            {
                "institutions": [
                    {
                        "institution": one.institution,
                        "created_on": one.created_on.isoformat(),
                        "log_key": one.log_key.render(),
                    }
                    for one in known
                ]
            }
        )
        return
    for one in known:
        typer.echo(f"{one.institution} since {one.created_on}, log {one.log_key.render()}")
