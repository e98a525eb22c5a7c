"""``visavis store``: the store as a whole."""

from __future__ import annotations

import typer

from visavis.cli._output import errors, print_json
from visavis.cli._vault import Home, Json, Store, settings

__all__ = ["app", "upgrade"]

app = typer.Typer(name="store", no_args_is_help=True, help="The store as a whole.")


@app.callback()
def _store() -> None:
    """The store as a whole."""


@app.command()
def upgrade(*, store: Store = None, home: Home = None, as_json: Json = False) -> None:
    """Bring a store of an older visavis up to date, in one transaction. Make a backup before."""
    with errors(as_json=as_json):
        chosen = settings(store=store, home=home)
        from visavis.records import STORE_VERSION, upgrade_store  # noqa: PLC0415 - slow to import

        upgrade_store(chosen.store)
    if as_json:
        print_json({"version": STORE_VERSION})
    else:
        typer.echo(f"the store is of version {STORE_VERSION}")
