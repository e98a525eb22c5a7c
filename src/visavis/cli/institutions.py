"""``visavis institutions``: who enrols people in this store."""

from __future__ import annotations

import typer

from visavis.cli._output import errors, print_json
from visavis.cli._store import snapshot
from visavis.cli._vault import Home, Json, Store, settings

__all__ = ["app", "list_all"]

app = typer.Typer(name="institutions", no_args_is_help=True, help="Who enrols people here.")


@app.callback()
def _institutions() -> None:
    """Who enrols people here."""


@app.command("list")
def list_all(*, store: Store = None, home: Home = None, as_json: Json = False) -> None:
    """List the institutions, and the public keys of their logs. Needs no key ring."""
    with errors(as_json=as_json):
        chosen = settings(store=store, home=home)
        from visavis.records import list_institutions  # noqa: PLC0415 - slow to import

        with snapshot(chosen) as s:
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
